-- Programs that are told what happens. A webhook follows the audit chain by its mark, the last row that it was told of.
-- secret is sealed for url; of a removed webhook it is empty. events are words with a space between.

CREATE TABLE webhooks (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    events     TEXT    NOT NULL,
    secret     BLOB    NOT NULL,
    mark       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;

CREATE UNIQUE INDEX webhook_name ON webhooks (name) WHERE removed_at IS NULL;

-- Messages, each to one webhook. state: 0 to be sent, 1 delivered, 2 given up. message is the same however often it is
-- recorded: what was told once is not told again.

CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY,
    webhook         INTEGER NOT NULL REFERENCES webhooks (id),
    message         TEXT    NOT NULL,
    event           TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    state           INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
    created_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    deadline_at     INTEGER NOT NULL,
    settled_at      INTEGER,
    UNIQUE (webhook, message)
) STRICT;

CREATE INDEX delivery_due ON deliveries (webhook, next_attempt_at) WHERE state = 0;
CREATE INDEX delivery_listed ON deliveries (webhook, id);
CREATE INDEX delivery_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

-- What came of each attempt: a status of HTTP, or why there was none.

CREATE TABLE attempts (
    delivery INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    outcome  TEXT    NOT NULL,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;
