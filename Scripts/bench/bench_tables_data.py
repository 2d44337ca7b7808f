"""Writes a table that Scripts/bench/tables reads: 15 mixed columns with a fixed seed, or those of them that are named;
`unique` is one more, a text of its own in each row.  Arguments: ROWS FILE [COLUMNS]"""

import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv

WORDS = np.array("late early storm gate crew fuel delay de-icing runway wait slot fog".split())
CARRIERS = np.array("UA B6 EV DL AA MQ US 9E WN VX".split())
AIRPORTS = np.array([f"D{number:02d}" for number in range(105)])
BATCH = 250_000


def batch(random, start, count, columns):
    rows = np.arange(start, start + count)
    times = np.datetime64("2013-01-01T00:00:00") + (rows // 3).astype("timedelta64[s]") * 7
    pick = lambda values: values[random.integers(0, len(values), count)]
    # ~ becomes a quote, | a comma.
    notes = np.char.add(np.char.add(np.char.add("~", pick(WORDS)), "|"), np.char.add(pick(WORDS), "~"))
    table = pa.table({
        "id": rows + 1_000_000_000,
        "time": np.char.add(np.datetime_as_string(times), "Z"),
        "carrier": pick(CARRIERS),
        "tailnum": np.char.add("N", random.integers(10_000, 14_000, count).astype(str)),
        "origin": pick(np.array(["EWR", "JFK", "LGA"])),
        "dest": pick(AIRPORTS),
        "flight": random.integers(1, 8_500, count),
        "dep_delay": pa.array(random.integers(-30, 300, count), mask=random.random(count) < 0.025),
        "distance": random.integers(80, 5_000, count),
        "temp": np.round(random.normal(55, 18, count), 2),
        "humid": np.round(random.random(count) * 100, 2),
        "pressure": pa.array(np.round(random.normal(1017, 7, count), 1), mask=random.random(count) < 0.05),
        "score": random.random(count),
        "cancelled": random.random(count) < 0.02,
        "note": pa.array(notes, mask=random.random(count) > 0.3),
        "unique": np.char.add("booking ", (rows * 2_654_435_761 % 2**40).astype(str)),
    })
    return table.select(columns or table.column_names[:15])


def main(rows, path, columns):
    random = np.random.default_rng(20130401)
    with open(path + ".part", "wb") as file:
        for start in range(0, rows, BATCH):
            sink = pa.BufferOutputStream()
            options = pyarrow.csv.WriteOptions(include_header=start == 0)
            pyarrow.csv.write_csv(batch(random, start, min(BATCH, rows - start), columns), sink, options)
            text = sink.getvalue().to_pybytes().replace(b'"', b"")
            file.write(text.replace(b"~", b'"').replace(b"|", b", "))
    os.rename(path + ".part", path)


main(int(sys.argv[1]), sys.argv[2], [name for name in (sys.argv[3:] or [""])[0].split(",") if name])
