"""Makes inspection.json: permutation importance and partial dependence by scikit-learn's `inspection` of small models of
XGBoost's, wrapped as estimators.

Needs numpy, scikit-learn and xgboost; the printed versions are kept in the file. scikit-learn tells the mean of the losses
alone, so its shuffles are made again here, checked against what it tells, and kept.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
import xgboost
from sklearn.base import BaseEstimator
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.utils import check_random_state

REPEATS = 3
SEED = 11
random = np.random.default_rng(5)


class Wrapped(BaseEstimator):
    """Numbers, or the probability of the second class, by a booster that is made already."""

    def __init__(self, booster=None):
        self.booster = booster

    def fit(self, rows, labels):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def scores(self, rows):
        return self.booster.predict(xgboost.DMatrix(np.asarray(rows))).astype(float)


class Number(Wrapped):
    _estimator_type = "regressor"

    def predict(self, rows):
        return self.scores(rows)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        return tags


class Class(Wrapped):
    _estimator_type = "classifier"
    classes_ = np.array([0, 1])

    def predict_proba(self, rows):
        second = self.scores(rows)
        return np.stack([1 - second, second], axis=1)

    def predict(self, rows):
        return (self.scores(rows) > 0.5).astype(int)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        tags.classifier_tags = sklearn.utils.ClassifierTags()
        return tags


def shuffles(count):
    """The orders in which scikit-learn puts a column: each shuffle goes on from the one before."""
    state = check_random_state(check_random_state(SEED).randint(np.iinfo(np.int32).max + 1))
    index, order, orders = np.arange(count), np.arange(count), []
    for _ in range(REPEATS):
        state.shuffle(index)
        order = order[index]
        orders.append(order.copy())
    return orders


def case(objective, labels, rows, metric, wrapper):
    booster = xgboost.train(
        {"objective": objective, "max_depth": 3, "eta": 0.4, "seed": 1}, xgboost.DMatrix(rows, labels), 8)
    model = wrapper(booster)
    told = permutation_importance(model, rows, labels, scoring=metric, n_repeats=REPEATS, random_state=SEED)
    dependence = [
        partial_dependence(
            model, rows, [column], percentiles=(0.05, 0.95), grid_resolution=20, method="brute",
            response_method="auto" if wrapper is Number else "predict_proba")
        for column in range(rows.shape[1])
    ]
    return {
        "model": booster.save_raw("json").decode(), "labels": labels.astype(float).tolist(),
        "losses": told.importances.tolist(), "mean": told.importances_mean.tolist(),
        "deviation": told.importances_std.tolist(), "grids": [item["grid_values"][0].tolist() for item in dependence],
        "means": [item["average"][0].tolist() for item in dependence],
    }


def main():
    count = 150
    rows = random.normal(size=(count, 3)).astype(np.float32).astype(float)
    rows[:, 2] = np.round(rows[:, 2] * 2)  # few values: each is a point of the grid
    number = rows[:, 0] * 2 + np.sin(rows[:, 1] * 3) + rows[:, 2] * 0.3 + random.normal(size=count) * 0.2
    number = number.astype(np.float32).astype(float)
    orders = shuffles(count)
    cases = {
        "regression": case("reg:squarederror", number, rows, "r2", Number),
        "binary": case("binary:logistic", (number > 0.5).astype(int), rows, "roc_auc", Class),
    }
    file = {
        "versions": {"numpy": np.__version__, "sklearn": sklearn.__version__, "xgboost": xgboost.__version__},
        "rows": rows.tolist(), "orders": [order.tolist() for order in orders], "cases": cases,
    }
    for name, metric, wrapper in (("regression", sklearn.metrics.r2_score, Number), ("binary", sklearn.metrics.roc_auc_score, Class)):
        booster = xgboost.Booster()
        booster.load_model(bytearray(cases[name]["model"], "utf8"))
        model, labels = wrapper(booster), np.array(cases[name]["labels"])
        for column in range(3):
            for repeat, order in enumerate(orders):
                shuffled = rows.copy()
                shuffled[:, column] = rows[order, column]
                loss = metric(labels, model.scores(rows)) - metric(labels, model.scores(shuffled))
                assert abs(loss - cases[name]["losses"][column][repeat]) < 1e-12, (name, column, repeat)
    print(file["versions"])
    Path(__file__).with_name("inspection.json").write_text(json.dumps(file) + "\n")


main()
