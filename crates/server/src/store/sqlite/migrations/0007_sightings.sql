-- Certificates seen in use: who first saw one and when, and when last, to the hour, so that one that is asked about at each connection
-- costs a write an hour at most.
CREATE TABLE sightings (
    certificate INTEGER PRIMARY KEY REFERENCES certificates (id),
    first_at    INTEGER NOT NULL,
    first_by    TEXT    NOT NULL,
    last_at     INTEGER NOT NULL,
    last_by     TEXT    NOT NULL
) STRICT;

-- Requests in callers' own names. What became of one is asked by its transaction; code, sentence and fix say why nothing did.
CREATE TABLE asked (
    number           INTEGER PRIMARY KEY,
    id               TEXT    NOT NULL UNIQUE CHECK (length(id) = 32),
    transaction_hash BLOB    NOT NULL UNIQUE CHECK (length(transaction_hash) = 32),
    key_hash         BLOB    NOT NULL CHECK (length(key_hash) = 32),
    endpoint         TEXT    NOT NULL,
    profile          TEXT    NOT NULL,
    asked_by         TEXT    NOT NULL,
    -- Whom that comes down to: a token of a person is that person.
    identity         TEXT    NOT NULL,
    subject          TEXT    NOT NULL,
    server_key       INTEGER NOT NULL CHECK (server_key IN (0, 1)),
    asked_at         INTEGER NOT NULL,
    code             TEXT,
    sentence         TEXT,
    fix              TEXT
) STRICT;

CREATE INDEX asked_identity ON asked (identity, number);

-- Conversations that began and never came to a request, those of one peer and reason as one row.
CREATE TABLE stalled (
    id            INTEGER PRIMARY KEY,
    endpoint      TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    user_agent    TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    conversations INTEGER NOT NULL,
    first_at      INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    -- What was seen beside, as JSON.
    seen          TEXT    NOT NULL,
    UNIQUE (endpoint, address, user_agent, reason)
) STRICT;

CREATE INDEX stalled_last ON stalled (last_at, id);
