"""Writes real/*.schema from real/*.csv with pandas: `NAME TYPE` a line, in the words of our types.

Checked by eye beside the files. Where pandas turns codes with leading zeros into numbers, we keep the text; where it reads
texts alone, a column of RFC 3339 times is one of times.

Run: python3 make-schemas.py  (pandas)
"""
import glob
import os
import re

import pandas

WORDS = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"]
TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$")

for path in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "real", "*.csv"))):
    options = dict(keep_default_na=False, na_values=WORDS)
    table, texts = pandas.read_csv(path, **options), pandas.read_csv(path, dtype=str, **options)
    lines = []
    for name in table.columns:
        values = texts[name].dropna()
        kind = str(table[name].dtype)
        if len(values) and values.map(lambda value: bool(TIME.match(value))).all():
            found = "timestamp"
        elif kind.startswith("float"):
            found = "integer" if len(values) and values.str.fullmatch(r"[+-]?\d+").all() else "float"
        elif kind.startswith("int"):
            found = "integer"
        else:
            found = "boolean" if kind == "bool" else "string"
        if found in ("integer", "float") and values.str.match(r"[+-]?0\d").any():
            found = "string"
        lines.append(f"{name}\t{found}\n")
    with open(path[:-4] + ".schema", "w") as file:
        file.writelines(lines)
