"""Makes divergences.json: inputs and the values that SciPy and statsmodels give for them.

Run with SciPy 1.11 and statsmodels 0.14 or later: python3 make-divergences.py > divergences.json
"""
import json

import numpy as np
import scipy
import statsmodels
from scipy import stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.multitest import multipletests

random = np.random.default_rng(20131101)


def numbers(reference, current):
    reference, current = np.asarray(reference, float), np.asarray(current, float)
    exact = stats.ks_2samp(reference, current, method="exact")
    deviation = ((reference.var(ddof=1) + current.var(ddof=1)) / 2) ** 0.5
    return {
        "reference": reference.tolist(), "current": current.tolist(),
        "statistic": exact.statistic, "exact_p": exact.pvalue,
        "wasserstein": stats.wasserstein_distance(reference, current),
        "smd": (current.mean() - reference.mean()) / deviation,
    }


def shares(reference, current):
    reference, current = np.array(reference), np.array(current)
    table = np.array([reference, current])
    return {
        "reference": reference.tolist(), "current": current.tolist(),
        "jensen_shannon": float(jensenshannon(reference, current, base=2)),
        "total_variation": float(abs(reference / reference.sum() - current / current.sum()).sum() / 2),
        "chi_square": stats.chi2_contingency(table, correction=False).statistic,
        "chi_square_p": stats.chi2_contingency(table, correction=False).pvalue,
        "cramers_v": stats.contingency.association(table, method="cramer"),
    }


def corrected(p_values):
    return {
        "p": p_values, "benjamini-hochberg": multipletests(p_values, method="fdr_bh")[1].tolist(),
        "holm": multipletests(p_values, method="holm")[1].tolist(),
    }


print(json.dumps({
    "made_by": f"SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}",
    "numbers": [
        numbers(random.normal(0, 1, 30), random.normal(0, 1, 40)),
        numbers(random.normal(0, 1, 80), random.normal(0.6, 1.5, 35)),
        numbers(random.integers(0, 12, 60), random.integers(3, 14, 90)),
        numbers(random.exponential(2, 7), random.exponential(9, 5)),
        numbers(random.normal(1e6, 3, 50), random.normal(1e6 + 1, 3, 50)),
    ],
    "shares": [
        shares([30, 20, 50], [25, 30, 45]), shares([10, 40, 90, 5], [40, 0, 60, 1]), shares([500, 300], [480, 320]),
        shares(random.integers(1, 400, 25).tolist(), random.integers(1, 400, 25).tolist()),
    ],
    "corrected": [
        corrected([0.01, 0.02, 0.03, 0.04, 0.05]), corrected([0.2]), corrected([0.5, 0.001, 0.03, 0.03, 1.0, 0.0]),
        corrected(random.uniform(0, 1, 12).tolist()),
    ],
}, indent=1))
