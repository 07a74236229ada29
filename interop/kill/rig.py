#!/usr/bin/env python3
"""Kills a writer at random moments, starts it again on the same data, and looks at what is there each time.

    rig.py --kills 100 --start COMMAND --check COMMAND [--every N] [--beside COMMAND]

  COMMAND of --start  keeps its data in $DATA, goes on with what it finds there, and appends one line to $ACKNOWLEDGED for
                      each item acknowledged to somebody. The whole process group is killed (SIGKILL).
  COMMAND of --check  runs after a kill, while nothing else runs: exit status 0 if the data opens, is in order, and holds
                      every acknowledged item. With --every N only after each Nth kill, and after the last.

  COMMAND of --beside runs all the time and is never killed: the clients of a --start that is a server. It appends to
                      $ACKNOWLEDGED in the writer's place.

A kill counts only if the writer acknowledged something since its start, so that a writer that dies in its own start-up
every time is not called sound. Ends with `N passed, N failed`.
"""

import argparse
import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def start(command, environment, log):
    with open(log, "ab") as sink:
        return subprocess.Popen(["bash", "-c", command], env=environment, stdout=sink, stderr=sink, start_new_session=True)


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def acknowledges(process, acknowledged, before, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if acknowledged.stat().st_size > before:
            return True
        time.sleep(0.002)
    return False


def mended(acknowledged):
    """The kill may have cut the last line in two; half a line acknowledged nothing."""
    data = acknowledged.read_bytes()
    acknowledged.write_bytes(data[: data.rfind(b"\n") + 1])


def look(command, environment, timeout):
    try:
        check = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        return False, str(late)
    return check.returncode == 0, (check.stdout + check.stderr).decode(errors="replace").strip()[-400:]


def one_life(options, environment, work):
    """From start to kill; gives what is wrong, or None."""
    acknowledged = work / "acknowledged"
    before = acknowledged.stat().st_size
    process = start(options.start, environment, work / "writer.log")
    try:
        alive = acknowledges(process, acknowledged, before, options.timeout)
        if alive:
            time.sleep(random.uniform(0, 0.25))
    finally:
        kill(process)
    if options.beside is None:
        mended(acknowledged)
    return None if alive else "acknowledged nothing: " + (work / "writer.log").read_text(errors="replace")[-800:]


def lives(options, environment, work, clients=None):
    passed = failed = 0
    for number in range(1, options.kills + 1):
        why = one_life(options, environment, work)
        if why is None and (number % options.every == 0 or number == options.kills):
            fine, said = look(options.check, environment, options.timeout)
            why = None if fine else said
        passed, failed = (passed + 1, failed) if why is None else (passed, failed + 1)
        if why is not None:
            print(f"  kill {number}: {why}")
        if failed >= 5 or (clients is not None and clients.poll() is not None):
            break
    print(f"{passed + failed} kills, {(work / 'acknowledged').read_bytes().count(10)} acknowledged")
    return passed, failed


def rigged(options, work):
    environment = dict(os.environ, DATA=str(work / "data"), ACKNOWLEDGED=str(work / "acknowledged"))
    (work / "data").mkdir()
    (work / "acknowledged").touch()
    if options.beside is None:
        return lives(options, environment, work)
    clients = start(options.beside, environment, work / "clients.log")
    try:
        passed, failed = lives(options, environment, work, clients)
        if clients.poll() is not None:
            failed += 1
            print("  the clients gave up: " + (work / "clients.log").read_text(errors="replace")[-800:])
        return passed, failed
    finally:
        kill(clients)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--start", required=True)
    parser.add_argument("--check", required=True)
    parser.add_argument("--beside")
    parser.add_argument("--timeout", type=float, default=60)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    work = pathlib.Path(tempfile.mkdtemp(prefix="kill-"))
    try:
        passed, failed = rigged(options, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
