#!/usr/bin/env python3
"""Trains the models that XGBoostAgreementTests compares ours with.

    pip install xgboost==1.7.6 'numpy<2' scipy && python3 make-models.py
    pip install xgboost==3.2.0 numpy scipy && python3 make-models.py

Writes rows.json, the same each time, and xgboost-VERSION.json: for each task the model as the Python package saves it
and its predictions for all rows.
"""
import json
import pathlib
import random

import numpy as np
import xgboost

here = pathlib.Path(__file__).parent
random.seed(20130101)
carriers = ["AA", "B6", "UA", "WN"]
rows = {"distance": [], "hour": [], "carrier": [], "holiday": [], "delay": [], "late": [], "kind": []}
for _ in range(120):
    distance, hour = round(random.uniform(80, 2600), 1), random.randrange(5, 24)
    carrier, holiday = random.randrange(4), random.random() < 0.2
    delay = round((hour - 10) * 2 + carrier * 4 + (15 if holiday else 0) + random.gauss(0, 6), 2)
    rows["distance"].append(None if random.random() < 0.1 else distance)
    rows["hour"].append(None if random.random() < 0.05 else hour)
    rows["carrier"].append(None if random.random() < 0.1 else carriers[carrier])
    rows["holiday"].append(holiday)
    rows["delay"].append(delay)
    rows["late"].append(delay > 15)
    rows["kind"].append("early" if delay < 5 else "fair" if delay < 20 else "late")
(here / "rows.json").write_text(json.dumps(rows) + "\n")

missing = lambda values: [float("nan") if value is None else float(value) for value in values]
matrix = np.array([
    missing(rows["distance"]), missing(rows["hour"]),
    missing([None if value is None else carriers.index(value) for value in rows["carrier"]]), missing(rows["holiday"]),
], dtype=np.float32).T
tasks = {
    "regression": (rows["delay"], {"objective": "reg:squarederror"}),
    "binary": ([float(value) for value in rows["late"]], {"objective": "binary:logistic"}),
    "multiclass": ([["early", "fair", "late"].index(value) for value in rows["kind"]],
                   {"objective": "multi:softprob", "num_class": 3}),
}
result = {"version": xgboost.__version__, "tasks": {}}
for name, (labels, parameters) in tasks.items():
    data = xgboost.DMatrix(
        matrix, label=np.array(labels, dtype=np.float32), enable_categorical=True,
        feature_names=["distance", "hour", "carrier", "holiday"], feature_types=["q", "q", "c", "q"])
    booster = xgboost.train(
        {"tree_method": "hist", "max_depth": 3, "eta": 0.3, "max_cat_to_onehot": 2, "seed": 7, "nthread": 1, **parameters},
        data, num_boost_round=6)
    predictions = booster.predict(data).reshape(-1).tolist()
    result["tasks"][name] = {
        "model": bytes(booster.save_raw("json")).decode(), "predictions": [float(f"{value:.9g}") for value in predictions]}
(here / f"xgboost-{xgboost.__version__}.json").write_text(json.dumps(result) + "\n")
