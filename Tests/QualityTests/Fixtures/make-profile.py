"""Makes profile.csv and profile.json: what pandas, NumPy and SciPy say of a seeded table. Needs pandas and SciPy."""

import json

import numpy as np
import pandas as pd
from scipy import stats

rng = np.random.default_rng(11)
n = 400
x = rng.normal(5, 2, n)
frame = pd.DataFrame(
    {
        "x": x.round(6),
        "y": (0.7 * x + rng.normal(0, 1, n)).round(6),
        "steps": rng.poisson(3, n),
        "heavy": np.exp(rng.normal(0, 2, n)).round(6),
        "colour": rng.choice(["red", "green", "blue", "black"], n, p=[0.5, 0.3, 0.15, 0.05]),
        "shape": rng.choice(["round", "square", "flat"], n),
        "tiny": rng.normal(1e9, 1e-3, n).round(6),
    }
)
frame.loc[rng.random(n) < 0.1, "x"] = np.nan
frame.loc[rng.random(n) < 0.2, "y"] = np.nan
frame.loc[rng.random(n) < 0.05, "colour"] = None
frame["colour"] = frame["colour"].where(frame["steps"] < 5, "red")
frame.to_csv("profile.csv", index=False)
frame = pd.read_csv("profile.csv")


def cramers_v(a, b):
    table = pd.crosstab(a, b)
    total = table.to_numpy().sum()
    phi = stats.chi2_contingency(table, correction=False)[0] / total
    r, c = table.shape
    phi = max(0, phi - (r - 1) * (c - 1) / (total - 1))
    r, c = r - (r - 1) ** 2 / (total - 1), c - (c - 1) ** 2 / (total - 1)
    return float(np.sqrt(phi / min(r - 1, c - 1)))


def correlation_ratio(category, values):
    both = category.notna() & values.notna()
    category, values = category[both], values[both]
    groups = values.groupby(category)
    between = (groups.count() * (groups.mean() - values.mean()) ** 2).sum()
    return float(np.sqrt(between / ((values - values.mean()) ** 2).sum()))


def pearson(a, b):
    """With more digits than a double has: the mean of `tiny` is a million million times its deviation."""
    both = a.notna() & b.notna()
    a, b = (np.asarray(v[both], dtype=np.longdouble) for v in (a, b))
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


numeric = ["x", "y", "steps", "heavy", "tiny"]
shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
reference = {
    "columns": {
        name: {
            "mean": frame[name].mean(),
            "standardDeviation": frame[name].std(),
            "skewness": frame[name].skew(),
            "distinct": int(frame[name].nunique()),
            "missing": int(frame[name].isna().sum()),
            "quantiles": [float(frame[name].quantile(share)) for share in shares],
        }
        for name in numeric
    },
    "pearson": [[pearson(frame[a], frame[b]) for b in numeric] for a in numeric],
    "spearman": frame[numeric].corr(method="spearman").to_numpy().tolist(),
    "cramersV": cramers_v(frame["colour"], frame["shape"]),
    "ratio": {name: correlation_ratio(frame["colour"], frame[name]) for name in numeric},
    "top": {name: {str(k): int(v) for k, v in frame[name].value_counts().items()} for name in ["colour", "shape"]},
}
with open("profile.json", "w") as file:
    json.dump(reference, file, indent=1)
