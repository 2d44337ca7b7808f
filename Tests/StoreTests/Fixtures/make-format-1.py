"""Writes a store of format 1 from Store/README.md alone: no code of ours. Deterministic."""
import hashlib, json, os, struct, sys, lz4.block
M = (1 << 64) - 1
def gear():
    s = 0; out = []
    for _ in range(256):
        s = (s + 0x9E3779B97F4A7C15) & M; z = s
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        out.append(z ^ (z >> 31))
    return out
G = gear(); LEAST, AIM, MOST = 64, 256, 1024
def mask(n): return ((1 << n) - 1) << (63 - n)
def cuts(data):
    b = AIM.bit_length() - 1; strict, loose = mask(b + 2), mask(b - 2); start = 0
    while start < len(data):
        end = min(len(data) - start, MOST); h = 0; n = end
        for i in range(LEAST, end):
            h = ((h << 1) + G[data[start + i]]) & M
            if h & (strict if i < AIM else loose) == 0: n = i + 1; break
        yield data[start:start + n]; start += n
sha = lambda b: hashlib.sha256(b).digest()
def quoted(t):
    out = '"'
    for c in t:
        out += '\\' + c if c in '"\\' else '\\u%04x' % ord(c) if ord(c) < 32 else c
    return out + '"'
rows = "id,carrier,delay\n" + "".join(f"{i},{'AA UA DL WN'.split()[i * 7 % 4]},{i * i % 97 - 20}\n" for i in range(400))
noise = bytearray(); s = 42
for _ in range(3000):
    s = (s + 0x9E3779B97F4A7C15) & M; z = s
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M; z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    noise.append((z ^ (z >> 31)) >> 56)
files = {"flights/2013-01.csv": (rows.encode(), False), "bin/run.sh": (b"#!/bin/sh\nexit 0\n", True),
         "empty": (b"", False), "noise": (bytes(noise), False), "ä \"quoted\"\\\n\x01": ("é".encode() * 50, False)}
blobs = {}
def put(b): blobs.setdefault(sha(b), b); return sha(b).hex()
text = []
for path in sorted(files, key=lambda p: p.encode()):
    data, x = files[path]
    chunks = ",".join(f'["{put(c)}",{len(c)}]' for c in cuts(data))
    text.append('{"chunks":[' + chunks + '],"path":' + quoted(path) + (',"x":true}' if x else '}'))
manifest = ('{"files":[' + ",".join(text) + '],"format":"nightshift-manifest 1"}').encode()
version = put(manifest)
pack = b"NSPACK01"; table = []
for d, plain in blobs.items():
    block = lz4.block.compress(plain, store_size=False)
    codec, stored = (1, block) if len(plain) >= 64 and len(block) <= len(plain) - len(plain) // 16 else (0, plain)
    pack += d + struct.pack("<III", codec, len(stored), len(plain))
    table.append(d + struct.pack("<QIII", len(pack), len(stored), len(plain), codec)); pack += stored
table = b"".join(sorted(table)); offset = len(pack)
pack += table + struct.pack("<QQ", len(table) // 52, offset) + sha(table) + b"NSPACKND"
root = sys.argv[1]
def write(path, data):
    p = os.path.join(root, path); os.makedirs(os.path.dirname(p), exist_ok=True); open(p, "wb").write(data)
js = lambda v: json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
write("format", f"nightshift-store 1\ndigest sha256\nchunks fastcdc {LEAST} {AIM} {MOST}\n".encode())
write(f"packs/{sha(table).hex()}.pack", pack)
e = "refs/datasets/flights/raw/"; at = "2013-04-01T02:00:00Z"
write(e + "versions/v1.json", js({"number": 1, "digest": "sha256:" + version, "created": at, "run": "r-1", "step": "raw",
      "publication": "r-1/raw"}) + b"\n")
write(e + "aliases/checked.json", js({"version": 1, "digest": "sha256:" + version, "moved": at, "by": "ann", "why": "looked at"}) + b"\n")
line = js({"sequence": 0, "previous": "sha256:" + sha(b"").hex(), "entry": {"at": at, "by": "ann", "action": "move-alias",
      "object": "flights/raw@checked", "to": "v1", "why": "looked at"}})
write("audit/log.ndjson", line + b"\n")
print(version, len(blobs), len(pack), [len(c) for c in cuts(bytes(noise))], sum(1 for i in range(0, len(table), 52) if table[i+48] == 1))
