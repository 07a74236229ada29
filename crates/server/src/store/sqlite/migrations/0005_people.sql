-- People who sign in, how they prove who they are, and their sessions. What is a secret is kept as a hash (sessions, links,
-- recovery codes: SHA-256 of random bits; passwords: argon2id) or sealed with a key outside of the store (the secret of TOTP).

CREATE TABLE people (
    id         INTEGER PRIMARY KEY,
    -- In lower case.
    login      TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    -- What a requester may ask for, as JSON.
    limits     TEXT    NOT NULL,
    -- Who vouches for a person who signs in elsewhere: OpenID Connect's iss and sub, the one identifier that never changes hands.
    issuer     TEXT,
    subject    TEXT,
    language   TEXT,
    created_at INTEGER NOT NULL,
    locked_at  INTEGER,
    -- A PHC string; both or neither.
    password   TEXT,
    totp       BLOB,
    -- The last time step whose code was used: each code is good once (RFC 6238 section 5.2).
    totp_step  INTEGER NOT NULL DEFAULT 0,
    CHECK ((password IS NULL) = (totp IS NULL)),
    CHECK ((issuer IS NULL) = (subject IS NULL)),
    UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE passkeys (
    id         INTEGER PRIMARY KEY,
    person     INTEGER NOT NULL REFERENCES people (id),
    credential BLOB    NOT NULL UNIQUE,
    -- The public key, as COSE_Key (RFC 9052 section 7) the way the authenticator wrote it.
    key        BLOB    NOT NULL,
    -- The authenticator's signature counter; 0 for one that does not count.
    counter    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;

CREATE INDEX passkey_person ON passkeys (person);

CREATE TABLE recovery_codes (
    hash    BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    person  INTEGER NOT NULL REFERENCES people (id),
    used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX recovery_person ON recovery_codes (person);

CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    person     INTEGER NOT NULL REFERENCES people (id),
    -- passkey, password, oidc or link.
    how        TEXT    NOT NULL,
    -- The browser, as it calls itself; cut.
    agent      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX session_person ON sessions (person);

-- Links that make a person or give somebody new credentials; each works once.
CREATE TABLE invitations (
    hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    -- Whose; the first owner is nobody yet.
    person     INTEGER REFERENCES people (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;

-- Wrong passwords and codes, by a hash of the account or of the address. Rows whose time is over are taken away.
CREATE TABLE sign_in_failures (
    subject      BLOB    PRIMARY KEY CHECK (length(subject) = 32),
    wrong        INTEGER NOT NULL,
    since        INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose a token is: it may do at most what its person may.
ALTER TABLE tokens ADD COLUMN person INTEGER REFERENCES people (id);
