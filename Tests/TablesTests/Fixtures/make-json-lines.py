#!/usr/bin/env python3
"""Writes nasty.jsonl, seeded, and nasty.csv: what Python's json module reads in it, as this project writes rows of CSV.

    Tests/TablesTests/Fixtures/make-json-lines.py
"""
import json
import os
import random

random.seed(20130401)
folder = os.path.dirname(os.path.abspath(__file__))
BLANKS = ["", "", "", " ", "\t", "  ", "\r"]
LETTERS = 'abcXYZ019 ,;:"\\/\n\r\t\b\f\x00\x1f\x7fäßé夜😀\u2028\u00a0\ufeff\ud7ff\ue000{}[]'
NAMES = ["a", "b", "c.d", "e\"f", "g,h", "ü 夜", "i\\j", "k\nl", "m", "n😀"]


def blank():
    return random.choice(BLANKS)


def text(value):
    """A JSON string, each character as itself or escaped."""
    out = []
    for letter in value:
        code = ord(letter)
        short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(letter)
        units = "".join(
            random.choice(["\\u%04x", "\\u%04X"]) % int.from_bytes(letter.encode("utf-16-be")[i : i + 2], "big")
            for i in range(0, len(letter.encode("utf-16-be")), 2))
        choices = [units] + ([short] if short else []) + ([letter] * 4 if code >= 32 and letter not in '"\\' else [])
        out.append(random.choice(choices))
    return '"' + "".join(out) + '"'


def number():
    return random.choice(
        ["0", "-0", "7", "-12", "3.25", "1e5", "1E-7", "-2.5e+10", "123456789012345678901234567890", "0.1",
         "9223372036854775807", "1e-999", "1.7976931348623157e308", str(random.randrange(-10**6, 10**6)), repr(random.random())])


def word():
    return "".join(random.choice(LETTERS) for _ in range(random.randrange(0, 8)))


def array(depth=0):
    def item():
        kind = random.randrange(6)
        return [number(), text(word()), "true", "null", array(depth + 1) if depth < 3 else "[]",
                "{" + text("k") + ":" + number() + "}"][kind]
    return "[" + ",".join(item() for _ in range(random.randrange(4))) + "]"


def members(names, prefix, depth, row):
    parts = []
    for name in names:
        kind = random.randrange(9)
        path = prefix + name
        if kind == 8 and depth < 4:
            inner = random.sample(NAMES, random.randrange(4))
            value = members([n for n in inner if path + "." + n not in row["seen"]], path + ".", depth + 1, row)
        else:
            if path in row["seen"]:
                continue
            row["seen"].add(path)
            value = [number, number, lambda: text(word()), lambda: text(word()), array, lambda: "true", lambda: "false",
                     lambda: "null", lambda: "null"][kind]()
        parts.append(text(name) + blank() + ":" + blank() + value)
    return "{" + blank() + (blank() + "," + blank()).join(parts) + blank() + "}"


class Number(str):
    pass


def quoted(value):
    return '"' + value.replace('"', '""') + '"'


def flat(value, raw, prefix, cells):
    """The cells of an object. `raw` finds the text of arrays, which Python does not keep."""
    for key, item in value:
        if isinstance(item, Pairs):
            flat(item, raw, prefix + key + ".", cells)
        elif isinstance(item, list):
            cells[prefix + key] = quoted(next(raw))
        elif isinstance(item, Number):
            cells[prefix + key] = str(item)
        elif isinstance(item, str):
            cells[prefix + key] = quoted(item)
        elif item is not None:
            cells[prefix + key] = "true" if item else "false"
        else:
            cells[prefix + key] = ""


class Pairs(list):
    pass


def arrays(line):
    """The outermost arrays of a line, in order."""
    depth = start = 0
    inside = escaped = False
    for index, letter in enumerate(line):
        if inside:
            inside, escaped = (letter != '"' or escaped), letter == "\\" and not escaped
        elif letter == '"':
            inside = True
        elif letter == "[":
            start, depth = (index if depth == 0 else start), depth + 1
        elif letter == "]":
            depth -= 1
            if depth == 0:
                yield line[start : index + 1]


rows, columns = [], {}
with open(folder + "/nasty.jsonl", "w", encoding="utf-8", newline="") as file:
    for _ in range(400):
        if random.randrange(20) == 0:
            file.write(random.choice(["", " ", "\t\r"]) + "\n")
        names = random.sample(NAMES, random.randrange(1, len(NAMES)))
        line = blank() + members(names, "", 0, {"seen": set()}) + blank()
        file.write(line + random.choice(["\n", "\r\n"]))
        value = json.loads(line, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number)
        cells = {}
        flat(value, arrays(line), "", cells)
        columns.update(dict.fromkeys(cells))
        rows.append(cells)
with open(folder + "/nasty.csv", "w", encoding="utf-8", newline="") as file:
    for cells in [{name: quoted(name) for name in columns}] + rows:
        file.write(",".join(cells.get(name, "") for name in columns) + "\n")
