#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Hostile names for t26_names.sh: into a recording, and back out of the reports of it.

make EMPTY RECORDING   a recording with a task a name, in the shape of EMPTY; prints tid and name in hex
back json|csv|text     the same lines, out of the report on standard input
"""
import csv
import json
import random
import re
import struct
import sys

FIRST_TID = 11
NAMES = [
    b"\033[31mred", b"\033]0;title\007", b"a\"b\\c'd,e", b"\xff\xfe\xc3(", b"<script>alert()",
    b"=1+1", b"+1", b"-1", b"@SUM(A1)", b"'=1", b"''", b"two\nlines\t", b"cr\rover", b"\x7f\x7f",
    b"sixteen-bytes-xx", b"", b" blanks ", "caf\u00e9".encode(), "\u202eevil".encode(),
    "\u2066x\u2069".encode(), "\u009b31m".encode(), b"\\xff", b"\\x5cxff", b"\\\\x41", b"\\u001b",
    b"\xc0\xaf\xed\xa0\x80", b"cut\xe2\x82", b"%s%n%d", b"$(reboot)`id`", b"&lt;&#27;", b"null", b"NaN",
]


def names():
    """Those above, every byte there is, and many of the bytes that mean something to somebody."""
    random.seed(26)
    every = [bytes(b for b in range(i, i + 16) if b) for i in range(0, 256, 16)]
    special = b"\\x5c0f1b=',\"\n\033\xc3\xa9"
    return NAMES + every + [bytes(random.choice(special) for _ in range(16)) for _ in range(200)]


def chunk(kind, data):
    return struct.pack("<IIIIQQ", 0x4B4E4843, kind, 0, len(data), 1024, 0) + data


def identity(tid, name):
    name = name.ljust(16, b"\0")
    return struct.pack("<QIIII8sI8sI", 1, 0x101, tid, tid, 1, name[:8], 0x181, name[8:], 0)


def switch(i, n):
    """Voluntary, from one process to the next."""
    tids = FIRST_TID + i, FIRST_TID + (i + 1) % n
    return struct.pack("<QIIII", 10**9 + i, 2 | (6 | 8) << 10, *tids, 0xFFFFFFFF)


def make(empty, path):
    with open(empty, "rb") as f:
        header = f.read()[:152]
    every = list(enumerate(names(), FIRST_TID))
    with open(path, "wb") as f:
        f.write(header)
        f.write(chunk(3, b"".join(identity(tid, name) for tid, name in every)))
        f.write(chunk(1, b"".join(switch(i, len(every)) for i in range(len(every)))))
        f.write(chunk(2, struct.pack("<QQQ", 10**9 + len(every), len(every), 0)))
    return dict(every)


def raw(text):
    """The bytes that a name stands for."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes.fromhex(m[1].decode()), text.encode())


def from_json(f):
    return {row["task"]["tid"]: raw(row["task"]["comm"]) for row in json.load(f)["rows"]}


def from_csv(f):
    rows = list(csv.DictReader(f, strict=True))
    for row in rows:
        if any(cell[:1] in tuple("=+-@") for cell in row.values()):
            sys.exit("a formula: %s" % row)
    return {int(row["task_tid"]): raw(re.sub("^'", "", row["task_comm"])) for row in rows}


def from_text(f):
    lines = [line.rstrip("\n") for line in f]
    lines = lines[lines.index("TASK") + 1:]
    lines = lines[:lines.index("")]
    cells = [re.fullmatch(r"(?:(.*):)?(\d+) *", line) for line in lines]
    return {int(cell[2]): raw(cell[1] or "") for cell in cells}


def main():
    if sys.argv[1] == "make":
        found = make(*sys.argv[2:])
    else:
        sys.stdin.reconfigure(encoding="utf-8", newline="")
        found = {"json": from_json, "csv": from_csv, "text": from_text}[sys.argv[2]](sys.stdin)
    for tid in sorted(found):
        print(tid, found[tid].hex())


main()
