"""The data of Scripts/bench/store: the same bytes for the same scale, made once and kept."""

import os
import random
from array import array

CARRIERS = ["9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL", "HA", "MQ", "UA", "US", "VX", "WN"]
AIRPORTS = ["EWR", "JFK", "LGA", "ATL", "ORD", "LAX", "BOS", "MCO", "CLT", "SFO", "FLL", "MIA", "DCA", "DTW", "DFW", "RDU"]
HEADER = (
    b"year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,carrier,flight,tailnum,origin,"
    b"dest,air_time,distance,hour,minute,time_hour\n"
)
WORDS = "the night shift trains judges promotes scores watches data model drift gate chunk pack ref digest".split()
MIB = 1 << 20
FRAGMENT_COUNT = 30_000
FRAGMENTS = []


class Sizes:
    """What is made at a scale; 1 is what the targets are for."""

    def __init__(self, scale):
        self.csv_bytes = int(968e6 * scale)
        self.file_count = max(100, int(20_000 * scale))
        self.weights_mib = max(20, int(477 * scale))
        self.cell_count = max(1, round(100 * scale))


def fragments():
    """Thirds of rows whose columns look like the real ones: few carriers, delays round zero. Each third knows its own jitter."""
    generator = random.Random(0)
    number = generator.randrange
    heads, middles, tails = [], [], []
    for _ in range(FRAGMENT_COUNT):
        hour, minute, delay = number(5, 23), number(60), int(generator.gauss(5, 20))
        heads.append(f"2013,{number(1, 13)},{number(1, 29)},{hour}{minute:02},{hour}{minute // 5 * 5:02},{delay},")
        middles.append(
            f"{number(24)}{number(60):02},{number(24)}{number(12) * 5:02},{int(generator.gauss(2, 25))},"
            f"{generator.choice(CARRIERS)},{number(6000)},N{number(4000):05}{generator.choice(CARRIERS)},")
        tails.append(
            f"{generator.choice(AIRPORTS[:3])},{generator.choice(AIRPORTS[3:])},{number(30, 330)},{number(200, 2600)},{hour},"
            f"{minute // 5 * 5},2013-{number(1, 13):02}-{number(1, 29):02}T{hour:02}:00:00Z\n")
    return heads, middles, tails


def rows(generator, count):
    """Lines of flights."""
    if not FRAGMENTS:
        FRAGMENTS.extend(fragments())
    parts = [""] * (3 * count)
    for third, texts in enumerate(FRAGMENTS):
        parts[third::3] = [texts[number % FRAGMENT_COUNT] for number in array("I", generator.randbytes(4 * count))]
    return "".join(parts).encode()


def write_rows(file, generator, size):
    while size > 0:
        block = rows(generator, 50_000)[:size]
        file.write(block[:block.rfind(b"\n") + 1])
        size -= len(block)


def noise(generator, count):
    """Little-endian float32 between 2^-7 and 2^-3 in size, either sign: what trained weights look like to a compressor."""
    bits = int.from_bytes(generator.randbytes(count), "little")
    words = count // 4
    keep, fix = (int.from_bytes(pattern * words, "little") for pattern in (b"\xff\xff\xff\x81", b"\x00\x00\x00\x3c"))
    return (bits & keep | fix).to_bytes(count, "little")


def small_file(generator, number):
    """About 8 KB of text or JSON."""
    words = [WORDS[byte % len(WORDS)] for byte in generator.randbytes(generator.randrange(500, 1500))]
    if number % 2:
        return " ".join(words).encode()
    pairs = (f'  "{word}_{index}": {generator.random():.12f}' for index, word in enumerate(words[: len(words) // 4]))
    return ("{\n" + ",\n".join(pairs) + "\n}\n").encode()


def small_path(folder, number):
    return os.path.join(folder, f"{number // 200:03}", f"{number:05}.{'txt' if number % 2 else 'json'}")


def make_csv(path, sizes):
    with open(path, "wb") as file:
        file.write(HEADER)
        write_rows(file, random.Random(1), sizes.csv_bytes)


def make_weights(path, sizes):
    generator = random.Random(2)
    with open(path, "wb") as file:
        for _ in range(sizes.weights_mib):
            file.write(noise(generator, MIB))


def make_files(folder, sizes):
    generator = random.Random(3)
    for number in range(sizes.file_count):
        path = small_path(folder, number)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(small_file(generator, number))


def change_files(folder, sizes, seed):
    """Writes 1 % of the small files anew."""
    generator = random.Random(f"files {seed}")
    for number in generator.sample(range(sizes.file_count), sizes.file_count // 100):
        with open(small_path(folder, number), "wb") as file:
            file.write(small_file(generator, number))


# Edits of one file, in place. Each takes the path and the sizes.


def insert_row(path, sizes):
    """A row at the head, behind the names of the columns."""
    with open(path, "rb") as file:
        header, rest = file.readline(), file.read()
    with open(path, "wb") as file:
        file.write(header + rows(random.Random(4), 1))
        file.write(rest)


def edit_cells(path, sizes):
    """Cells all over the file, a hundred at scale 1, get another value, of another length."""
    generator = random.Random(5)
    with open(path, "rb") as file:
        content = file.read()
    places = sorted(generator.randrange(len(HEADER), len(content) - 1000) for _ in range(sizes.cell_count))
    with open(path, "wb") as file:
        start = 0
        for place in places:
            place = max(start, content.index(b",", place) + 1)
            file.write(content[start:place] + b"%d" % generator.randrange(10**6))
            start = next(end for end in range(place, len(content)) if content[end] in b",\n")
        file.write(content[start:])


def append_rows(path, sizes):
    """1 % more rows."""
    with open(path, "ab") as file:
        write_rows(file, random.Random(6), sizes.csv_bytes // 100)


def tune_weights(path, sizes):
    """5 % of the regions of 1 MiB get new values."""
    generator = random.Random(7)
    with open(path, "r+b") as file:
        for region in generator.sample(range(sizes.weights_mib), sizes.weights_mib // 20):
            file.seek(region * MIB)
            file.write(noise(generator, MIB))
