"""Makes paired.json: what SciPy and statsmodels say of paired models, and what plain formulas give.

Needs numpy, scipy and statsmodels; the printed versions are kept in the file.
DeLong's components are counted pair by pair (DeLong et al. 1988, equations 2 to 6), not by midranks; Tango's bounds (1998)
come from maximising the likelihood numerically, not from the closed root.
"""

import json
import math
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar

random = np.random.default_rng(6)


def distributions():
    cases = []
    for x in (-9.0, -1.5, 0.0, 0.3, 2.0, 8.5):
        cases += [("normalCumulative", [x], stats.norm.cdf(x)), ("normalSurvival", [x], stats.norm.sf(x))]
        cases += [("studentSurvival", [x, 7.0], stats.t.sf(x, 7))]
    for p in (1e-9, 0.05, 0.5, 0.975):
        cases += [("normalQuantile", [p], stats.norm.ppf(p)), ("studentQuantile", [p, 3.5], stats.t.ppf(p, 3.5))]
    for k, n, q in ((0, 5, 0.5), (3, 17, 0.2), (480, 1000, 0.5), (90000, 200000, 0.45)):
        cases += [("binomialCumulative", [k, n, q], stats.binom.cdf(k, n, q)), ("binomialSurvival", [k, n, q], stats.binom.sf(k, n, q))]
    for x in (0.1, 1.0, 4.2, 30.0):
        cases += [("chiSquareSurvival", [x, 3.0], stats.chi2.sf(x, 3))]
    return [{"function": name, "arguments": list(map(float, arguments)), "value": float(value)} for name, arguments, value in cases]


def delong_case(rows, decimals, shift):
    labels = random.random(rows) < 0.4
    common = random.normal(size=rows)
    first = np.round(common + labels * (0.9 + shift) + 0.5 * random.normal(size=rows), decimals)
    second = np.round(common + labels * 0.9 + 0.5 * random.normal(size=rows), decimals)
    v10, v01, areas = [], [], []
    for scores in (first, second):
        wins = (scores[labels][:, None] > scores[~labels][None, :]) + 0.5 * (scores[labels][:, None] == scores[~labels][None, :])
        v10.append(wins.mean(axis=1))
        v01.append(wins.mean(axis=0))
        areas.append(wins.mean())
    s10, s01 = np.cov(np.array(v10)), np.cov(np.array(v01))
    s = s10 / labels.sum() + s01 / (~labels).sum()
    contrast = np.array([1, -1])
    variance = float(contrast @ s @ contrast)
    margin = -0.02
    difference = areas[0] - areas[1]
    z = stats.norm.ppf(0.95)
    return {
        "first": first.tolist(), "second": second.tolist(), "labels": labels.astype(int).tolist(), "areas": areas,
        "variance": variance, "margin": margin, "lower": difference - z * math.sqrt(variance),
        "upper": difference + z * math.sqrt(variance), "p": float(stats.norm.sf((difference - margin) / math.sqrt(variance))),
    }


def tango_statistic(b, c, n, delta):
    """(b - c - n delta) over its standard deviation at the most likely q21 under the hypothesis."""
    def loss(q):
        p12, rest = q + delta, 1 - 2 * q - delta
        total = 0.0
        for count, p in ((b, p12), (c, q), (n - b - c, rest)):
            if count > 0:
                total -= count * math.log(p) if p > 0 else -math.inf
        return total
    low, high = max(0.0, -delta), (1 - delta) / 2

    def slope(q):
        total = 0.0
        for count, p, factor in ((b, q + delta, 1), (c, q, 1), (n - b - c, 1 - 2 * q - delta, -2)):
            if count > 0:
                total += count * factor / p
        return total
    eps = 1e-15 * (high - low) + 1e-300
    left, right = low + max(eps, 1e-16), high - max(eps, 1e-16)
    if slope(left) <= 0:
        q = low
    elif slope(right) >= 0:
        q = high
    else:
        q = optimize.brentq(slope, left, right, xtol=1e-17, rtol=8.9e-16, maxiter=500)
    return (b - c - n * delta) / math.sqrt(n * (2 * q + delta * (1 - delta)))


def mcnemar_case(b, c, n):
    """b rows on which the challenger alone is right, c on which the champion alone is, of n."""
    table = [[(n - b - c) // 2, b], [c, n - b - c - (n - b - c) // 2]]
    exact, corrected = mcnemar(table, exact=True), mcnemar(table, exact=False, correction=True)
    z = stats.norm.ppf(0.95)
    root = lambda target: optimize.brentq(lambda d: tango_statistic(b, c, n, d) - target, -0.9999, 0.9999, xtol=1e-15, rtol=8.9e-16)
    return {
        "b": b, "c": c, "n": n, "exact": float(exact.pvalue), "statistic": float(corrected.statistic), "p": float(corrected.pvalue),
        "oneSided": float(stats.binomtest(b, b + c, 0.5, alternative="greater").pvalue),
        "lower": root(z), "upper": root(-z), "margin": -0.02, "pAtMargin": float(stats.norm.sf(tango_statistic(b, c, n, -0.02))),
    }


MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def draws(resample, seed, rows):
    """SplitMix64 as the original has it, from a start that seed and resample give."""
    state = mixed(((seed ^ mixed((resample + GAMMA) & MASK)) + GAMMA) & MASK)
    weights = np.zeros(rows, dtype=int)
    for _ in range(rows):
        state = (state + GAMMA) & MASK
        weights[(mixed(state) * rows) >> 64] += 1
    return weights


def bootstrap_case():
    rows, count, seed, margin, confidence = 50, 199, 11, 0.3, 0.9
    actual = random.normal(size=rows) * 5
    first, second = actual + random.normal(size=rows), actual + random.normal(size=rows) * 1.1
    rmse = lambda scores, w: math.sqrt(np.average((scores - actual) ** 2, weights=w))
    differences = sorted(rmse(first, w) - rmse(second, w) for w in (draws(r, seed, rows) for r in range(count)))
    place = int((1 - confidence) * (count + 1) + 1e-9) - 1
    return {
        "actual": actual.tolist(), "first": first.tolist(), "second": second.tolist(), "count": count, "seed": seed,
        "margin": margin, "confidence": confidence, "lower": differences[place], "upper": differences[count - 1 - place],
        "p": (1 + sum(d >= margin for d in differences)) / (count + 1), "weights": draws(0, seed, rows).tolist(),
    }


document = {
    "versions": {m.__name__: m.__version__ for m in (np, scipy, statsmodels)},
    "distributions": distributions(),
    "delong": [delong_case(60, 6, 0.1), delong_case(200, 1, 0.0), delong_case(45, 0, -0.3)],
    "mcnemar": [mcnemar_case(*c) for c in ((10, 3, 100), (3, 10, 100), (40, 61, 1000), (0, 7, 50), (1, 1, 300), (300, 250, 20000))],
    "bootstrap": bootstrap_case(),
}
Path(__file__).with_name("paired.json").write_text(json.dumps(document, indent=1, default=float) + "\n")
