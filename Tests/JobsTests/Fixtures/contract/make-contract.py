"""Writes data.csv, airlines.csv and reference.csv, and what pandas says of each rule of contract.yaml: expected.json.

Made with pandas 2.3.3, NumPy 2 and Python 3.13:  python make-contract.py
"""
import json, re
import numpy as np, pandas as pd

rng = np.random.default_rng(5)
n = 3000
frame = pd.DataFrame({
    "id": rng.permutation(n),
    "carrier": rng.choice(["AA", "B6", "UA", "DL", "zz"], n, p=[.3, .3, .2, .19, .01]),
    "flight": rng.integers(1, 90, n),
    "delay": np.round(rng.gamma(2, 20, n) - 30, 1),
    "left": rng.integers(0, 2000, n),
    "landed": rng.integers(200, 2400, n),
    "note": rng.choice(["ok", "späte Ankunft", 'said "no", then yes', "x" * 12, "Ω"], n),
    "cancelled": rng.choice(["true", "false"], n, p=[.1, .9]),
    "at": pd.to_datetime("2013-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 86400 * 90, n)), unit="s"),
})
frame.loc[rng.choice(n, 40, replace=False), "id"] = frame["id"].iloc[0]
late = rng.choice(n, 25, replace=False)
frame.loc[late, "at"] -= pd.to_timedelta(3, unit="D")
frame["a"] = rng.integers(0, 9, n) / 10
frame["b"] = rng.integers(0, 9, n) / 10
frame["total"] = (frame["a"] + frame["b"]).round(1)
frame.loc[rng.choice(n, 17, replace=False), "total"] += 1
for column, count in [("delay", 130), ("left", 60), ("landed", 75), ("note", 33), ("flight", 12), ("carrier", 9)]:
    frame[column] = frame[column].astype(object)
    frame.loc[rng.choice(n, count, replace=False), column] = None
frame.assign(at=frame["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_csv("data.csv", index=False)
pd.DataFrame({"code": ["AA", "B6", "UA", "WN"]}).to_csv("airlines.csv", index=False)
pd.DataFrame({"delay": np.round(rng.gamma(2, 22, 2000) - 30, 1)}).to_csv("reference.csv", index=False)

d = pd.read_csv("data.csv", parse_dates=["at"])
r = pd.read_csv("reference.csv")
def rows(bad, judged): return {"failing": int(bad.sum()), "judged": int(judged), "first": [int(i) + 1 for i in np.flatnonzero(bad)[:5]]}
def of(column, bad): return rows(bad & d[column].notna(), d[column].notna().sum())
def value(x): return {"observed": float(x)}
from scipy.stats import ks_2samp
def psi(old, new):
    o = np.sort(old.dropna().to_numpy()); edges = []
    for i in range(1, 10):
        v = o[min(len(o) - 1, i * len(o) // 10)]
        if v > o[0] and (not edges or v > edges[-1]): edges.append(v)
    bins = lambda x: np.bincount(np.searchsorted(edges, x.dropna(), side="right"), minlength=len(edges) + 1).tolist() + [int(x.isna().sum())]
    a, b = np.array(bins(old)), np.array(bins(new)); keep = (a + b) > 0
    a, b = np.maximum(a / a.sum(), 1e-4)[keep], np.maximum(b / b.sum(), 1e-4)[keep]
    return float(((b - a) * np.log(b / a)).sum())
before = d["at"].diff() < pd.Timedelta(0)
group = d[d["carrier"].notna()].groupby("carrier")["at"].diff() < pd.Timedelta(0)
key = d[["carrier", "flight"]].dropna()
live = d[~d["cancelled"]]
both = d[["left", "landed"]].notna().all(axis=1)
expected = {
    "id.unique": of("id", d["id"].duplicated()),
    "carrier.in": of("carrier", ~d["carrier"].isin(["AA", "B6", "UA", "DL"])),
    "carrier.pattern": of("carrier", ~d["carrier"].fillna("").map(lambda t: bool(re.fullmatch("[A-Z0-9]{2}", t)))),
    "carrier.distinct": value(d["carrier"].nunique()),
    "carrier.share-AA": value(d["carrier"].value_counts(normalize=True)["AA"]),
    "flight.not-in": of("flight", d["flight"].isin([13, 17])),
    "delay.missing": value(d["delay"].isna().mean()),
    "delay.range": of("delay", ~((d["delay"] > -30) & (d["delay"] <= 100))),
    "delay.mean": value(d["delay"].mean()),
    "delay.sd": value(d["delay"].std()),
    "delay.sum": value(d["delay"].sum()),
    "delay.drift-ks": value(ks_2samp(r["delay"].dropna(), d["delay"].dropna()).statistic),
    "delay.drift-psi": value(psi(r["delay"], d["delay"])),
    "note.length": of("note", ~d["note"].fillna("xx").str.len().between(2, 11)),
    "note.type": rows(d["note"] != d["note"], len(d)) | {"judged": None, "failing": None, "first": []},
    "landed.range": rows((d["landed"] > 2000) & ~d["cancelled"], (live["landed"].notna()).sum()),
    "at.increasing": rows(before, len(d)),
    "at.freshness": value((pd.Timestamp("2013-04-10", tz="UTC") - d["at"].max()).total_seconds()),
    "unique(carrier,flight)": rows(key.duplicated().reindex(d.index, fill_value=False), len(key)),
    "foreign-key(carrier)": of("carrier", ~d["carrier"].isin(["AA", "B6", "UA", "WN"])),
    "rows": value(len(d)),
    "check:lands later": rows(both & (d["left"] > d["landed"]), both.sum()),
    "check:lands later, surely": rows(~both | (d["left"] > d["landed"]), len(d)),
    "check:a + b == total": rows((d["a"] + d["b"] - d["total"]).abs() > 0.001, len(d)),
    "check:by carrier": rows(d["cancelled"] & d["carrier"].isin(["AA"]), (d["carrier"] == "AA").sum()),
}
q = d["delay"].dropna()
expected["quantiles"] = {"p90": float(np.quantile(q, .9, method="inverted_cdf")), "median": float(np.quantile(q, .5, method="inverted_cdf"))}
expected["increasing by carrier"] = rows(group.reindex(d.index, fill_value=False), d["carrier"].notna().sum())
json.dump(expected, open("expected.json", "w"), indent=1, sort_keys=True)
