"""Trains a random forest and writes it with what Nightshift needs to score with it."""
import csv
import json
import os
import shutil
from pathlib import Path

import joblib
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss

inputs, outputs = Path(os.environ["NIGHTSHIFT_INPUTS"]), Path(os.environ["NIGHTSHIFT_OUTPUTS"])
params = json.loads(Path(os.environ["NIGHTSHIFT_PARAMS"]).read_text())

with open(next((inputs / "train").glob("*.csv")), newline="") as file:
    rows = list(csv.DictReader(file))
features = [name for name in rows[0] if name not in ("sample", "diagnosis")]
x = [[float(row[name]) for name in features] for row in rows]
y = [row["diagnosis"] == "malignant" for row in rows]

forest = RandomForestClassifier(random_state=params["seed"], warm_start=True, n_jobs=1)
for count in range(params["trees"] // 4, params["trees"] + 1, params["trees"] // 4):
    forest.set_params(n_estimators=count)
    forest.fit(x, y)
    # A line a stage: the run's page draws them, also when this is killed.
    point = {"step": count, "metric": "training log loss", "value": log_loss(y, forest.predict_proba(x))}
    with open("metrics.ndjson", "a") as file:
        file.write(json.dumps(point) + "\n")

model = outputs / "model"
model.mkdir()
joblib.dump(forest, model / "forest.joblib")
shutil.copy("score.py", model)
contract = {
    "format": "nightshift-command-model 1",
    "task": "binary",
    "classes": ["benign", "malignant"],
    "target": "diagnosis",
    "features": [{"name": name, "kind": "numeric"} for name in features],
    "score": ["python3", "score.py"],
    "asking": "batches",
    "environment": f"scikit-learn {sklearn.__version__}",
}
(model / "nightshift-model.json").write_text(json.dumps(contract, indent=2))
