#!/usr/bin/env python3
"""Trains the models that ObjectiveAgreementTests compares ours with.

    pip install xgboost==1.7.6 'numpy<2' scipy scikit-learn && python3 make-objectives.py
    pip install xgboost==3.2.0 numpy scipy scikit-learn && python3 make-objectives.py

Reads rows.json of make-models.py; writes objectives-VERSION.json: for each case the settings as a spec of ours has them
and the predictions for all rows, in the order of the file.
"""
import json
import pathlib

import numpy as np
import xgboost

here = pathlib.Path(__file__).parent
rows = json.loads((here / "rows.json").read_text())
carriers = ["AA", "B6", "UA", "WN"]
missing = lambda values: [float("nan") if value is None else float(value) for value in values]
trees = np.array([
    missing(rows["distance"]), missing(rows["hour"]),
    missing([None if value is None else carriers.index(value) for value in rows["carrier"]]), missing(rows["holiday"]),
], dtype=np.float32).T
names, types = ["distance", "hour", "carrier", "holiday"], ["q", "q", "c", "q"]
delay = np.array(rows["delay"])
count = len(delay)
# The same formulas as in ObjectiveAgreementTests.
targets = {
    "delay": delay, "positive": np.abs(delay) + 0.5, "count": np.floor(np.abs(delay) / 4),
    "grade": np.clip(np.floor((delay + 20) / 15), 0, 4), "late": np.array(rows["late"], dtype=float),
    "kind": np.array([["early", "fair", "late"].index(value) for value in rows["kind"]], dtype=float),
}
weights = np.array([1 + row % 3 for row in range(count)], dtype=float)
groups = [row % 7 for row in range(count)]
base = {"max_depth": 3, "eta": 0.3}
# name, target, parameters of ours, what else
cases = [
    ("squarederror", "delay", {}, {}), ("squaredlogerror", "positive", {"objective": "reg:squaredlogerror"}, {}),
    ("pseudohuber", "delay", {"objective": "reg:pseudohubererror"}, {}),
    ("absoluteerror", "delay", {"objective": "reg:absoluteerror"}, {}),
    ("gamma", "positive", {"objective": "reg:gamma"}, {}),
    ("tweedie", "count", {"objective": "reg:tweedie", "tweedie_variance_power": 1.3}, {}),
    ("poisson", "count", {"objective": "count:poisson"}, {}),
    ("quantile", "delay", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}, {}),
    ("ndcg", "grade", {"objective": "rank:ndcg"}, {"group": True}),
    ("pairwise", "grade", {"objective": "rank:pairwise"}, {"group": True}),
    ("weights", "late", {"objective": "binary:logistic"}, {"weights": True}),
    ("balanced", "late", {"objective": "binary:logistic"}, {"balanced": True}),
    ("balanced-multi", "kind", {"objective": "multi:softprob"}, {"balanced": True, "weights": True}),
    ("monotone", "delay", {"monotone_constraints": {"hour": 1}}, {}),
    ("interaction", "delay", {"interaction_constraints": [["distance", "hour"], ["carrier", "holiday"]]}, {}),
    ("linear", "delay", {"booster": "gblinear", "eta": 0.5, "lambda": 0.1}, {}),
    ("linear-binary", "late", {"booster": "gblinear", "objective": "binary:logistic", "alpha": 0.01}, {}),
    ("linear-poisson", "count", {"booster": "gblinear", "objective": "count:poisson"}, {}),
    ("linear-multi", "kind", {"booster": "gblinear", "objective": "multi:softprob"}, {}),
]


def library(parameters, target):
    """Ours as the library takes them."""
    given = {"seed": 7, "nthread": 1, **parameters}
    if given.get("booster") == "gblinear":
        given = {"updater": "coord_descent", **given}
    else:
        given = {**base, "tree_method": "hist", **given}
    if "monotone_constraints" in given:
        given["monotone_constraints"] = tuple(given["monotone_constraints"].get(name, 0) for name in names)
    if given.get("objective") == "multi:softprob":
        given["num_class"] = 3
    return given


result = {"version": xgboost.__version__, "cases": []}
for name, target, parameters, more in cases:
    if name == "quantile" and xgboost.__version__ < "2":
        continue
    isLinear = parameters.get("booster") == "gblinear"
    used = [0, 1, 3] if isLinear else [0, 1, 2, 3]
    labels, weight = targets[target], np.ones(count)
    if more.get("weights"):
        weight = weights.copy()
    if more.get("balanced"):
        # sklearn.utils.class_weight.compute_sample_weight("balanced", labels)
        classes, counts = np.unique(labels, return_counts=True)
        weight *= (count / (len(classes) * counts))[np.searchsorted(classes, labels)]
    order = sorted(range(count), key=lambda row: groups[row]) if more.get("group") else list(range(count))
    data = xgboost.DMatrix(
        trees[order][:, used], label=labels[order].astype(np.float32), enable_categorical=True,
        feature_names=[names[i] for i in used], feature_types=[types[i] for i in used])
    if more.get("group"):
        data.set_group([groups.count(group) for group in range(7)])
    elif more:
        data.set_weight(weight[order].astype(np.float32))
    booster = xgboost.train(library(parameters, target), data, num_boost_round=6)
    predictions = booster.predict(data).reshape(count, -1)
    restored = np.empty_like(predictions)
    restored[order] = predictions
    text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in {**({} if isLinear else base), **parameters}.items()}
    result["cases"].append({
        "name": name, "target": target, "parameters": text, "isWeighted": bool(more.get("weights")),
        "isBalanced": bool(more.get("balanced")), "isGrouped": bool(more.get("group")),
        "features": [names[i] for i in used], "predictions": [float(f"{value:.9g}") for value in restored.reshape(-1)]})
(here / f"objectives-{xgboost.__version__}.json").write_text(json.dumps(result) + "\n")
