//! The TLS listener's certificate: usable, in time, and for the name that devices call (M33).

use super::{Examination, days};
use crate::config::{Config, TlsSource};
use crate::explanation::administrator;
use crate::http::tls_acceptor;
use pki::Time;
use pki::certificate::Certificate;
use pki::general_name::GeneralName;

/// Days before its end at which it is told.
const SOON: i64 = 14;

pub(super) fn examine(config: &Config, now: Time, examination: &mut Examination) {
    let Some(listen) = &config.listen.scep_tls else { return };
    if let Err(error) = tls_acceptor(&listen.source) {
        return examination.found(administrator::TLS, error.to_string(), "mend the [tls] section");
    }
    let TlsSource::Files { certificate: path, .. } = &listen.source else { return };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let leaf =
        pki::pem::decode("CERTIFICATE", &text).ok().and_then(|all| Certificate::parse(all.first()?).ok());
    let Some(leaf) = leaf else {
        let what = format!("{} holds no certificate that can be parsed", path.display());
        return examination.found(administrator::TLS, what, "mend the [tls] section");
    };
    let before = examination.findings.len();
    let left = days(now, leaf.not_after());
    if left < SOON {
        let what = format!("the TLS certificate ends in {left} days ({})", leaf.not_after());
        examination.found(administrator::TLS_NAME, what, "renew it and restart the server");
    }
    names(config, &leaf, examination);
    if examination.findings.len() == before {
        examination.well("TLS", format!("{left} days left, with the public name"));
    }
}

fn names(config: &Config, leaf: &Certificate, examination: &mut Examination) {
    let Some(url) = &config.public_url else { return };
    let Some(host) = host_of(url.as_str()) else { return };
    let names = leaf.san().map(|san| san.0).unwrap_or_default();
    let fits = |name: &GeneralName| match name {
        GeneralName::Dns(name) => covers(name, host),
        GeneralName::Ip(address) => host.trim_matches(['[', ']']) == address.to_string(),
        _ => false,
    };
    if !names.iter().any(fits) {
        let what = format!("the TLS certificate does not name {host}, the host of public_url");
        examination.found(
            administrator::TLS_NAME,
            what,
            "get one whose subject alternative names hold that host",
        );
    }
}

fn host_of(url: &str) -> Option<&str> {
    let authority = url.split("://").nth(1)?.split('/').next()?;
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => Some(host),
        _ => Some(authority),
    }
}

/// RFC 6125 §6.4.3: a wildcard stands for one whole label, the first.
fn covers(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let rest = name.strip_prefix("*.").zip(host.split_once('.'));
    rest.is_some_and(|(name, (_, host))| name.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m33_a_name_covers_its_host_and_a_wildcard_one_label() {
        assert!(covers("ca.example.com", "CA.example.com"));
        assert!(covers("*.example.com", "ca.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert_eq!(host_of("https://ca.example.com:8443/x"), Some("ca.example.com"));
        assert_eq!(host_of("http://[::1]:80"), Some("[::1]"));
        assert_eq!(host_of("https://ca.example.com"), Some("ca.example.com"));
    }
}
