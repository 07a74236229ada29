-- Requests that wait for an approval. One row for each transaction; what was decided and what came of it is written into the
-- row, once each. state: 0 waiting, 1 approved, 2 denied, 3 expired. certificate is set in the first commit of the certificate
-- that was issued from exactly these octets; until then claim keeps the challenge from any other request.

CREATE TABLE held (
    id               INTEGER PRIMARY KEY,
    endpoint         TEXT    NOT NULL,
    transaction_id   TEXT    NOT NULL,
    transaction_hash BLOB    NOT NULL UNIQUE CHECK (length(transaction_hash) = 32),
    signer_hash      BLOB    NOT NULL CHECK (length(signer_hash) = 32),
    key_hash         BLOB    NOT NULL CHECK (length(key_hash) = 32),
    csr_hash         BLOB    NOT NULL CHECK (length(csr_hash) = 32),
    csr              BLOB    NOT NULL,
    subject          TEXT    NOT NULL,
    rule             TEXT    NOT NULL,
    sentence         TEXT    NOT NULL,
    vouched_by       TEXT    NOT NULL,
    sid_vouched      INTEGER NOT NULL CHECK (sid_vouched IN (0, 1)),
    claim            BLOB    CHECK (length(claim) = 32),
    -- What the policy knew, as JSON.
    facts            TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    state            INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3)),
    decided_by       TEXT,
    decided_at       INTEGER,
    certificate      INTEGER REFERENCES certificates (id)
) STRICT;

-- A poll names its request by these (RFC 8894 §3.3.3).
CREATE INDEX held_signer ON held (signer_hash, transaction_id, endpoint);

-- A challenge holds one request.
CREATE UNIQUE INDEX held_claim ON held (claim) WHERE claim IS NOT NULL AND certificate IS NULL;

-- How many wait at an endpoint.
CREATE INDEX held_open ON held (endpoint, state) WHERE certificate IS NULL;
