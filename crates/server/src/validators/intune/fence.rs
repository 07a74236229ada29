//! Where secrets and tokens may go (threat 19).

use super::settings::{IntuneSettings, SettingsError};
use mdm::cloud::host_allowed;
use reqwest::Url;
use std::net::IpAddr;

/// Judges URLs before anything is sent to them.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    allowed_hosts: Vec<String>,
    insecure_loopback: bool,
}

impl Fence {
    pub(super) fn new(settings: &IntuneSettings) -> Self {
        Self { allowed_hosts: settings.allowed_hosts.clone(), insecure_loopback: settings.insecure_loopback }
    }

    /// A base URL from the configuration: any host, but https.
    pub(super) fn configured(&self, url: &str) -> Result<Url, SettingsError> {
        let parsed = Url::parse(url).ok().filter(|url| self.safe(url));
        parsed.ok_or_else(|| SettingsError::Url(url.chars().take(200).collect()))
    }

    /// An address that Graph gave: https, and one of the allowed hosts. `None` keeps the token here.
    pub(super) fn discovered(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok().filter(|url| self.safe(url))?;
        let allowed = host_allowed(url.host_str()?, &self.allowed_hosts) || self.trusted_loopback(&url);
        allowed.then_some(url)
    }

    /// A next page: the same origin as the first.
    pub(super) fn next_page(&self, first: &Url, link: &str) -> Option<Url> {
        let link = Url::parse(link).ok()?;
        let bare = link.username().is_empty() && link.password().is_none();
        (bare && link.origin() == first.origin()).then_some(link)
    }

    fn safe(&self, url: &Url) -> bool {
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.has_host();
        bare && (url.scheme() == "https" || (url.scheme() == "http" && self.trusted_loopback(url)))
    }

    fn trusted_loopback(&self, url: &Url) -> bool {
        // By address only: a name may resolve to anything.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        self.insecure_loopback && host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fence(insecure_loopback: bool) -> Fence {
        Fence { allowed_hosts: vec![".manage.microsoft.com".into()], insecure_loopback }
    }

    #[test]
    fn t19_discovered_addresses() {
        let strict = fence(false);
        assert!(strict.discovered("https://fef.msuc02.manage.microsoft.com/RACerts/x").is_some());
        for url in [
            "http://fef.msuc02.manage.microsoft.com/",
            "https://evil.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://fef.manage.microsoft.com@evil.example/",
            "https://u:p@fef.manage.microsoft.com/",
            "https://evilmanage.microsoft.com/",
            "https://manage.microsoft.com.evil.example/",
            "//fef.manage.microsoft.com/",
            "https://fef.manage.microsoft.com/?a=b",
            "https://fef.manage.microsoft.com/#a",
            "file:///etc/passwd",
            "",
            "ftp://fef.manage.microsoft.com/",
            "https://fef.manage.microsoft.com\\@evil.example/x@",
            "https:///x",
            "data:,x",
            "https://evil.example\\.manage.microsoft.com/",
            "https://evil.example/.manage.microsoft.com",
            "https://0x7f000001/",
        ] {
            assert!(strict.discovered(url).is_none() || url.contains("com\\@"), "{url}");
        }
        // A backslash is a slash to this parser and to the client, which are one: the host is Microsoft's.
        let odd = strict.discovered("https://fef.manage.microsoft.com\\@evil.example/x@").unwrap();
        assert_eq!(odd.host_str(), Some("fef.manage.microsoft.com"));
    }

    #[test]
    fn t19_loopback_only_where_told() {
        assert!(fence(true).discovered("http://127.0.0.1:8080/x").is_some());
        assert!(fence(true).discovered("http://[::1]:8080/x").is_some());
        assert!(fence(true).discovered("http://localhost:8080/x").is_none());
        assert!(fence(true).discovered("http://10.0.0.1/x").is_none());
        assert!(fence(false).discovered("http://127.0.0.1:8080/x").is_none());
        assert!(fence(false).configured("http://127.0.0.1:8080/").is_err());
        assert!(fence(false).configured("https://login.partner.example/").is_ok());
    }

    #[test]
    fn t19_a_next_page_stays_with_graph() {
        let first = Url::parse("https://graph.microsoft.com/v1.0/x").unwrap();
        let next = |link: &str| fence(false).next_page(&first, link).is_some();
        assert!(next("https://graph.microsoft.com/v1.0/x?$skiptoken=a%20b"));
        for link in [
            "http://graph.microsoft.com/x",
            "https://graph.microsoft.com:444/x",
            "https://evil.example/",
            "/v1.0/x",
            "",
        ] {
            assert!(!next(link), "{link}");
        }
        assert!(!next("https://u@graph.microsoft.com/x"));
    }
}
