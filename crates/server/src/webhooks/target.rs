//! The URL of a receiver, believed (threat 89).

use super::address::forbidden;
use super::allowed::Allowed;
use reqwest::Url;
use std::fmt;
use std::net::IpAddr;

/// Characters of a URL at most.
const LONGEST: usize = 2_048;

/// A URL that messages may be sent to, as far as the URL alone says. Where a name leads is judged when it is looked up.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

/// The path of a receiver is often its secret.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.origin())
    }
}

impl Target {
    /// Believes `text`.
    ///
    /// # Errors
    /// What is not allowed of it, as a sentence without full stop.
    pub fn parse(text: &str, allowed: &Allowed) -> Result<Target, String> {
        if text.len() > LONGEST || !text.bytes().all(|c| c.is_ascii_graphic() && c != b'\\') {
            return Err(
                "a URL is of at most 2048 plain characters; write a host of other letters in its ASCII form"
                    .into(),
            );
        }
        let url = Url::parse(text).map_err(|error| format!("it is no URL ({error})"))?;
        // What the parser forgives, another may not: an empty user before the host.
        let authority = text.split_once("://").map_or("", |(_, rest)| rest);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') || !url.username().is_empty() || url.password().is_some() {
            return Err("a URL has no user name and no password".into());
        }
        if url.fragment().is_some() {
            return Err("a URL has no fragment".into());
        }
        let target = Target(url);
        target.judge(allowed).map(|()| target)
    }

    fn judge(&self, allowed: &Allowed) -> Result<(), String> {
        let (host, port) = (self.host(), self.port());
        if host.is_empty() {
            return Err("a URL has a host".into());
        }
        let address = self.address();
        let (lifted, just_this_port) = match address {
            Some(address) => (allowed.leads(address, port), allowed.leads_port(address, port)),
            None => (allowed.names(host, port), allowed.names_port(host, port)),
        };
        match self.0.scheme() {
            "https" => {}
            "http" if lifted => {}
            "http" => return Err("a receiver is called by https, unless webhooks.allow names it".into()),
            _ => return Err("a URL begins with https://".into()),
        }
        let usual = port == 443 || port >= 1024 || (port == 80 && lifted);
        if !usual && !just_this_port {
            return Err(format!(
                "the port is 443 or one from 1024 on, unless webhooks.allow names {port} with the host"
            ));
        }
        match address {
            Some(address) => permitted(address, port, allowed),
            None if is_local(host) && !lifted => Err("the host is this machine itself".into()),
            None => Ok(()),
        }
    }

    /// As it is called.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Scheme, host and port: what logs and the audit may say of it.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The host; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The host, where it is an address. The parser reads every spelling of IPv4 that a client would (0x7f.1, 017700000001).
    fn address(&self) -> Option<IpAddr> {
        self.host().trim_matches(['[', ']']).parse().ok()
    }
}

/// Whether a message may go there.
///
/// # Errors
/// Why not, as a sentence without full stop.
pub(super) fn permitted(address: IpAddr, port: u16, allowed: &Allowed) -> Result<(), String> {
    match forbidden(address) {
        Some(what) if !allowed.leads(address, port) => {
            Err(format!("it leads to {address}, {what}, which webhooks.allow does not name"))
        }
        _ => Ok(()),
    }
}

/// RFC 6761 §6.3.
fn is_local(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost")
}
