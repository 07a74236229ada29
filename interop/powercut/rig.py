#!/usr/bin/env python3
"""Cuts the power of a pretend machine and looks at what its disk holds.

The disk is an ext4 image on a loop device, mounted so that the journal is written when somebody asks for it and not by
a timer. The writer is frozen at a random moment and the image is copied: the copy has what reached the disk, and not
what was still in the page cache. The copy is mounted, which replays its journal, and the checker looks at it. Then the
writer goes on. Needs root, touches nothing outside its own temporary folder.

    rig.py --cuts 60 --start COMMAND --check COMMAND [--expect-loss]

  COMMAND of --start  runs for the whole time, keeps its data in $DATA and appends one line to $ACKNOWLEDGED for each
                      item that it has acknowledged to somebody. The line is complete when it ends in a line feed.
  COMMAND of --check  gets a recovered $DATA and the $ACKNOWLEDGED of the moment of the cut. Exit status 0: the data
                      opens, is in order, and holds every acknowledged item.
  --expect-loss       the control: the rig is worth something only if a writer that does not sync is caught by it.
                      At least one cut in ten must be found to have lost something.

Ends with `N passed, N failed`.
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

MEBIBYTES = 512


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def mounted(image, folder, options):
    folder.mkdir(exist_ok=True)
    run("mount", "-o", options, str(image), str(folder))
    try:
        yield folder
    finally:
        for attempt in range(50):
            if subprocess.run(["umount", str(folder)], stderr=subprocess.DEVNULL).returncode == 0:
                break
            time.sleep(0.1)
        else:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextlib.contextmanager
def writer(command, data, acknowledged, log):
    """The writer in a process group of its own, so that all of it can be frozen at once."""
    environment = dict(os.environ, DATA=str(data), ACKNOWLEDGED=str(acknowledged))
    with open(log, "wb") as sink:
        process = subprocess.Popen(["bash", "-c", command], env=environment, stdout=sink, stderr=sink, start_new_session=True)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def complete_lines(path):
    data = path.read_bytes()
    return data[: data.rfind(b"\n") + 1]


def wait_for_first(acknowledged, process, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if complete_lines(acknowledged):
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def cut(process, acknowledged, work):
    """One power cut: the image and the acknowledgements as they were at one moment. The writer stands still until the
    copy is looked at, so that a slow check does not let the data grow without end."""
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        time.sleep(0.02)
        # Acknowledgements first: one that is written while the image is copied must not be asked for.
        (work / "acknowledged-then").write_bytes(complete_lines(acknowledged))
        run("cp", "--sparse=always", str(work / "image"), str(work / "image-then"))
        yield
    finally:
        os.killpg(process.pid, signal.SIGCONT)


def survives(command, work, timeout):
    try:
        with mounted(work / "image-then", work / "recovered", "loop,noatime") as data:
            environment = dict(os.environ, DATA=str(data), ACKNOWLEDGED=str(work / "acknowledged-then"))
            check = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, timeout=timeout)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        return False, str(failure)
    return check.returncode == 0, (check.stdout + check.stderr).decode(errors="replace").strip()[-400:]


def cuts(options, work):
    acknowledged = work / "acknowledged"
    acknowledged.touch()
    lost = []
    run("truncate", "-s", f"{MEBIBYTES}M", str(work / "image"))
    run("mkfs.ext4", "-q", "-F", str(work / "image"))
    with mounted(work / "image", work / "live", "loop,noatime,commit=300") as data:
        with writer(options.start, data, acknowledged, work / "writer.log") as process:
            if not wait_for_first(acknowledged, process, options.timeout):
                print((work / "writer.log").read_text(errors="replace")[-2000:])
                sys.exit("the writer acknowledged nothing")
            for number in range(options.cuts):
                time.sleep(random.uniform(0.05, 0.45))
                if process.poll() is not None:
                    print((work / "writer.log").read_text(errors="replace")[-2000:])
                    sys.exit(f"the writer ended before cut {number + 1}")
                with cut(process, acknowledged, work):
                    fine, why = survives(options.check, work, options.timeout)
                if not fine:
                    lost.append(number + 1)
                    if not options.expect_loss:
                        print(f"cut {number + 1}: {why}")
        return lost, complete_lines(acknowledged).count(b"\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=60)
    parser.add_argument("--start", required=True)
    parser.add_argument("--check", required=True)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--expect-loss", action="store_true")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("mounting needs root")
    # Ended from outside, it still ends its writer and takes its mounts down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    work = pathlib.Path(tempfile.mkdtemp(prefix="powercut-"))
    try:
        lost, acknowledged = cuts(options, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{options.cuts} cuts, {acknowledged} acknowledged, {len(lost)} cuts with a loss")
    if options.expect_loss:
        caught = len(lost) * 10 >= options.cuts
        print("1 passed, 0 failed" if caught else "0 passed, 1 failed")
        sys.exit(0 if caught else 1)
    print(f"{options.cuts - len(lost)} passed, {len(lost)} failed")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
