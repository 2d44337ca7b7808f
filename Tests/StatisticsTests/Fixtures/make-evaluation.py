"""Makes evaluation.json: inputs and the values that scikit-learn, NumPy, statsmodels' formulas and fairlearn give for them.

Run with scikit-learn 1.9, SciPy 1.17 and fairlearn: python3 make-evaluation.py > evaluation.json
"""
import json

import fairlearn
import fairlearn.metrics as fair
import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import calibration, metrics

random = np.random.default_rng(20130402)


def calibration_errors(labels, scores, strategy):
    """ECE and MCE over scikit-learn's own bins: calibration_curve gives frequency and mean score of each that is not empty."""
    rate, mean = calibration.calibration_curve(labels, scores, n_bins=10, strategy=strategy)
    edges = np.linspace(0, 1, 11) if strategy == "uniform" else np.percentile(scores, np.linspace(0, 1, 11) * 100)
    counts = np.bincount(np.searchsorted(edges[1:-1], scores), minlength=10)
    counts = counts[counts > 0]
    gaps = np.abs(rate - mean)
    return float((gaps * counts).sum() / counts.sum()), float(gaps.max())


def cheapest(labels, scores, costs):
    best = None
    for threshold in [np.inf] + sorted(set(scores), reverse=True):
        called = scores >= threshold
        cost = (costs[0] * (called & labels).sum() + costs[1] * (called & ~labels).sum()
                + costs[2] * (~called & labels).sum() + costs[3] * (~called & ~labels).sum()) / len(labels)
        if best is None or cost < best[1] - 1e-15:
            best = (float(threshold), float(cost))
    return best


def binary(count, ties, threshold):
    labels = random.random(count) < 0.3
    scores = np.clip(random.normal(0.35 + 0.15 * labels, 0.2), 0, 1)
    if ties:
        scores = np.round(scores, 1)
    called = scores >= threshold
    ece, mce = calibration_errors(labels, scores, "uniform")
    ece_mass, _ = calibration_errors(labels, scores, "quantile")
    costs = [0.5, 1, 5, -0.25]
    table = metrics.confusion_matrix(labels, called)
    best = cheapest(labels, scores, costs)
    return {
        "scores": scores.tolist(), "labels": labels.astype(int).tolist(), "threshold": threshold, "costs": costs,
        "bestThreshold": best[0], "bestCost": best[1],
        "expected": {
            "auc": metrics.roc_auc_score(labels, scores), "pr_auc": metrics.average_precision_score(labels, scores),
            "log_loss": metrics.log_loss(labels, scores), "brier": metrics.brier_score_loss(labels, scores),
            "accuracy": metrics.accuracy_score(labels, called),
            "balanced_accuracy": metrics.balanced_accuracy_score(labels, called),
            "precision": metrics.precision_score(labels, called), "recall": metrics.recall_score(labels, called),
            "f1": metrics.f1_score(labels, called), "mcc": metrics.matthews_corrcoef(labels, called),
            "ece": ece, "max_calibration_error": mce, "ece_equal_mass": ece_mass,
            "expected_cost": float((costs[0] * table[1, 1] + costs[1] * table[0, 1] + costs[2] * table[1, 0]
                                    + costs[3] * table[0, 0]) / count),
        },
    }


def weighted(count):
    """Metrics of rows that count several times, or not at all, as in a resample."""
    case = binary(count, True, 0.4)
    counts = random.integers(0, 4, count)
    rows = np.repeat(np.arange(count), counts)
    scores, labels = np.array(case["scores"])[rows], np.array(case["labels"])[rows].astype(bool)
    called = scores >= 0.4
    return {
        "scores": case["scores"], "labels": case["labels"], "counts": counts.tolist(), "threshold": 0.4,
        "expected": {
            "auc": metrics.roc_auc_score(labels, scores), "pr_auc": metrics.average_precision_score(labels, scores),
            "log_loss": metrics.log_loss(labels, scores), "brier": metrics.brier_score_loss(labels, scores),
            "accuracy": metrics.accuracy_score(labels, called), "f1": metrics.f1_score(labels, called),
            "mcc": metrics.matthews_corrcoef(labels, called), "ece": calibration_errors(labels, scores, "uniform")[0],
        },
    }


def multiclass(count, classes):
    labels = random.integers(0, classes, count)
    logits = random.normal(0, 1, (count, classes))
    logits[np.arange(count), labels] += 1
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    called = scores.argmax(axis=1)
    ece, mce = calibration_errors(called == labels, scores.max(axis=1), "uniform")
    expected = {
        "log_loss": metrics.log_loss(labels, scores), "accuracy": metrics.accuracy_score(labels, called),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, called),
        "mcc": metrics.matthews_corrcoef(labels, called),
        "macro_precision": metrics.precision_score(labels, called, average="macro"),
        "macro_recall": metrics.recall_score(labels, called, average="macro"),
        "macro_f1": metrics.f1_score(labels, called, average="macro"),
        "macro_auc": metrics.roc_auc_score(labels, scores, multi_class="ovr", average="macro"),
        "ece": ece, "max_calibration_error": mce,
    }
    for k in (2, 3):
        expected[f"top_{k}_accuracy"] = metrics.top_k_accuracy_score(labels, scores, k=k)
    return {"scores": scores.ravel().tolist(), "labels": labels.tolist(), "classes": classes, "expected": expected}


def regression(count, counts):
    actual = random.poisson(4, count).astype(float) if counts else random.normal(10, 3, count)
    predicted = np.abs(actual + random.normal(0.2, 1, count)) + 0.1
    expected = {
        "rmse": metrics.root_mean_squared_error(actual, predicted),
        "mae": metrics.mean_absolute_error(actual, predicted), "r2": metrics.r2_score(actual, predicted),
        "median_ae": metrics.median_absolute_error(actual, predicted),
        "smape": float((2 * np.abs(actual - predicted) / (np.abs(actual) + np.abs(predicted))).mean()),
    }
    if counts:
        expected["poisson_deviance"] = metrics.mean_poisson_deviance(actual, predicted)
    else:
        expected["mape"] = metrics.mean_absolute_percentage_error(actual, predicted)
    return {"predicted": predicted.tolist(), "actual": actual.tolist(), "expected": expected}


def quantile(count):
    actual = random.normal(10, 3, count)
    levels = [0.1, 0.5, 0.975]
    predicted = np.sort(actual[:, None] * 0.5 + 5 + random.normal(0, 2, (count, 3)), axis=1)
    expected = {}
    for index, (level, name) in enumerate(zip(levels, ["p10", "p50", "p97_5"])):
        expected[f"quantile_loss_{name}"] = metrics.mean_pinball_loss(actual, predicted[:, index], alpha=level)
        expected[f"coverage_{name}"] = float((actual <= predicted[:, index]).mean())
    expected["quantile_loss"] = float(np.mean([expected[f"quantile_loss_{n}"] for n in ["p10", "p50", "p97_5"]]))
    expected["interval_coverage"] = float(((predicted[:, 0] <= actual) & (actual <= predicted[:, 2])).mean())
    expected["interval_width"] = float((predicted[:, 2] - predicted[:, 0]).mean())
    return {"predicted": predicted.ravel().tolist(), "levels": levels, "actual": actual.tolist(), "expected": expected}


def ranking(queries):
    scores, relevance, groups = [], [], []
    for query in range(queries):
        size = int(random.integers(4, 20))
        scores.append(np.round(random.normal(0, 1, size), 1))
        relevance.append(np.maximum(0, np.round(random.normal(0.5, 1, size) + scores[-1] * 0.7)))
        relevance[-1][0] = max(1, relevance[-1][0])
        groups += [query] * size
    pairs = list(zip(relevance, scores))
    expected = {
        "ndcg": float(np.mean([metrics.ndcg_score([r], [s]) for r, s in pairs])),
        "ndcg_at_5": float(np.mean([metrics.ndcg_score([r], [s], k=5) for r, s in pairs])),
        "ndcg_at_10": float(np.mean([metrics.ndcg_score([r], [s], k=10) for r, s in pairs])),
        "map": float(np.mean([metrics.average_precision_score(r > 0, s) for r, s in pairs])),
    }
    return {"scores": np.concatenate(scores).tolist(), "relevance": np.concatenate(relevance).tolist(),
            "queries": groups, "expected": expected}


def intervals():
    """Percentile intervals of SciPy's bootstrap, from the very distribution that it drew."""
    sample = random.normal(3, 2, 60)
    result = stats.bootstrap((sample,), np.mean, n_resamples=400, confidence_level=0.9, method="percentile",
                             rng=np.random.default_rng(1))
    basic = stats.bootstrap((sample,), np.std, n_resamples=400, confidence_level=0.9, method="basic",
                            rng=np.random.default_rng(2))
    wilson = []
    for successes, count in [(0, 12), (3, 40), (20, 40), (399, 400), (7, 7)]:
        interval = stats.binomtest(successes, count).proportion_ci(confidence_level=0.95, method="wilson")
        wilson.append({"successes": successes, "count": count, "low": interval.low, "high": interval.high})
    return {
        "percentile": {"values": result.bootstrap_distribution.tolist(), "confidence": 0.9,
                       "low": result.confidence_interval.low, "high": result.confidence_interval.high},
        "mirrored": {"values": basic.bootstrap_distribution.tolist(), "confidence": 0.9, "estimate": float(np.std(sample)),
                     "low": basic.confidence_interval.low, "high": basic.confidence_interval.high},
        "wilson": wilson,
    }


def fairness(count):
    group = random.choice(["a", "b", "c"], count, p=[0.5, 0.3, 0.2])
    labels = random.random(count) < np.where(group == "a", 0.5, 0.35)
    called = random.random(count) < 0.25 + 0.3 * labels + np.where(group == "c", 0.15, 0)
    y, p = labels.astype(int), called.astype(int)
    keys = {"sensitive_features": group}
    frame = fair.MetricFrame(
        metrics={"selection_rate": fair.selection_rate, "true_positive_rate": fair.true_positive_rate,
                 "false_positive_rate": fair.false_positive_rate, "precision": metrics.precision_score},
        y_true=y, y_pred=p, sensitive_features=group)
    rates = frame.by_group
    return {
        "groups": group.tolist(), "labels": y.tolist(), "called": p.tolist(),
        "rates": {g: {m: float(rates.loc[g, m]) for m in rates.columns} for g in ["a", "b", "c"]},
        "expected": {
            "demographic_parity_difference": fair.demographic_parity_difference(y, p, **keys),
            "demographic_parity_ratio": fair.demographic_parity_ratio(y, p, **keys),
            "equalized_odds_difference": fair.equalized_odds_difference(y, p, **keys),
            "equalized_odds_ratio": fair.equalized_odds_ratio(y, p, **keys),
            "equal_opportunity_difference": fair.equal_opportunity_difference(y, p, **keys),
            "equal_opportunity_ratio": fair.equal_opportunity_ratio(y, p, **keys),
            "predictive_parity_difference": float(frame.difference()["precision"]),
            "disparate_impact": float((rates["selection_rate"] / rates.loc["a", "selection_rate"]).min()),
        },
    }


print(json.dumps({
    "made_by": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, fairlearn {fairlearn.__version__}",
    "binary": [binary(200, False, 0.5), binary(300, True, 0.4)], "weighted": weighted(150),
    "multiclass": [multiclass(150, 4), multiclass(200, 6)], "regression": [regression(101, False), regression(120, True)],
    "quantile": quantile(90), "ranking": ranking(25), "intervals": intervals(), "fairness": fairness(400),
}, indent=1))
