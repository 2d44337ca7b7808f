"""Makes reference.json: inputs and the values that scikit-learn and SciPy give for them.

Run with scikit-learn 1.5 or later and SciPy: python3 make-reference.py > reference.json
"""
import json

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics

random = np.random.default_rng(20130401)


def binary(count, ties):
    labels = random.random(count) < 0.3
    scores = np.clip(random.normal(0.35 + 0.15 * labels, 0.2), 0, 1)
    if ties:
        scores = np.round(scores, 1)
    predicted = scores >= 0.5
    return {
        "scores": scores.tolist(), "labels": labels.astype(int).tolist(),
        "auc": metrics.roc_auc_score(labels, scores),
        "pr_auc": metrics.average_precision_score(labels, scores),
        "log_loss": metrics.log_loss(labels, scores),
        "brier": metrics.brier_score_loss(labels, scores),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "precision": metrics.precision_score(labels, predicted),
        "recall": metrics.recall_score(labels, predicted),
        "f1": metrics.f1_score(labels, predicted),
    }


def multiclass(count, classes):
    labels = random.integers(0, classes, count)
    logits = random.normal(0, 1, (count, classes))
    logits[np.arange(count), labels] += 1
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    predicted = scores.argmax(axis=1)
    return {
        "scores": scores.ravel().tolist(), "labels": labels.tolist(), "classes": classes,
        "log_loss": metrics.log_loss(labels, scores),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "macro_precision": metrics.precision_score(labels, predicted, average="macro"),
        "macro_recall": metrics.recall_score(labels, predicted, average="macro"),
        "macro_f1": metrics.f1_score(labels, predicted, average="macro"),
        "macro_auc": metrics.roc_auc_score(labels, scores, multi_class="ovr", average="macro"),
    }


def regression(count):
    actual = random.normal(10, 3, count)
    predicted = actual + random.normal(0.2, 1, count)
    return {
        "predicted": predicted.tolist(), "actual": actual.tolist(),
        "rmse": metrics.mean_squared_error(actual, predicted) ** 0.5,
        "mae": metrics.mean_absolute_error(actual, predicted), "r2": metrics.r2_score(actual, predicted),
    }


def kolmogorov(m, n, shift):
    left, right = random.normal(0, 1, m).round(2), random.normal(shift, 1, n).round(2)
    statistic = stats.ks_2samp(left, right, method="asymp").statistic
    # The Kolmogorov distribution itself; ks_2samp's own "asymp" uses the exact one-sample law for small samples.
    p_value = stats.kstwobign.sf(statistic * (m * n / (m + n)) ** 0.5)
    return {"reference": left.tolist(), "current": right.tolist(), "statistic": statistic, "p": p_value}


def chi_square(reference, current):
    used = [(a, b) for a, b in zip(reference, current) if a + b > 0]
    result = stats.chi2_contingency(np.array(used).T, correction=False)
    return {"reference": reference, "current": current, "statistic": result.statistic, "p": result.pvalue}


print(json.dumps({
    "made_by": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}",
    "binary": [binary(200, False), binary(300, True)],
    "multiclass": [multiclass(150, 3), multiclass(200, 5)],
    "regression": [regression(100)],
    "kolmogorov": [kolmogorov(80, 60, 0.0), kolmogorov(100, 120, 0.4), kolmogorov(50, 70, 1.5)],
    "chi_square": [chi_square([30, 20, 50], [25, 30, 45]), chi_square([10, 0, 90, 5], [40, 0, 60, 1]),
                   chi_square([500, 300], [480, 320])],
}, indent=1))
