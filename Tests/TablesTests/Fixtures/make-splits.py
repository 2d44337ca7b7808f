"""Writes splits.json: how scikit-learn spreads classes and groups over folds. Run: python3 make-splits.py"""
import json
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedKFold, StratifiedShuffleSplit

random = np.random.default_rng(20130401)
count, folds = 503, 7
classes = random.choice(4, size=count, p=[0.6, 0.25, 0.1, 0.05])
groups = random.choice(60, size=count, p=random.dirichlet(np.full(60, 1.5)))
labels = range(4)

folded = [test for _, test in StratifiedKFold(folds, shuffle=True, random_state=1).split(classes, classes)]
counts = [[int((classes[test] == label).sum()) for test in folded] for label in labels]
_, test = next(StratifiedShuffleSplit(1, test_size=0.25, random_state=1).split(classes, classes))
sizes = [len(test) for _, test in GroupKFold(folds).split(classes, classes, groups)]

Path(__file__).with_name("splits.json").write_text(json.dumps({
    "classes": classes.tolist(), "groups": groups.tolist(), "folds": folds,
    "stratifiedFolds": [[min(row), max(row)] for row in counts],
    "stratifiedTest": [int((classes[test] == label).sum()) for label in labels],
    "groupDistance": max(abs(size - count / folds) for size in sizes),
}) + "\n")
