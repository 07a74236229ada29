//! SCEP server URLs.

use super::invalid::{Invalid, read_from_text};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The URL of a SCEP server: `http://` or `https://`, a host, and characters that URLs have. No query, since devices
/// append one; no fragment; no user; no `;`, since Windows is told all URLs in one text with `;` between (contract §15).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScepUrl(String);

impl ScepUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// Another scheme, no host, or a character that cannot stand in it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let rule = "an http or https URL with a host and a path, without query, fragment, user and `;`";
        let fits = after_scheme(text).is_some_and(|(_, rest)| {
            let host = rest.split('/').next().unwrap_or_default();
            let permitted = |c: char| c.is_ascii_graphic() && !"?#;\"<>\\^`{|}@".contains(c);
            !host.is_empty() && !host.starts_with(':') && rest.chars().all(permitted)
        });
        fits.then(|| Self(text.to_owned())).ok_or(Invalid { setting: "urls", rule })
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        after_scheme(&self.0).is_some_and(|(https, _)| https)
    }
}

/// Whether the scheme is HTTPS, and what follows it.
fn after_scheme(text: &str) -> Option<(bool, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Some((true, rest)),
        "http" => Some((false, rest)),
        _ => None,
    }
}

impl fmt::Display for ScepUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

read_from_text!(ScepUrl);
