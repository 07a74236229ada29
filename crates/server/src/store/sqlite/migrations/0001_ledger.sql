-- The rows of a certificate are only ever appended: certificates at the first commit, signatures at the second.
-- A change in place would write the page of the first commit a second time. What a certificate's state is follows
-- from which rows exist. Two indexes are random (a hash decides the place): certificate_key and claims; every other
-- key grows with time, so that a million rows cost what a thousand do.

CREATE TABLE authorities (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE,
    role          INTEGER NOT NULL CHECK (role IN (0, 1, 2, 3)),
    certificate   BLOB    NOT NULL,
    key_reference TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    retired_at    INTEGER
) STRICT;

CREATE TABLE certificates (
    id               INTEGER PRIMARY KEY,
    issuer           INTEGER NOT NULL REFERENCES authorities (id),
    serial           BLOB    NOT NULL CHECK (length(serial) BETWEEN 1 AND 20),
    profile          TEXT    NOT NULL,
    profile_version  INTEGER NOT NULL,
    endpoint         TEXT    NOT NULL,
    transaction_id   TEXT    NOT NULL,
    transaction_hash BLOB    NOT NULL CHECK (length(transaction_hash) = 32),
    csr_hash         BLOB    NOT NULL CHECK (length(csr_hash) = 32),
    key_hash         BLOB    NOT NULL CHECK (length(key_hash) = 32),
    subject          TEXT    NOT NULL,
    not_before       INTEGER NOT NULL,
    not_after        INTEGER NOT NULL,
    reserved_at      INTEGER NOT NULL,
    supersedes       INTEGER REFERENCES certificates (id),
    -- Under whom it counts where its endpoint limits how many one subject gets, else NULL.
    counted          TEXT,
    tbs              BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX certificate_serial ON certificates (serial, issuer);

-- Once for each transaction, and which certificates hold this key: one index for both.
CREATE UNIQUE INDEX certificate_key ON certificates (key_hash, transaction_hash);

-- What a subject got lately; nothing where nobody counts.
CREATE INDEX certificate_counted ON certificates (counted, endpoint, reserved_at) WHERE counted IS NOT NULL;

CREATE INDEX certificate_successor ON certificates (supersedes) WHERE supersedes IS NOT NULL;

-- What follows the to-be-signed bytes in the certificate: algorithm and signature, as DER.
CREATE TABLE signatures (
    certificate INTEGER PRIMARY KEY REFERENCES certificates (id),
    issued_at   INTEGER NOT NULL,
    tail        BLOB    NOT NULL
) STRICT;

-- Reserved and not yet signed or abandoned; a handful of rows.
CREATE TABLE unfinished (
    certificate INTEGER PRIMARY KEY REFERENCES certificates (id)
) STRICT;

CREATE TABLE abandonments (
    certificate INTEGER PRIMARY KEY REFERENCES certificates (id),
    at          INTEGER NOT NULL,
    reason      TEXT    NOT NULL
) STRICT;

-- With what a CRL says of each, so that a list of a million is read without their certificates, which are thirty times
-- as large.
CREATE TABLE revocations (
    certificate INTEGER PRIMARY KEY REFERENCES certificates (id),
    at          INTEGER NOT NULL,
    reason      INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 10 AND reason NOT IN (7, 8)),
    issuer      INTEGER NOT NULL REFERENCES authorities (id),
    serial      BLOB    NOT NULL,
    not_after   INTEGER NOT NULL
) STRICT;

-- One row for each revocation, hold and release, in order: what a cache of answers has to forget. A hold that ends
-- leaves no revocation; this only grows.
CREATE TABLE status_changes (
    seq         INTEGER PRIMARY KEY,
    certificate INTEGER NOT NULL REFERENCES certificates (id)
) STRICT;

-- Why a certificate is not good: a row for each rule that says so. What revocations holds follows from these, in the same
-- transaction: what is for good before what can end, the earlier before the later.
CREATE TABLE grounds (
    certificate INTEGER NOT NULL REFERENCES certificates (id),
    rule        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    reason      INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 10 AND reason NOT IN (7, 8)),
    said        TEXT    NOT NULL,
    PRIMARY KEY (certificate, rule)
) STRICT, WITHOUT ROWID;

-- What a directory (source) says of a device or user (kind), with when each fact was learned: facts is JSON.
CREATE TABLE directory (
    id     INTEGER PRIMARY KEY,
    source TEXT    NOT NULL,
    kind   INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    object TEXT    NOT NULL,
    -- What certificates carry; at an enrolment, records are found by it.
    key    TEXT,
    facts  TEXT    NOT NULL,
    UNIQUE (source, kind, object)
) STRICT;

CREATE INDEX directory_key ON directory (key, source);

-- Whom a certificate names, and what says so. Once a record of the directory was found, the certificate follows the
-- record: the name of a user can change.
CREATE TABLE bindings (
    certificate INTEGER NOT NULL REFERENCES certificates (id),
    kind        INTEGER NOT NULL CHECK (kind IN (0, 1)),
    source      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    evidence    TEXT    NOT NULL,
    record      INTEGER REFERENCES directory (id),
    PRIMARY KEY (certificate, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX binding_key ON bindings (key, source);
-- Those that nobody has ruled on yet, or whom no directory knows.
CREATE INDEX binding_unfound ON bindings (certificate) WHERE record IS NULL;
CREATE INDEX binding_record ON bindings (record) WHERE record IS NOT NULL;

CREATE TABLE requests (
    certificate INTEGER PRIMARY KEY REFERENCES certificates (id),
    der         BLOB    NOT NULL
) STRICT;

CREATE TABLE claims (
    hash        BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    certificate INTEGER NOT NULL REFERENCES certificates (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE challenges (
    id         INTEGER PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    endpoint   TEXT    NOT NULL,
    identity   TEXT,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    note       TEXT    NOT NULL
) STRICT;

-- What programs show to the administrative API. Of 256 random bits the SHA-256 gives nothing away. Scopes are words with
-- a space between. A name may come again once the token that had it was revoked or has expired.
CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    name       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;

CREATE INDEX token_name ON tokens (name) WHERE revoked_at IS NULL;

CREATE TABLE notifications (
    id              INTEGER PRIMARY KEY,
    certificate     INTEGER REFERENCES certificates (id),
    kind            TEXT    NOT NULL,
    payload         TEXT    NOT NULL,
    state           INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    deadline_at     INTEGER NOT NULL,
    last_error      TEXT
) STRICT;

CREATE UNIQUE INDEX notification_certificate ON notifications (certificate) WHERE certificate IS NOT NULL;
CREATE INDEX notification_due ON notifications (next_attempt_at) WHERE state = 0;
CREATE INDEX notification_dead ON notifications (id) WHERE state = 2;

-- The link before a row is the row before it; it is not written twice.
CREATE TABLE audit (
    seq   INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    event TEXT    NOT NULL,
    hash  BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Numbers rise over all parts of an issuer's list; shard is NULL for the list of everything.
CREATE TABLE crls (
    issuer      INTEGER NOT NULL REFERENCES authorities (id),
    shard       INTEGER,
    number      INTEGER NOT NULL CHECK (number >= 0),
    this_update INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    -- The list; of one longer than a megabyte, what follows its pieces.
    der         BLOB    NOT NULL,
    draft       INTEGER,
    PRIMARY KEY (issuer, number)
) STRICT;

-- A long list, a megabyte in each row; at is when its making began.
CREATE TABLE crl_pieces (
    draft  INTEGER NOT NULL,
    piece  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    octets BLOB    NOT NULL,
    PRIMARY KEY (draft, piece)
) STRICT;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
