//! The device authorization grant (RFC 8628): a person signs in elsewhere, and the program gets what that person may do.

use super::{ErrorResponse, Secret, Tenant};
use crate::OtherMembers;
use serde::{Deserialize, Serialize};

/// Value of `grant_type` (RFC 8628 §3.4).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What is added to the interval for each `slow_down`, in seconds (RFC 8628 §3.5).
pub const SLOWER_BY: u64 = 5;

/// `{authority}/{tenant}/oauth2/v2.0/devicecode`; the authority may end in a slash or not.
#[must_use]
pub fn device_code_endpoint(authority: &str, tenant: &Tenant) -> String {
    format!("{}/{}/oauth2/v2.0/devicecode", authority.trim_end_matches('/'), tenant.as_str())
}

/// The scope for these permissions of a person on one resource.
#[must_use]
pub fn delegated_scope(resource: &str, permissions: &[&str]) -> String {
    let one = |permission: &&str| format!("{}/{permission}", resource.trim_end_matches('/'));
    permissions.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The form with which a sign-in begins.
#[must_use]
pub fn device_code_form<'a>(client_id: &'a str, scope: &'a str) -> [(&'static str, &'a str); 2] {
    [("client_id", client_id), ("scope", scope)]
}

/// The form of a poll.
#[must_use]
pub fn poll_form<'a>(client_id: &'a str, device_code: &'a Secret) -> [(&'static str, &'a str); 3] {
    [("grant_type", GRANT_TYPE), ("client_id", client_id), ("device_code", device_code.expose())]
}

/// A sign-in that has begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceCode {
    /// What the program polls with; whoever has it gets the token.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: String,
    /// How long both codes live, in seconds.
    pub expires_in: u64,
    /// How long to wait between two polls, in seconds; 5 where it is not said (RFC 8628 §3.2).
    #[serde(default = "usual_interval")]
    pub interval: u64,
    /// `message` and whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

fn usual_interval() -> u64 {
    5
}

impl DeviceCode {
    /// Reads the body of an answer with status 200. `None` if it is not one, or would have a person be shown anything
    /// but an https address and a short code: a terminal obeys control characters.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(body).ok()?;
        let plain = |text: &str, longest| {
            (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let address = read.verification_uri.starts_with("https://") && plain(&read.verification_uri, 200);
        let fits = address && plain(&read.user_code, 40) && !read.device_code.expose().is_empty();
        (fits && read.expires_in > 0).then_some(read)
    }
}

/// What a poll brought that is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Nobody has said anything yet.
    Pending,
    /// Polled too often: from now on [`SLOWER_BY`] seconds more.
    SlowDown,
    /// The person said no. Entra has a word of its own for it.
    Denied,
    /// The code has grown too old.
    Expired,
    /// Anything else.
    Refused,
}

impl Poll {
    /// By the body of an answer that is not 200. Pending is what says so, and nothing else.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let word = ErrorResponse::parse(body).map(|error| error.error);
        match word.as_deref() {
            Some("authorization_pending") => Self::Pending,
            Some("slow_down") => Self::SlowDown,
            Some("access_denied" | "authorization_declined") => Self::Denied,
            Some("expired_token" | "code_expired") => Self::Expired,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGUN: &str = r#"{"user_code":"BCDFGHJKL","device_code":"secret","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":7,"message":"m"}"#;

    #[test]
    fn rfc_8628_what_a_person_is_shown_is_an_address_and_a_code() {
        let begun = DeviceCode::parse(BEGUN.as_bytes()).unwrap();
        assert_eq!((begun.interval, begun.expires_in), (7, 900));
        assert!(!format!("{begun:?}").contains("secret"));
        let without = BEGUN.replace(r#""interval":7,"#, "");
        assert_eq!(DeviceCode::parse(without.as_bytes()).unwrap().interval, 5);
        for (from, to) in [
            ("https://", "http://"),
            ("BCDFGHJKL", ""),
            ("BCDFGHJKL", "\\u001b[2J"),
            ("devicelogin", "a b"),
            ("secret", ""),
            ("900", "0"),
        ] {
            assert!(DeviceCode::parse(BEGUN.replace(from, to).as_bytes()).is_none(), "{from} {to}");
        }
    }

    #[test]
    fn rfc_8628_3_5_words_of_a_poll() {
        let of = |word: &str| Poll::of(format!(r#"{{"error":"{word}"}}"#).as_bytes());
        assert_eq!(of("authorization_pending"), Poll::Pending);
        assert_eq!(of("slow_down"), Poll::SlowDown);
        assert_eq!((of("access_denied"), of("authorization_declined")), (Poll::Denied, Poll::Denied));
        assert_eq!(of("expired_token"), Poll::Expired);
        for body in ["", "{}", "<html>", r#"{"error":"invalid_grant"}"#, r#"["authorization_pending"]"#] {
            assert_eq!(Poll::of(body.as_bytes()), Poll::Refused, "{body}");
        }
    }

    #[test]
    fn scopes_of_several_permissions() {
        assert_eq!(
            delegated_scope("https://graph.microsoft.com/", &["A.Read", "B.Write"]),
            "https://graph.microsoft.com/A.Read https://graph.microsoft.com/B.Write"
        );
        let tenant = Tenant::parse("contoso.example").unwrap();
        assert_eq!(
            device_code_endpoint("https://login.microsoftonline.com/", &tenant),
            "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/devicecode"
        );
    }
}
