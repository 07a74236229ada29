//! Sessions: an id of 256 random bits in a cookie, its SHA-256 in the store.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use axum::http::header::{COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki::{Random, RandomFailed, Time};
use serde_json::json;
use zeroize::Zeroizing;

use super::reception::Lengths;
use crate::config::Secret;
use crate::store::{AuditEvent, NewSession, Person, SessionHash};

/// Octets of an id.
const OCTETS: usize = 32;
/// What the token against forgery is derived by.
const LABEL: &[u8] = b"chancery, token against forged requests";

/// A session that is about to begin: its row, and the cookie for the browser.
pub(super) struct Opening {
    /// For [`crate::store::PeopleStore::put_session`].
    pub row: NewSession,
    /// The value of `Set-Cookie`.
    pub cookie: HeaderValue,
}

/// Draws an id for `person`, who signed in by `how`. Each sign-in has a new one, whatever cookie the browser sent.
///
/// # Errors
/// No randomness.
pub(super) fn open(
    person: &Person,
    how: &'static str,
    headers: &HeaderMap,
    (lengths, secure): (Lengths, bool),
    now: Time,
    random: &mut dyn Random,
) -> Result<Opening, RandomFailed> {
    let mut octets = Zeroizing::new([0; OCTETS]);
    random.fill(octets.as_mut())?;
    let id = Zeroizing::new(URL_SAFE_NO_PAD.encode(octets.as_ref()));
    let agent = agent(headers);
    let detail = json!({ "by": format!("person {}", person.login), "how": how, "browser": agent });
    let row = NewSession {
        hash: hash(&id),
        person: person.id,
        how,
        agent,
        at: now,
        ends_at: now.plus_seconds(lengths.longest),
        event: AuditEvent::detail(detail.to_string()),
    };
    Ok(Opening { row, cookie: set_cookie(name(secure), &id, secure, None)? })
}

/// What the cookie is called. `__Host-` makes browsers refuse it from anything but this very host by https. Over plain HTTP on
/// loopback, browsers differ about it, so it has no prefix there.
pub(super) fn name(secure: bool) -> &'static str {
    if secure { "__Host-chancery" } else { "chancery" }
}

/// `Set-Cookie`; without `seconds` it lives as long as the browser.
pub(super) fn set_cookie(
    name: &str,
    value: &str,
    secure: bool,
    seconds: Option<i64>,
) -> Result<HeaderValue, RandomFailed> {
    let secure = if secure { "; Secure" } else { "" };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let text = Zeroizing::new(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"));
    let mut header = HeaderValue::from_str(&text).map_err(|_| RandomFailed)?;
    header.set_sensitive(true);
    Ok(header)
}

/// The value of the cookie; `None` where there is none, or several: which of them a browser means is not to be guessed.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    let (Some(value), None) = (ours.next(), ours.next()) else { return None };
    Some(Secret::new(value.to_owned()))
}

/// What the store finds a session by.
pub(super) fn hash(id: &str) -> SessionHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, id.as_bytes()).as_ref());
    SessionHash(hash)
}

/// The token against forged requests: it follows from the session's id, and the id not from it. So it needs no place in the store.
pub(super) fn csrf(id: &Secret) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA256, id.reveal_secret().as_bytes());
    Secret::new(URL_SAFE_NO_PAD.encode(hmac::sign(&key, LABEL)))
}

/// What the browser calls itself: the first 200 printable characters.
fn agent(headers: &HeaderMap) -> String {
    let given = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t85_two_cookies_of_the_name_are_none() {
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
            }
            cookie(&headers, "chancery").map(|secret| secret.reveal_secret().to_owned())
        };
        assert_eq!(read(&["a=b; chancery=x; c=d"]).as_deref(), Some("x"));
        for none in [
            &["chancery=x; chancery=y"][..],
            &["chancery=x", "chancery=y"],
            &["__Host-chancery=x"],
            &[""],
            &["xchancery=x"],
        ] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn t85_the_cookie_is_kept_from_scripts_other_sites_and_plain_http() {
        let header = set_cookie(name(true), "v", true, None).unwrap();
        assert_eq!(header.to_str().unwrap(), "__Host-chancery=v; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(header.is_sensitive());
    }
}
