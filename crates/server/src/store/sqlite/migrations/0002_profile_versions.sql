-- Every text that a certificate profile was published with; rows are only appended. A certificate names its version in
-- certificates (profile, profile_version). document and digest are NULL for versions from before this table: then the
-- settings file gave the number, and nobody kept the text.

CREATE TABLE profile_versions (
    seq          INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    document     TEXT,
    digest       BLOB    CHECK (length(digest) = 32),
    published_at INTEGER NOT NULL,
    published_by TEXT    NOT NULL,
    UNIQUE (name, version)
) STRICT;

INSERT INTO profile_versions (name, version, published_at, published_by)
SELECT profile, profile_version, min(reserved_at), 'before versions were recorded'
FROM certificates GROUP BY profile, profile_version ORDER BY min(id);
