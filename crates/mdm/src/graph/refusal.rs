//! What Graph answers instead of a page (contract §14).

use super::ErrorEnvelope;

/// An answer of another status than 200, by what is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The link has grown too old: begin again without it.
    Resync,
    /// The object does not exist. Said only on Graph's own word: a proxy's 404 proves nothing.
    NotFound,
    /// The token is no good: get another one.
    Token,
    /// A permission is missing.
    Denied,
    /// Too many requests: wait as long as Retry-After says, or ever longer.
    Throttled,
    /// An outage: try again later.
    Outage,
    /// The request is wrong, or the answer is not Graph's.
    Other,
}

/// Codes that tell a client to begin again.
const RESYNC: [&str; 3] = ["resyncRequired", "syncStateNotFound", "Directory_ExpiredPageToken"];
/// Codes of an object that does not exist: of the directory, and of Intune.
const NOT_FOUND: [&str; 2] = ["Request_ResourceNotFound", "ResourceNotFound"];

impl Refusal {
    /// By status and body.
    #[must_use]
    pub fn of(status: u16, body: &[u8]) -> Self {
        let code = ErrorEnvelope::parse(body).and_then(|envelope| envelope.error.code).unwrap_or_default();
        let among = |codes: &[&str]| codes.iter().any(|known| known.eq_ignore_ascii_case(&code));
        match status {
            410 => Self::Resync,
            400..=499 if among(&RESYNC) => Self::Resync,
            404 if among(&NOT_FOUND) => Self::NotFound,
            401 => Self::Token,
            403 => Self::Denied,
            429 => Self::Throttled,
            408 | 500..=599 => Self::Outage,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_14_refusals_by_status_and_code() {
        let said = |status, code: &str| {
            Refusal::of(
                status,
                format!(r#"{{"error":{{"code":"{code}","message":"m","innerError":{{}}}}}}"#).as_bytes(),
            )
        };
        assert_eq!(Refusal::of(410, b""), Refusal::Resync);
        assert_eq!(said(410, "x"), Refusal::Resync);
        assert_eq!(said(400, "resyncRequired"), Refusal::Resync);
        assert_eq!(said(404, "Request_ResourceNotFound"), Refusal::NotFound);
        assert_eq!(said(404, "ResourceNotFound"), Refusal::NotFound);
        assert_eq!(said(401, "InvalidAuthenticationToken"), Refusal::Token);
        assert_eq!(said(403, "Authorization_RequestDenied"), Refusal::Denied);
        assert_eq!(said(429, "TooManyRequests"), Refusal::Throttled);
        assert_eq!(said(503, "resyncRequired"), Refusal::Outage);
        assert_eq!(said(400, "BadRequest"), Refusal::Other);
        assert_eq!(said(302, ""), Refusal::Other);
    }

    #[test]
    fn a_404_that_is_not_graphs_proves_nothing() {
        for body in ["", "<html>Not found</html>", "{}", r#"{"error":"Request_ResourceNotFound"}"#, "[]"] {
            assert_eq!(Refusal::of(404, body.as_bytes()), Refusal::Other, "{body}");
        }
    }
}
