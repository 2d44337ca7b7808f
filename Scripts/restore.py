#!/usr/bin/env python3
"""Restores and verifies a version of a Nightshift store without Nightshift. Needs Python 3.8 and the `lz4` package.

    restore.py STORE NAME FOLDER      writes the files of the version to FOLDER, which must not exist yet
    restore.py STORE NAME             verifies it alone

NAME is sha256:DIGEST, PROJECT/NAME@vN, @ALIAS or @latest for a dataset, model:PROJECT/NAME@... for a model. Everything
follows Store/README.md and shares no code with the tool. Exit status 1 and a sentence when anything is not as it says.
"""
import hashlib, json, os, re, struct, sys
import lz4.block


def need(condition, message):
    if not condition:
        sys.exit("restore.py: " + message)


def sha(data):
    return hashlib.sha256(data).digest()


def read(path, start=0, length=-1):
    with open(path, "rb") as file:
        file.seek(start)
        return file.read(length)


def read_tables(folder):
    """digest -> (pack, offset, stored length, plain length, codec), from the packs' own tables."""
    rows = {}
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".pack")):
        path = os.path.join(folder, name)
        size = os.path.getsize(path)
        need(size >= 64 and read(path, 0, 8) == b"NSPACK01", f"{path} does not begin like a pack")
        count, start, digest, end = struct.unpack("<QQ32s8s", read(path, size - 56))
        need(end == b"NSPACKND" and start + 52 * count + 56 == size, f"{path} has no sound end")
        table = read(path, start, 52 * count)
        need(sha(table) == digest and digest.hex() + ".pack" == name, f"the table of {path} is damaged")
        for key, *place in struct.iter_unpack("<32sQIII", table):
            rows[key] = (path, *place)
    return rows


def blob(rows, digest):
    need(digest in rows, f"no pack holds {digest.hex()}")
    path, offset, stored_length, plain_length, codec = rows[digest]
    entry = read(path, offset - 44, 44 + stored_length)
    head = digest + struct.pack("<III", codec, stored_length, plain_length)
    need(entry[:44] == head and codec < 2 and plain_length <= 1 << 30, f"{path}: a wrong head at {offset - 44}")
    try:
        plain = lz4.block.decompress(entry[44:], uncompressed_size=plain_length) if codec else entry[44:]
    except lz4.block.LZ4BlockError:
        plain = b""
    need(len(plain) == plain_length and sha(plain) == digest, f"{path}: {digest.hex()} is damaged")
    return plain


def read_manifest(data):
    """The files of a manifest, which must be spelt in the one way there is: [(path, executable, [(digest, length)])]."""
    escape = {'"': '\\"', "\\": "\\\\", **{chr(c): f"\\u{c:04x}" for c in range(32)}}
    files = [(f["path"], f.get("x", False), [(h, n) for h, n in f["chunks"]]) for f in json.loads(data)["files"]]
    spelt = ",".join(
        '{"chunks":[' + ",".join(f'["{h}",{n}]' for h, n in chunks) + '],"path":"' + "".join(escape.get(c, c) for c in path)
        + ('","x":true}' if x else '"}') for path, x, chunks in files)
    need(('{"files":[' + spelt + '],"format":"nightshift-manifest 1"}').encode() == data, "the manifest is not canonical")
    paths = [path.encode() for path, _, _ in files]
    need(paths == sorted(set(paths)), "the manifest is not sorted")
    for path in paths:
        need(not {b"", b".", b".."} & set(path.split(b"/")) and b"\0" not in path, f"the path {path!r} leaves its folder")
    return [(path, x, [(bytes.fromhex(h), n) for h, n in chunks]) for path, x, chunks in files]


def check_audit(path):
    previous = sha(b"")
    # What follows the last line break is torn and no entry.
    for number, line in enumerate(read(path).split(b"\n")[:-1] if os.path.exists(path) else []):
        entry = json.loads(line)
        linked = entry["sequence"] == number and entry["previous"] == "sha256:" + previous.hex()
        need(linked, f"{path}: line {number + 1} does not continue the chain")
        previous = sha(line)


def resolve(store, name):
    if re.fullmatch("sha256:[0-9a-f]{64}", name):
        return bytes.fromhex(name[7:])
    part = "[a-z0-9][a-z0-9._-]{0,99}"
    match = re.fullmatch(f"(model:)?({part})/({part})@({part})", name)
    need(match, f"{name} is no name: sha256:DIGEST or PROJECT/NAME@vN, @ALIAS or @latest, with model: before a model's")
    folder, chosen = os.path.join(store, "refs", "models" if match[1] else "datasets", match[2], match[3]), match[4]
    if chosen == "latest":
        names = os.listdir(os.path.join(folder, "versions"))
        chosen = f"v{max(int(n[1:-5]) for n in names if re.fullmatch(r'v[0-9]+[.]json', n))}"
    path = os.path.join(folder, "versions" if re.fullmatch("v[0-9]+", chosen) else "aliases", chosen + ".json")
    found = re.search(b'"digest":"sha256:([0-9a-f]{64})"', read(path))
    need(found, f"{path} names no digest")
    return bytes.fromhex(found[1].decode())


def main(store, name, folder=None):
    need(read(os.path.join(store, "format")).split(b"\n")[0] == b"nightshift-store 1", f"{store} is no store of format 1")
    check_audit(os.path.join(store, "audit", "log.ndjson"))
    digest, rows = resolve(store, name), read_tables(os.path.join(store, "packs"))
    files = read_manifest(blob(rows, digest))
    if folder:
        os.mkdir(folder)
    for path, executable, chunks in files:
        target = os.path.join(folder, path) if folder else os.devnull
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "xb" if folder else "wb") as file:
            for chunk, length in chunks:
                plain = blob(rows, chunk)
                need(len(plain) == length, f"{path}: {chunk.hex()} is not {length} bytes long")
                file.write(plain)
        if folder and executable:
            os.chmod(target, 0o755)
    total = sum(length for _, _, chunks in files for _, length in chunks)
    print(f"sha256:{digest.hex()}: {len(files)} files, {total} bytes, all as they were")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"restore.py: {error}")
