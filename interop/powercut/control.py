#!/usr/bin/env python3
"""The rig's control: a writer on SQLite that acknowledges after each commit, and its checker.

    control.py write FULL|NORMAL      control.py check

With `synchronous=FULL` in WAL mode a commit is on the disk when it returns; with NORMAL it is not until the next
checkpoint. The rig must see the difference.
"""

import os
import sqlite3
import sys
import time


def write(level):
    store = sqlite3.connect(os.path.join(os.environ["DATA"], "control.db"), isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute(f"PRAGMA synchronous = {level}")
    store.execute("CREATE TABLE IF NOT EXISTS item (number INTEGER PRIMARY KEY, filling BLOB)")
    out = os.open(os.environ["ACKNOWLEDGED"], os.O_WRONLY | os.O_APPEND)
    number = 0
    while True:
        number += 1
        store.execute("INSERT INTO item VALUES (?, ?)", (number, bytes(500)))
        os.write(out, b"%d\n" % number)
        time.sleep(0.001)


def check():
    store = sqlite3.connect(os.path.join(os.environ["DATA"], "control.db"))
    if store.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        return "the database is damaged"
    there = {number for (number,) in store.execute("SELECT number FROM item")}
    with open(os.environ["ACKNOWLEDGED"], encoding="ascii") as lines:
        missing = {int(line) for line in lines} - there
    return f"{len(missing)} acknowledged items are gone" if missing else 0


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write({"FULL": "FULL", "NORMAL": "NORMAL"}[sys.argv[2]])
    sys.exit(check())
