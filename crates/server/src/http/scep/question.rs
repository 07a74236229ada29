//! What a request wants, as far as HTTP must know: to count it, and to queue what costs.

use axum::http::Method;

/// Kinds of requests. Decoding them is `scep::operation`'s business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// No `operation` at all.
    None,
    /// A message to be unwrapped: the one kind that costs a private key operation.
    Pki,
    /// A known one that costs nothing.
    Cheap(&'static str),
    /// Anything else.
    Other,
}

const CHEAP: [&str; 4] = ["GetCACaps", "GetCACert", "GetNextCACert", "GetCACertChain"];

impl Question {
    /// Looks at the raw query; parameters come in any order (Q7).
    pub(super) fn of(method: &Method, query: Option<&str>) -> Self {
        let parameters = query.unwrap_or_default().split('&');
        let operation = parameters.filter_map(|one| one.strip_prefix("operation=")).next();
        match operation {
            Some("PKIOperation") => Self::Pki,
            // RFC 8894 §4.3: many servers do not look at the operation of a POST.
            _ if method == Method::POST => Self::Pki,
            None => Self::None,
            Some(other) => CHEAP.into_iter().find(|name| *name == other).map_or(Self::Other, Self::Cheap),
        }
    }

    /// Whether it takes a seat.
    pub(super) fn costs(self) -> bool {
        // What is not understood may still be decoded as a message (percent-encoded, another case).
        matches!(self, Self::Pki | Self::Other)
    }

    /// A label.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pki => "PKIOperation",
            Self::Cheap(name) => name,
            Self::Other => "other",
        }
    }
}

/// 16 random hexadecimal digits.
pub(super) fn request_id() -> String {
    let mut octets = [0_u8; 8];
    // Without randomness requests could not be told apart; nothing worse.
    let _ = aws_lc_rs::rand::fill(&mut octets);
    format!("{:016x}", u64::from_be_bytes(octets))
}
