"""Makes nasty.json: small CSV and TSV files with every trick of RFC 4180, and what Python's csv module reads from them.

Run: python3 make-nasty.py > nasty.json
"""
import csv
import io
import json
import random

random.seed(20130401)
PIECES = ["a", "b7", "é", "e\u0301", "😀", '"', '""', "\u0301", ",", "\t", "\n", "\r\n", "\r", " ", "'", ";", "0", "NA!"]


def value():
    return "".join(random.choice(PIECES) for _ in range(random.choice([0, 1, 1, 2, 3, 6])))


def written(text, delimiter, always):
    if always or any(character in text for character in f'{delimiter}"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def nasty_file(number):
    delimiter = random.choice([",", ",", "\t"])
    end = random.choice(["\n", "\r\n"])
    always = random.random() < 0.2
    width = random.randint(2, 4)
    header = [f"c{index}" + random.choice(["", " x", "é", '"', delimiter, "\n"]) for index in range(width)]
    records = [header] + [[value() for _ in header] for _ in range(random.randint(0, 9))]
    lines = [delimiter.join(written(text, delimiter, always or random.random() < 0.1) for text in record)
             for record in records]
    text = ("\ufeff" if random.random() < 0.3 else "") + end.join(lines) + (end if random.random() < 0.7 else "")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True))
    assert rows == records, number
    return {"name": f"{number}." + ("csv" if delimiter == "," else "tsv"), "text": text,
            "header": header, "rows": rows[1:]}


print(json.dumps([nasty_file(number) for number in range(60)], indent=0))
