//! What a webhook can be told.

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// A kind of message; a webhook gets those that it was added for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A certificate was issued, not by renewal.
    Issued,
    /// A certificate was issued in place of another.
    Renewed,
    /// A certificate was revoked, put on hold, or its hold is over.
    Revoked,
    /// A request was refused.
    Refused,
    /// A request waits for an approval.
    Held,
    /// A device asked for capabilities and CA certificate, and never sent a request.
    Stalled,
    /// Certificates end soon and have no successor.
    Expiring,
    /// A certificate of the CA itself ends soon.
    AuthorityExpiring,
    /// Somebody tries whether messages arrive. Every webhook gets it, when asked.
    Test,
}

impl EventKind {
    /// Those that a webhook can be added for.
    pub const ALL: [EventKind; 8] = [
        EventKind::Issued,
        EventKind::Renewed,
        EventKind::Revoked,
        EventKind::Refused,
        EventKind::Held,
        EventKind::Stalled,
        EventKind::Expiring,
        EventKind::AuthorityExpiring,
    ];

    /// As messages, the store and the command line write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Issued => "certificate.issued",
            EventKind::Renewed => "certificate.renewed",
            EventKind::Revoked => "certificate.revoked",
            EventKind::Refused => "enrolment.refused",
            EventKind::Held => "enrolment.held",
            EventKind::Stalled => "enrolment.stalled",
            EventKind::Expiring => "certificates.expiring",
            EventKind::AuthorityExpiring => "authority.expiring",
            EventKind::Test => "webhook.test",
        }
    }

    /// The kind of that word, exactly.
    #[must_use]
    pub fn parse(word: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().chain([EventKind::Test]).find(|kind| kind.as_str() == word)
    }

    /// One that a webhook can be added for.
    #[must_use]
    pub fn wanted(word: &str) -> Option<EventKind> {
        EventKind::parse(word).filter(|kind| *kind != EventKind::Test)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        EventKind::wanted(&word).ok_or_else(|| {
            let known = EventKind::ALL.map(EventKind::as_str).join(", ");
            serde::de::Error::custom(format!("there is no such event; there are {known}"))
        })
    }
}
