//! URLs and host names in settings.

use std::fmt;
use std::net::IpAddr;

use axum::http::Uri;

use super::listen::Listen;
use super::problem::{Code, Problem, Problems};

/// An absolute http or https URL without query, without the slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The URL; joins as `{url}/{path}`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port as written.
    #[must_use]
    pub fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// Host without port and brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        host_of(self.authority())
    }

    /// Whether nobody beyond this machine reaches it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let address = host.parse::<IpAddr>().ok();
        let named =
            host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
        named || address.is_some_and(|address| address.is_loopback() || address.is_unspecified())
    }

    /// Whether it is https.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Believes the URL at `key`.
    pub(crate) fn believe(key: &str, text: &str) -> Result<Self, Problem> {
        let problem = || {
            Problem::new(Code::Rule, key, text)
                .rule(
                    "a base URL is http:// or https://, a host, perhaps a port and a path; no query, no user",
                )
                .fix(format!(r#"write for example {key} = "https://scep.example.com""#))
        };
        let uri: Uri = text.parse().map_err(|_| problem())?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"));
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let (Some(scheme), Some(authority), None) = (scheme, authority, uri.query()) else {
            return Err(problem());
        };
        if host_of(authority.as_str()).is_empty() || text.contains('#') {
            return Err(problem());
        }
        Ok(Self(format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'))))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The base of what stands in certificates, or the listener's own address in a test.
pub(super) fn public(
    text: Option<&str>,
    local: bool,
    listen: &Listen,
    problems: &mut Problems,
) -> Option<BaseUrl> {
    const KEY: &str = "public_url";
    let Some(text) = text else {
        if local {
            return BaseUrl::believe(KEY, &format!("http://127.0.0.1:{}", listen.scep.port())).ok();
        }
        problems.push(
            Problem::new(Code::NoPublicUrl, KEY, "")
                .rule("without it certificates name neither their CRL nor their issuer's certificate")
                .fix(
                    r#"write public_url = "http://pki.example.com", reachable by all who check certificates"#,
                ),
        );
        return None;
    };
    let url = problems.note(BaseUrl::believe(KEY, text))?;
    if url.is_loopback() && !local {
        problems.push(
            Problem::new(Code::Loopback, KEY, text)
                .rule("it would be written into certificates, and no other machine could follow it")
                .fix("name a host that devices reach, or say --local if this is a test"),
        );
        return None;
    }
    if !ca::profile::settings::is_status_url(url.as_str()) {
        problems.push(
            Problem::new(Code::Rule, KEY, text)
                .rule(
                    "certificates name their CRL by http:// and a host's name or IPv4 address (RFC 5280 §8)",
                )
                .fix(r#"write for example public_url = "http://pki.example.com""#),
        );
        return None;
    }
    Some(url)
}

fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}
