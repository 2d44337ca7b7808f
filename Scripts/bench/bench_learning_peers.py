"""What people write in Python for the work that Scripts/bench/learning measures: one program a peer, each a whole process
with its imports and its reading of the CSV.

  bench_learning_peers.py train-pandas|train-polars|train-lightgbm|train-sklearn DATA MODEL
  bench_learning_peers.py score-pandas|score-polars MODEL DATA OUT
  bench_learning_peers.py contributions DATA MODEL OUT ROWS
  bench_learning_peers.py drift REFERENCE CURRENT OUT
  bench_learning_peers.py auc MODEL DATA

All train the same: 200 rounds of depth 6, eta 0.1, on the same features and target, with as many threads as there are cores.
"""

import sys

TARGET, THRESHOLD = "arr_delay", 15
CATEGORIES = ["carrier", "origin", "dest"]
FEATURES = ["carrier", "flight", "origin", "dest", "distance", "sched_dep_time", "sched_arr_time"]
PARAMS = {"max_depth": 6, "eta": 0.1, "objective": "binary:logistic", "tree_method": "hist", "seed": 7}
ROUNDS = 200


def pandas_rows(path):
    import pandas

    rows = pandas.read_csv(path, usecols=FEATURES + [TARGET])
    rows = rows[rows[TARGET].notna()]
    features = rows[FEATURES].astype({name: "category" for name in CATEGORIES})
    return features, (rows[TARGET] > THRESHOLD).astype("int8")


def polars_rows(path):
    import polars

    rows = polars.scan_csv(path, null_values="NA").select(FEATURES + [TARGET]).drop_nulls(TARGET).with_columns(
        [polars.col(name).cast(polars.Categorical) for name in CATEGORIES]).collect()
    return rows.select(FEATURES), (rows[TARGET] > THRESHOLD).cast(polars.Int8)


def train_xgboost(rows, model):
    import xgboost

    features, labels = rows
    matrix = xgboost.QuantileDMatrix(features, labels, enable_categorical=True)
    xgboost.train(PARAMS, matrix, ROUNDS).save_model(model)


def train_pandas(data, model):
    train_xgboost(pandas_rows(data), model)


def train_polars(data, model):
    train_xgboost(polars_rows(data), model)


def train_lightgbm(data, model):
    import lightgbm

    features, labels = pandas_rows(data)
    params = {"objective": "binary", "max_depth": 6, "num_leaves": 63, "learning_rate": 0.1, "seed": 7, "verbosity": -1}
    lightgbm.train(params, lightgbm.Dataset(features, labels), ROUNDS).save_model(model)


def train_sklearn(data, model):
    import pickle

    from sklearn.ensemble import HistGradientBoostingClassifier

    features, labels = pandas_rows(data)
    # Its limit of categories of a feature is 255.
    learner = HistGradientBoostingClassifier(
        max_iter=ROUNDS, max_depth=6, learning_rate=0.1, categorical_features="from_dtype", random_state=7,
        early_stopping=False)
    with open(model, "wb") as file:
        pickle.dump(learner.fit(features, labels), file)


def score_pandas(model, data, out):
    import pandas
    import xgboost

    booster = xgboost.Booster(model_file=model)
    rows = pandas.read_csv(data)
    features = rows[FEATURES].astype({name: "category" for name in CATEGORIES})
    rows[["time_hour", "carrier", "flight", "origin"]].assign(
        score=booster.predict(xgboost.DMatrix(features, enable_categorical=True))).to_csv(out, index=False)


def score_polars(model, data, out):
    import polars
    import xgboost

    booster = xgboost.Booster(model_file=model)
    rows = polars.read_csv(data, null_values="NA")
    features = rows.select(FEATURES).with_columns([polars.col(name).cast(polars.Categorical) for name in CATEGORIES])
    scores = booster.predict(xgboost.DMatrix(features, enable_categorical=True))
    rows.select("time_hour", "carrier", "flight", "origin").with_columns(score=polars.Series(scores)).write_csv(out)


def contributions(data, model, out, rows):
    import numpy
    import pandas
    import xgboost

    table = pandas.read_csv(data, usecols=FEATURES, nrows=int(rows))[FEATURES]
    # The categories as the model knows them: those of the whole file.
    booster = xgboost.Booster(model_file=model)
    features = table.astype({name: "category" for name in CATEGORIES})
    numpy.save(out, booster.predict(xgboost.DMatrix(features, enable_categorical=True), pred_contribs=True))


def drift(reference, current, out):
    import pandas
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    read = [pandas.read_csv(path) for path in (reference, current)]
    definition = DataDefinition(
        numerical_columns=[c for c in read[0].columns if pandas.api.types.is_numeric_dtype(read[0][c])],
        categorical_columns=[c for c in read[0].columns if not pandas.api.types.is_numeric_dtype(read[0][c])])
    sides = [Dataset.from_pandas(rows, data_definition=definition) for rows in read]
    Report([DataDriftPreset()]).run(sides[1], sides[0]).save_html(out)


def auc(model, data):
    import xgboost
    from sklearn.metrics import roc_auc_score

    features, labels = pandas_rows(data)
    booster = xgboost.Booster(model_file=model)
    print(f"{roc_auc_score(labels, booster.predict(xgboost.DMatrix(features, enable_categorical=True))):.6f}")


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:])
