-- What programs asked to be done once (Idempotency-Key). key is SHA-256 over who asked and the key's text, caller over who
-- asked, fingerprint over what was asked. status and answer are there once it is done; an answer holds no secret. A row goes after 24 hours.

CREATE TABLE repetitions (
    key         BLOB    PRIMARY KEY CHECK (length(key) = 32),
    caller      BLOB    NOT NULL CHECK (length(caller) = 32),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    begun_at    INTEGER NOT NULL,
    status      INTEGER,
    answer      TEXT,
    CHECK ((status IS NULL) = (answer IS NULL))
) STRICT, WITHOUT ROWID;

-- How many one caller has.
CREATE INDEX repetition_caller ON repetitions (caller);

-- Which are over.
CREATE INDEX repetition_begun ON repetitions (begun_at);
