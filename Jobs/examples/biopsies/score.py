"""Scores batches of rows: CSV in, one probability a row out. An empty line ends a batch, and each answer."""
import csv
import sys

import joblib

forest = joblib.load("forest.joblib")


def batches(lines):
    batch = []
    for line in lines:
        if line.strip():
            batch.append(line)
        else:
            yield batch
            batch = []


for batch in batches(sys.stdin):
    rows = list(csv.reader(batch))[1:]
    print("score")
    for score in forest.predict_proba([[float(cell or "nan") for cell in row] for row in rows])[:, 1]:
        print(repr(float(score)))
    print(flush=True)
