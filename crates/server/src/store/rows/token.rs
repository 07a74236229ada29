//! API tokens.

use pki::Time;

use super::{AuditEvent, PersonId, TokenHash};
use crate::tokens::Scope;

/// A token about to be recorded.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// All that is kept of its text.
    pub hash: TokenHash,
    /// No other live token has it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it stops being good; `None` for never.
    pub expires_at: Option<Time>,
    /// Whose it is, if it is a person's: it may do at most what they may.
    pub person: Option<PersonId>,
    /// Now.
    pub created_at: Time,
    /// Becomes the audit row `token.created`.
    pub event: AuditEvent,
}

/// Whether a token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStanding {
    /// It is.
    Live,
    /// Its time is over.
    Expired,
    /// Somebody took it back.
    Revoked,
}

/// A token as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Whose it is, if it is a person's.
    pub person: Option<PersonId>,
    /// When it was made.
    pub created_at: Time,
    /// When it stops being good; `None` for never.
    pub expires_at: Option<Time>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Time>,
}

impl Token {
    /// Whether it is good at `now`; what was revoked stays revoked when its time is over, too.
    #[must_use]
    pub fn standing(&self, now: Time) -> TokenStanding {
        if self.revoked_at.is_some() {
            TokenStanding::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            TokenStanding::Expired
        } else {
            TokenStanding::Live
        }
    }
}

impl TokenStanding {
    /// `live`, `expired` or `revoked`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            TokenStanding::Live => "live",
            TokenStanding::Expired => "expired",
            TokenStanding::Revoked => "revoked",
        }
    }
}
