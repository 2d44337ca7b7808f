#!/usr/bin/env python3
"""What BaselinesTests and RowWeightsTests compare ours with: scikit-learn's dummies and class weights.

    pip install scikit-learn && python3 make-baselines.py

Writes baselines.json.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.utils.class_weight import compute_class_weight

values = [((row * 37) % 101) / 7 - 3 for row in range(40)]
weights = [row % 4 for row in range(40)]
classes = ["abc"[(row * row) % 3 if row % 5 else 2] for row in range(40)]
rows = np.zeros((40, 1))
levels = [0.1, 0.5, 0.9]


def regressor(weights=None, **options):
    return float(DummyRegressor(**options).fit(rows, values, sample_weight=weights).predict(rows[:1])[0])


def shares(weights=None):
    return DummyClassifier(strategy="prior").fit(rows, classes, sample_weight=weights).predict_proba(rows[:1])[0].tolist()


result = {
    "version": sklearn.__version__, "values": values, "weights": weights, "classes": classes, "levels": levels,
    "mean": regressor(strategy="mean"), "weightedMean": regressor(weights, strategy="mean"),
    "median": regressor(strategy="median"),
    "quantiles": [regressor(strategy="quantile", quantile=level) for level in levels],
    "shares": shares(), "weightedShares": shares(weights),
    "balanced": compute_class_weight("balanced", classes=np.array(["a", "b", "c"]), y=classes).tolist(),
}
(pathlib.Path(__file__).parent / "baselines.json").write_text(json.dumps(result) + "\n")
