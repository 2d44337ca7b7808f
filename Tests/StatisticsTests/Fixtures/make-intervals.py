"""Makes intervals.json: inputs and the intervals that statsmodels gives, DeLong's variance from its definition, and
Student's t interval of SciPy for the logarithm of a mean loss (delta method).

Run with statsmodels 0.14 or later: python3 make-intervals.py > intervals.json
"""
import json

import numpy as np
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(20130901)


def auc(count, decimals):
    labels = random.random(count) < 0.4
    scores = np.clip(random.normal(0.4 + 0.2 * labels, 0.2).round(decimals), 0.05, 0.95)
    high, low = scores[labels], scores[~labels]
    # The definition: the kernel is 1 above, a half at a tie.
    kernel = (high[:, None] > low[None, :]) + 0.5 * (high[:, None] == low[None, :])
    variance = kernel.mean(axis=1).var(ddof=1) / len(high) + kernel.mean(axis=0).var(ddof=1) / len(low)
    value = kernel.mean()
    half = 1.959963984540054 * variance ** 0.5 / (value * (1 - value))
    logit = np.log(value / (1 - value))
    losses = -np.log(np.where(labels, scores, 1 - scores))
    return {
        "scores": scores.tolist(), "labels": labels.tolist(), "auc": value, "variance": variance,
        "bounds": [1 / (1 + np.exp(half - logit)), 1 / (1 + np.exp(-half - logit))],
        "log_loss": np.exp(stats.t.interval(
            0.95, count - 1, np.log(losses.mean()), stats.sem(losses) / losses.mean())).tolist(),
        "accuracy": list(proportion_confint(int(((scores >= 0.5) == labels).sum()), count, method="wilson")),
    }


print(json.dumps({
    "made_by": f"statsmodels {statsmodels.__version__}, NumPy {np.__version__}",
    "auc": [auc(60, 12), auc(150, 1)],
    "wilson": [[k, n, *proportion_confint(k, n, method="wilson")] for k, n in [(0, 5), (3, 8), (97, 100), (40, 40)]],
}, indent=1))
