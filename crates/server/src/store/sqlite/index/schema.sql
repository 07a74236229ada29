-- What finds things. Made from the store and from nothing else: whoever deletes this file loses an hour of a background thread.
-- user_version says which edition this is; another one is dropped and made anew.

-- How far the audit chain was followed, with the link there: another chain means another store.
CREATE TABLE mark (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL
) STRICT;
INSERT INTO mark (one, seq, hash) VALUES (1, 0, zeroblob(32));

-- Certificates that were issued. Terms are made of these columns alone, so that they can be taken out again.
CREATE TABLE entries (
    id         INTEGER PRIMARY KEY,
    serial     BLOB    NOT NULL,
    sha1       BLOB    NOT NULL,
    sha256     BLOB    NOT NULL,
    subject    TEXT    NOT NULL,
    -- Alternative names, one a line.
    names      TEXT    NOT NULL,
    -- What the directory called the device and the user when this row was written.
    called     TEXT    NOT NULL,
    profile    TEXT    NOT NULL,
    endpoint   TEXT    NOT NULL,
    requester  TEXT,
    device     TEXT,
    user       TEXT,
    not_before INTEGER NOT NULL,
    not_after  INTEGER NOT NULL,
    issued_at  INTEGER NOT NULL,
    -- 0 good, 1 on hold, 2 revoked.
    status     INTEGER NOT NULL CHECK (status IN (0, 1, 2)),
    -- 0 not for client authentication, 1 names a SID, 2 names none.
    sid        INTEGER NOT NULL CHECK (sid IN (0, 1, 2))
) STRICT;
CREATE INDEX entry_end ON entries (not_after);
CREATE INDEX entry_issued ON entries (issued_at);

CREATE VIRTUAL TABLE terms USING fts5 (t, content = '', detail = none, columnsize = 0, tokenize = 'ascii');
-- The same for rows of the audit.
CREATE VIRTUAL TABLE trail USING fts5 (t, content = '', detail = none, columnsize = 0, tokenize = 'ascii');

-- Who vouched for what is reserved and not yet issued.
CREATE TABLE asked (
    id        INTEGER PRIMARY KEY,
    requester TEXT    NOT NULL
) STRICT;

-- Devices and users by a hash of their kind and key: the newest certificate that names each, and how many do.
CREATE TABLE holders (
    holder INTEGER PRIMARY KEY,
    newest INTEGER NOT NULL,
    count  INTEGER NOT NULL
) STRICT;

-- The newest certificate of each holder and profile, by a hash of both.
CREATE TABLE latest (
    owner INTEGER PRIMARY KEY,
    id    INTEGER NOT NULL
) STRICT;

-- Which certificate took the place of which; how: 0 by renewal, 1 by the same holder.
CREATE TABLE replaced (
    id    INTEGER PRIMARY KEY,
    newer INTEGER NOT NULL,
    how   INTEGER NOT NULL CHECK (how IN (0, 1))
) STRICT;
CREATE INDEX replaced_newer ON replaced (newer);

-- Good certificates that none has replaced, by their end.
CREATE TABLE unreplaced (
    not_after INTEGER NOT NULL,
    id        INTEGER NOT NULL,
    renew_at  INTEGER NOT NULL,
    PRIMARY KEY (not_after, id)
) STRICT, WITHOUT ROWID;

-- Sums. Days, hours and minutes are counted since 1970.
CREATE TABLE ends (
    day     INTEGER NOT NULL,
    profile TEXT    NOT NULL,
    status  INTEGER NOT NULL,
    sid     INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (day, profile, status, sid)
) STRICT, WITHOUT ROWID;
CREATE TABLE issued (
    minute INTEGER PRIMARY KEY,
    count  INTEGER NOT NULL
) STRICT;
CREATE TABLE refused (
    hour  INTEGER NOT NULL,
    code  TEXT    NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE opening (
    day   INTEGER PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 1;
