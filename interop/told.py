#!/usr/bin/env python3
"""What others make of what the gateway tells: rsyslogd (Debian) and syslog-rfc5424-parser (PyPI) of the audit's rows,
standardwebhooks (PyPI) of a webhook's message.

    told.py        runs $GATEWAY, or target/release/chancery, on a data directory of its own

rsyslogd goes away while rows are written, and gets them when it is back. Rows with hostile text are among them.
Runs under interop/.venv, which ./test makes. Ends with `N passed, N failed`.
"""

import hashlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv/bin/python"
if VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(VENV, [str(VENV), __file__, *sys.argv[1:]])

import standardwebhooks  # noqa: E402
import syslog_rfc5424_parser  # noqa: E402

GATEWAY = os.environ.get("GATEWAY", str(HERE / "../target/release/chancery"))
WORK = pathlib.Path(tempfile.mkdtemp(prefix="chancery-told-"))
COUNT = {True: 0, False: 0}
HOSTILE = [
    'T"] [forged@1 a="b\\',
    "T\n<109>1 2026-01-01T00:00:00Z forged chancery 1 - - -",
    "T\r\n12 <109>1 - - - - - -",
    "T\u2028\u2029\u0085\u007f]]\\\\\"",
    "Größe 設備 \U0001f4bb",
    "%msg% %$!x% $RepeatedMsgReduction",
]


def record(right, what, why=""):
    COUNT[bool(right)] += 1
    print(f"  {'ok  ' if right else 'BAD '} {what}{'' if right else ': ' + str(why)[:400]}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def chancery(*words):
    command = [GATEWAY, "--local", "--json", "--config", str(WORK / "chancery.toml"), *words]
    return subprocess.run(command, capture_output=True, text=True)


def until(question, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.2)
    return False


class Collector:
    """rsyslogd on one TCP port; what it understood of each message is a line of JSON."""

    TEMPLATE = (
        'template(name="all" type="list" option.jsonf="on") {\n'
        + "".join(
            f'  property(outname="{name.strip("$!")}" name="{name}" format="jsonf")\n'
            for name in ("pri", "hostname", "app-name", "msgid", "structured-data", "msg", "$!rfc5424-sd")
        )
        + "}\n"
    )

    def __init__(self, port):
        self.out = WORK / "collected"
        self.configuration = WORK / "rsyslog.conf"
        self.configuration.write_text(
            f'global(workDirectory="{WORK}" parser.escapeControlCharactersOnReceive="off")\n'
            'module(load="imtcp")\nmodule(load="mmpstrucdata")\n'
            f'{self.TEMPLATE}input(type="imtcp" port="{port}" address="127.0.0.1")\n'
            'action(type="mmpstrucdata")\n'
            f'action(type="omfile" file="{self.out}" template="all")\n'
        )
        self.start()

    def start(self):
        command = ["rsyslogd", "-n", "-f", str(self.configuration), "-i", str(WORK / "rsyslogd.pid")]
        self.process = subprocess.Popen(command, stderr=open(WORK / "rsyslogd.log", "a"))

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def rows(self):
        text = self.out.read_text() if self.out.exists() else ""
        return [json.loads(line) for line in text.split("\n") if line]

    def sequences(self):
        return {int(row["structured-data"].split('seq="')[1].split('"')[0]) for row in self.rows()}


class Receiver(http.server.BaseHTTPRequestHandler):
    messages = []

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers["content-length"]))
        Receiver.messages.append((dict(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def append_hostile(texts):
    """Rows as the server writes them, with text that no route lets through unescaped."""
    with sqlite3.connect(WORK / "data/chancery.db", timeout=20) as database:
        for text in texts:
            database.execute("BEGIN IMMEDIATE") if not database.in_transaction else None
            sequence, before = database.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
            detail = {"by": text, "transaction": text, "why": text}
            event = json.dumps({"event": "request.refused", "detail": detail}, ensure_ascii=False, separators=(",", ":"))
            at = int(time.time())
            link = before + (sequence + 1).to_bytes(8, "big") + at.to_bytes(8, "big") + event.encode()
            row = (sequence + 1, at, event, hashlib.sha256(link).digest())
            database.execute("INSERT INTO audit (seq, at, event, hash) VALUES (?, ?, ?, ?)", row)
    database.close()


def settings(collector, receiver):
    (WORK / "chancery.toml").write_text(
        f"data_dir = '{WORK}/data'\n[listen]\nscep = '127.0.0.1:0'\nadmin = '127.0.0.1:0'\n"
        f"[audit]\nsyslog = 'tcp://127.0.0.1:{collector}'\n[webhooks]\nallow = ['127.0.0.1:{receiver}']\n"
        "[[endpoint]]\nname = 'default'\nvalidator = 'one_time'\n"
    )


def exported(form):
    lines = chancery("audit", "export", "--format", form).stdout.split("\n")
    return [line for line in lines if line]


def judge_collected(collector):
    rows = {row["sequence"]: row for row in map(json.loads, exported("jsonl"))}
    first = min(collector.sequences())
    record(collector.sequences() == set(range(first, max(rows) + 1)), "rsyslogd has every row", collector.sequences())
    whole = right = values = 0
    for one in collector.rows():
        sequence = int(one["structured-data"].split('seq="')[1].split('"')[0])
        row, text = rows[sequence], one["msg"].lstrip("\ufeff")
        whole += json.loads(text) == row["event"]
        detail = row["event"].get("detail")
        by = detail.get("by") if isinstance(detail, dict) else None
        said = json.loads(one["rfc5424-sd"])["chancery@32473"]
        values += said["seq"] == str(sequence) and (by is None or breaks(by) or said["by"] == by)
        refused = row["event"]["event"].endswith(".refused")
        right += (one["app-name"], one["msgid"], one["pri"]) == (
            "chancery",
            row["event"]["event"],
            str(13 * 8 + (4 if refused else 5)),
        ) and row["hash"] in one["structured-data"]
    record(whole == len(collector.rows()), "rsyslogd got each row's JSON whole", whole)
    record(right == len(collector.rows()), "facility, severity, names and hash are what rsyslogd read", right)
    record(values == len(collector.rows()), "rsyslogd reads each parameter as it was written", values)
    record(not any("forged" == one["hostname"] for one in collector.rows()), "no row made another")


def breaks(text):
    """Characters that break lines are shown by their escapes, so that the value is not as it was."""
    return any(ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for c in text)


def judge_parsed():
    rows, lines = list(map(json.loads, exported("jsonl"))), exported("syslog")
    record(len(rows) == len(lines), "as many lines as rows", (len(rows), len(lines)))
    good = read = 0
    for row, line in zip(rows, lines):
        # That parser takes an escaped backslash at a value's end for the escape of the mark after it; rsyslogd does not.
        if '\\\\" ' in line or '\\\\"]' in line:
            continue
        read += 1
        parsed = syslog_rfc5424_parser.SyslogMessage.parse(line)
        data = parsed.sd["chancery@32473"]
        detail = row["event"].get("detail")
        by = detail.get("by") if isinstance(detail, dict) else None
        good += (
            (by is None or breaks(by) or data["by"] == by)
            and data["seq"] == str(row["sequence"])
            and data["hash"] == row["hash"]
            and json.loads(parsed.msg.lstrip("\ufeff")) == row["event"]
        )
    record(read > 300 and good == read, "syslog-rfc5424-parser reads each with its parameters", (good, read))


def judge_webhook(port):
    added = json.loads(
        chancery(
            "webhook", "new", "--name", "judge", "--url", f"http://127.0.0.1:{port}/", "--event", "enrolment.refused"
        ).stdout
    )
    append_hostile(HOSTILE[:1])
    record(until(lambda: Receiver.messages), "a message arrives")
    tried = chancery("webhook", "test", str(added["id"]))
    record(tried.returncode == 0 and len(Receiver.messages) == 2, "the test message arrives", tried.stdout)
    judge = standardwebhooks.Webhook(added["secret"])
    for headers, body in Receiver.messages:
        headers = {name.lower(): value for name, value in headers.items()}
        kind = json.loads(body)["type"]
        try:
            record(judge.verify(body, headers)["type"] == kind, f"standardwebhooks verifies {kind}")
        except standardwebhooks.WebhookVerificationError as error:
            record(False, f"standardwebhooks verifies {kind}", error)
        for what, spoilt, spoilt_headers in (
            ("another body", body + b" ", headers),
            ("another id", body, headers | {"webhook-id": headers["webhook-id"] + "0"}),
            ("another time", body, headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)}),
        ):
            try:
                judge.verify(spoilt, spoilt_headers)
                record(False, f"control: {what} is refused")
            except standardwebhooks.WebhookVerificationError:
                record(True, f"control: {what} is refused")


def main():
    collector_port, receiver = free_port(), http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    settings(collector_port, receiver.server_address[1])
    collector, log = Collector(collector_port), open(WORK / "log", "w")
    server = subprocess.Popen([GATEWAY, "--local", "--config", str(WORK / "chancery.toml"), "serve"], stderr=log)
    try:
        record(until(lambda: "event=listening" in (WORK / "log").read_text()), "the gateway runs")
        append_hostile(HOSTILE)
        record(until(lambda: len(collector.sequences()) >= len(HOSTILE)), "rows arrive", collector.sequences())
        collector.stop()
        append_hostile(["while rsyslogd is away"] * 300)
        time.sleep(3)
        collector.start()
        append_hostile(["after"])
        last = json.loads(exported("jsonl")[-1])["sequence"]
        record(until(lambda: last in collector.sequences(), 90), "what rsyslogd missed arrives", collector.sequences())
        judge_webhook(receiver.server_address[1])
        last = json.loads(exported("jsonl")[-1])["sequence"]
        until(lambda: last in collector.sequences())
        judge_collected(collector)
        judge_parsed()
    finally:
        server.terminate()
        server.wait()
        collector.stop()
    sound = chancery("audit", "verify", "--anchors", str(WORK / "log"))
    record(sound.returncode == 0 and json.loads(sound.stdout)["compared"] == 2, "the log's heads are on the chain", sound.stdout)
    print(f"{COUNT[True]} passed, {COUNT[False]} failed")
    if not COUNT[False]:
        shutil.rmtree(WORK)
    return 1 if COUNT[False] else 0


if __name__ == "__main__":
    sys.exit(main())
