#!/usr/bin/env python3
"""Trains the models that ForestFixtureTests scores, with XGBoost's own scores and contributions, and shap's.

    pip install xgboost==1.7.6 'numpy<2' scipy && python3 make-forests.py
    pip install xgboost==3.2.0 numpy scipy shap && python3 make-forests.py

Writes forests-VERSION.json: the rows, and for each case the model as the Python package saves it, its scores for all rows
(32-bit numbers in full) and its contributions. `shap` is there where shap is installed and knows the model.
"""
import json
import pathlib
import sys
import warnings

import numpy as np
import xgboost

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent
random = np.random.default_rng(20130101)
count = 60
rows = np.round(random.normal(size=(count, 4)), 2)
rows[:, 2] = random.integers(0, 4, count)
rows[:, 3] = random.integers(0, 30, count)
rows[random.random(rows.shape) < 0.1] = np.nan
known = np.nan_to_num(rows)
labels = np.abs(known[:, 0] + 2 * known[:, 1] + known[:, 3] % 5) + 0.1
late, kinds = (labels > 3).astype(float), np.digitize(labels, [2, 4]).astype(float)
cases = {
    "regression": ("reg:squarederror", labels, {}),
    "numeric": ("reg:squarederror", labels, {"numeric": True}),
    "deep": ("reg:squarederror", labels, {"max_depth": 10, "min_child_weight": 0.1}),
    "dart": ("reg:squarederror", labels, {"booster": "dart", "rate_drop": 0.3, "one_drop": 1}),
    "linear": ("reg:squarederror", labels, {"booster": "gblinear", "updater": "coord_descent"}),
    "linear-classes": ("multi:softprob", kinds, {"booster": "gblinear", "updater": "coord_descent", "num_class": 3}),
    "binary": ("binary:logistic", late, {"base_score": 0.3}),
    "raw": ("binary:logitraw", late, {"base_score": 0.3}),
    "hinge": ("binary:hinge", late, {}),
    "classes": ("multi:softprob", kinds, {"num_class": 3}),
    "count": ("count:poisson", np.round(labels), {}),
    "gamma": ("reg:gamma", labels, {}),
    "tweedie": ("reg:tweedie", labels, {}),
    "hazard": ("survival:cox", labels, {}),
    "ranking": ("rank:ndcg", kinds, {}),
}
if int(xgboost.__version__.split(".")[0]) >= 2:
    cases["quantiles"] = ("reg:quantileerror", labels, {"quantile_alpha": [0.1, 0.5, 0.9]})

result = {"version": xgboost.__version__, "rows": [[None if value != value else value for value in row] for row in rows.tolist()],
          "cases": {}}
for name, (objective, target, parameters) in cases.items():
    is_numeric = parameters.pop("numeric", False) or parameters.get("booster") == "gblinear"
    types = ["q"] * 4 if is_numeric else ["q", "q", "c", "c"]
    matrix = lambda label=None: xgboost.DMatrix(
        rows.astype(np.float32), label=label, enable_categorical=True, feature_types=types)
    data = matrix(target)
    if objective.startswith("rank:"):
        data.set_group([count])
    settings = {"seed": 7, "nthread": 1, "eta": 0.4, "objective": objective, **parameters}
    if parameters.get("booster") != "gblinear":
        settings = {"tree_method": "hist", "max_depth": 4, "max_cat_to_onehot": 2, **settings}
    booster = xgboost.train(settings, data, num_boost_round=6)
    scores, contributions = booster.predict(matrix()), booster.predict(matrix(), pred_contribs=True)
    case = {"model": bytes(booster.save_raw("json")).decode(), "scores": [float(f"{v:.9g}") for v in scores.reshape(-1)],
            "contributions": [float(f"{v:.9g}") for v in contributions.reshape(-1)]}
    if name == "numeric" and "--no-shap" not in sys.argv:
        import shap
        explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
        case["shap"] = [float(f"{v:.12g}") for v in explainer.shap_values(rows.astype(np.float32)).reshape(-1)]
    result["cases"][name] = case
(here / f"forests-{xgboost.__version__}.json").write_text(json.dumps(result) + "\n")
