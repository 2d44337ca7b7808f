"""Two small tables and what pandas, NumPy and SciPy say of the way from one to the other.

Written with pandas 2, SciPy 1; run in this folder: python3 make-comparison.py
"""

import json

import numpy as np
import pandas as pd
from scipy import stats

random = np.random.default_rng(20260101)
n = 600
old = pd.DataFrame(
    {
        "id": np.arange(1000, 1000 + n),
        "site": random.choice(["north", "south", "east"], n),
        "minutes": random.gamma(2.0, 20.0, n).round(1),
        "dep_delay": random.normal(12, 30, n).round(2),
        "score": random.normal(0, 1, n).round(4),
        "flag": random.choice(["true", "false"], n),
        "gone": random.integers(0, 50, n),
    }
)
old.loc[random.choice(n, 30, replace=False), "score"] = np.nan

new = old.copy().drop(columns=["gone"])
new = new[new.id % 40 != 7]
new["minutes"] = (new.minutes * 60).round(1)
new = new.rename(columns={"dep_delay": "departure_delay"})
new.loc[new.index[::9], "site"] = "west"
new["score"] = (new.score + np.where(new.id % 3 == 0, 0.75, 0.0)).round(4)
added = new.head(25).copy()
added["id"] += 5000
new = pd.concat([new, added]).sample(frac=1, random_state=1)
new["note"] = "same"
new = new[["note"] + [c for c in new.columns if c != "note"]]

old.to_csv("comparison-old.csv", index=False)
new.to_csv("comparison-new.csv", index=False)
old, new = pd.read_csv("comparison-old.csv"), pd.read_csv("comparison-new.csv")

merged = old.merge(new, on="id", how="outer", suffixes=("_old", "_new"), indicator=True)
both = merged[merged._merge == "both"]


def differs(a, b):
    return ~((both[a] == both[b]) | (both[a].isna() & both[b].isna()))


changed = pd.DataFrame(
    {
        "site": differs("site_old", "site_new"),
        "minutes": differs("minutes_old", "minutes_new"),
        "departure_delay": differs("dep_delay", "departure_delay"),
        "score": differs("score_old", "score_new"),
        "flag": differs("flag_old", "flag_new"),
    }
)


def numbers(column):
    values = column.dropna()
    return {
        "mean": values.mean(),
        "sd": values.std(),
        "quantiles": values.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
        "min": values.min(),
        "max": values.max(),
        "missing": int(column.isna().sum()),
        "distinct": int(values.nunique()),
    }


ks = stats.ks_2samp(old.score.dropna(), new.score.dropna(), method="asymp")
labels = sorted(set(old.site) | set(new.site))
counts = [[int((t.site == label).sum()) for label in labels] for t in (old, new)]
chi = stats.chi2_contingency(counts, correction=False)

json.dump(
    {
        "added": int((merged._merge == "right_only").sum()),
        "removed": int((merged._merge == "left_only").sum()),
        "changed": int(changed.any(axis=1).sum()),
        "unchanged": int((~changed.any(axis=1)).sum()),
        "changedColumns": {k: int(v) for k, v in changed.sum().items() if v},
        "old": numbers(old.score),
        "new": numbers(new.score),
        "ksStatistic": ks.statistic,
        "chiSquare": chi.statistic,
        "chiSquareP": chi.pvalue,
        "cramersV": (chi.statistic / np.sum(counts)) ** 0.5,
        "westRows": int((new.site == "west").sum()),
    },
    open("comparison.json", "w"),
    indent=1,
)
