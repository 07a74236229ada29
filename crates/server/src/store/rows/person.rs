//! People, their sessions and credentials.

use std::fmt;

use pki::Time;

use super::AuditEvent;
use crate::people::{Login, RequestLimits, Role};

/// The row of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PersonId(pub i64);

/// The row of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub i64);

/// SHA-256 of a session's id; the id itself is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionHash(pub [u8; 32]);

/// SHA-256 of the token of a link; the token itself is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkHash(pub [u8; 32]);

/// Who vouches for somebody who signs in elsewhere: OpenID Connect's `iss` and `sub`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
}

/// A person about to be recorded.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Nobody else's.
    pub login: Login,
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What a requester may ask for.
    pub limits: RequestLimits,
    /// Who vouches for them, if not this server.
    pub elsewhere: Option<Elsewhere>,
    /// Becomes the audit row `person.added`.
    pub event: AuditEvent,
    /// Now.
    pub at: Time,
}

/// A person as recorded, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The row.
    pub id: PersonId,
    /// What they sign in with.
    pub login: Login,
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What a requester may ask for.
    pub limits: RequestLimits,
    /// Who vouches for them, if not this server.
    pub elsewhere: Option<Elsewhere>,
    /// `en`, `de`; `None` for what the browser says.
    pub language: Option<String>,
    /// When they were recorded.
    pub created_at: Time,
    /// When they were locked out, if they are.
    pub locked_at: Option<Time>,
    /// Whether a password, with TOTP, signs them in.
    pub has_password: bool,
}

/// What of a person changes. `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    /// What they are called.
    pub name: Option<String>,
    /// Role and limits; ends all sessions.
    pub role: Option<(Role, RequestLimits)>,
    /// Locks out and ends all sessions, or lets in again.
    pub locked: Option<bool>,
}

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonChanged {
    /// It is done and on record.
    Done,
    /// There is no such person.
    Unknown,
    /// Nobody would be left who gives rights: the last owner stays one.
    LastOwner,
}

/// A session about to be recorded.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// All that is kept of its id.
    pub hash: SessionHash,
    /// Whose.
    pub person: PersonId,
    /// `passkey`, `password`, `oidc` or `link`.
    pub how: &'static str,
    /// The browser, as it calls itself.
    pub agent: String,
    /// Now.
    pub at: Time,
    /// When it ends in any case.
    pub ends_at: Time,
    /// Becomes the audit row `session.opened`.
    pub event: AuditEvent,
}

/// A session as recorded; one that was ended is no row any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The row.
    pub id: SessionId,
    /// Whose.
    pub person: PersonId,
    /// How it was signed in to.
    pub how: String,
    /// The browser, as it calls itself.
    pub agent: String,
    /// When it began.
    pub created_at: Time,
    /// When it was used last, to the minute.
    pub seen_at: Time,
    /// When it ends in any case.
    pub ends_at: Time,
}

/// What checks somebody's password and code.
#[derive(Clone)]
pub struct PasswordRow {
    /// A PHC string of argon2id.
    pub password: String,
    /// The secret of TOTP, sealed.
    pub totp: Vec<u8>,
}

impl fmt::Debug for PasswordRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordRow(…)")
    }
}

/// A passkey's public half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The row; 0 before it has one.
    pub id: i64,
    /// Whose.
    pub person: PersonId,
    /// The credential's id, as the authenticator chose it.
    pub credential: Vec<u8>,
    /// `COSE_Key`, as the authenticator wrote it.
    pub key: Vec<u8>,
    /// The signature counter at its last use.
    pub counter: u32,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Time,
    /// When it was used last.
    pub used_at: Option<Time>,
}

/// How somebody shall sign in from now on.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A password with TOTP and hashes of recovery codes, in place of what there was.
    Password {
        /// Password and TOTP.
        row: PasswordRow,
        /// The time step of the code that proved the secret, spent with it.
        step: i64,
        /// SHA-256 of each recovery code.
        recovery: Vec<[u8; 32]>,
    },
    /// One more passkey.
    Passkey(Passkey),
}

/// A link as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Whose; `None` makes the first owner.
    pub person: Option<PersonId>,
    /// When it stops working.
    pub expires_at: Time,
    /// When it was used.
    pub used_at: Option<Time>,
}

/// Wrong guesses at one account or from one address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many within the window.
    pub wrong: u32,
    /// When the window began, Unix seconds.
    pub since: i64,
    /// Until when nobody is let try, Unix seconds.
    pub locked_until: i64,
}
