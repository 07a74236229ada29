//! By what name the administrative listener is known, and whether a request comes from its own pages (threat 84).

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

use super::api::{self, ApiProblem};
use super::servers::Shared;
use crate::config::BaseUrl;
use crate::explanation::people;

/// Fetch Metadata: the relation between who asks and who is asked, set by the browser and by no page.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What stays open to every name: probes and scrapers ask by address, and what they are told names nobody.
const OPEN: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The administrative interface's own address.
#[derive(Clone, Debug)]
pub struct Site {
    url: Option<BaseUrl>,
    /// Whether the listener speaks TLS itself.
    tls: bool,
}

impl Site {
    /// The configured URL, if there is one; without, the loopback names alone.
    #[must_use]
    pub fn new(url: Option<BaseUrl>, tls: bool) -> Site {
        Site { url, tls }
    }

    /// Whether browsers come by https, so that cookies can be kept to it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.url.as_ref().map_or(self.tls, BaseUrl::is_tls)
    }

    /// What passkeys are bound to (WebAuthn level 3 §5.1.2): the URL's host.
    #[must_use]
    pub fn relying_party(&self) -> &str {
        self.url.as_ref().map_or("localhost", BaseUrl::host)
    }

    /// The origin that a browser names for a page under the request's `Host`; `None` for a host that is not ours. Names that
    /// resolve to loopback are: an attacker's name that was made to resolve there is not among them (DNS rebinding).
    #[must_use]
    pub fn origin(&self, headers: &HeaderMap) -> Option<String> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
        let host = host.to_str().ok()?.to_ascii_lowercase();
        if let Some(url) = &self.url {
            let (ours, scheme) =
                (url.authority().to_ascii_lowercase(), if url.is_tls() { "https" } else { "http" });
            if without_port(&ours, scheme) == without_port(&host, scheme) {
                return Some(format!("{scheme}://{}", without_port(&host, scheme)));
            }
        }
        let scheme = if self.tls { "https" } else { "http" };
        is_loopback(&host).then(|| format!("{scheme}://{}", without_port(&host, scheme)))
    }

    /// Whether the browser says that the request comes from a page of ours. Each of the two headers must agree where it is there,
    /// and one of them must be: every browser since 2020 sends `Origin` with a POST.
    ///
    /// # Errors
    /// [`people::FOREIGN`].
    pub fn prove(&self, headers: &HeaderMap) -> Result<(), ApiProblem> {
        let refused = || ApiProblem::new(403, people::FOREIGN);
        let ours = self.origin(headers).ok_or_else(|| ApiProblem::new(421, people::HOST))?;
        let one = |name: HeaderName| -> Result<Option<String>, ApiProblem> {
            let mut values = headers.get_all(name).iter();
            match (values.next(), values.next()) {
                (None, _) => Ok(None),
                (Some(value), None) => {
                    value.to_str().map(|text| Some(text.to_owned())).map_err(|_| refused())
                }
                _ => Err(refused()),
            }
        };
        match (one(ORIGIN)?, one(SEC_FETCH_SITE)?) {
            (None, None) => Err(refused()),
            (Some(origin), _) if origin != ours => Err(refused()),
            (_, Some(site)) if site != "same-origin" => Err(refused()),
            _ => Ok(()),
        }
    }
}

/// The default port is not written by browsers.
fn without_port<'a>(authority: &'a str, scheme: &str) -> &'a str {
    let port = if scheme == "https" { ":443" } else { ":80" };
    authority.strip_suffix(port).unwrap_or(authority)
}

/// `localhost`, `127.0.0.1` or `[::1]`, with any port.
fn is_loopback(host: &str) -> bool {
    let names = ["localhost", "127.0.0.1", "[::1]"];
    names.iter().any(|name| match host.strip_prefix(name) {
        Some("") => true,
        Some(port) => port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()),
        None => false,
    })
}

/// Refuses what came by a name that is not ours. A program with a token may use any, and need not say one: a browser says one and
/// adds no token by itself.
pub(super) async fn known_by(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let open = OPEN.contains(&request.uri().path())
        || request.headers().contains_key(AUTHORIZATION)
        || !request.headers().contains_key(HOST);
    if open || shared.services.people.site().origin(request.headers()).is_some() {
        return next.run(request).await;
    }
    api::refusal(&ApiProblem::new(421, people::HOST))
}

#[cfg(test)]
mod tests {
    use super::Site;
    use crate::config::BaseUrl;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        let one = |(name, value): &(&str, &str)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
        };
        let mut all = HeaderMap::new();
        given.iter().map(one).for_each(|(name, value)| {
            all.append(name, value);
        });
        all
    }

    fn site(url: Option<&str>) -> Site {
        Site::new(url.and_then(|url| BaseUrl::believe("admin.url", url).ok()), false)
    }

    #[test]
    fn t84_a_name_that_was_made_to_resolve_here_is_not_ours() {
        let alone = site(None);
        for ours in ["localhost:8081", "127.0.0.1:8081", "[::1]:8081", "LOCALHOST"] {
            assert!(alone.origin(&headers(&[("host", ours)])).is_some(), "{ours}");
        }
        for foreign in [
            "evil.test:8081",
            "localhost.evil.test:8081",
            "127.0.0.1.evil.test",
            "localhost:",
            "127.0.0.1:8081:1",
            "",
            "[::1]x",
        ] {
            assert!(alone.origin(&headers(&[("host", foreign)])).is_none(), "{foreign}");
        }
        assert!(alone.origin(&headers(&[])).is_none());
        assert!(alone.origin(&headers(&[("host", "localhost"), ("host", "evil.test")])).is_none(), "two");
        let public = site(Some("https://pki.example.com"));
        for ours in ["pki.example.com", "PKI.example.com:443"] {
            assert_eq!(
                public.origin(&headers(&[("host", ours)])).as_deref(),
                Some("https://pki.example.com")
            );
        }
        assert!(public.origin(&headers(&[("host", "pki.example.com:8443")])).is_none());
    }

    #[test]
    fn t84_a_foreign_page_proves_nothing() {
        let site = site(Some("https://pki.example.com"));
        let ask = |more: &[(&str, &str)]| {
            let mut all = vec![("host", "pki.example.com")];
            all.extend_from_slice(more);
            site.prove(&headers(&all)).map_err(|problem| problem.status)
        };
        let origin = ("origin", "https://pki.example.com");
        assert_eq!(ask(&[origin]), Ok(()));
        assert_eq!(ask(&[("sec-fetch-site", "same-origin")]), Ok(()));
        assert_eq!(ask(&[origin, ("sec-fetch-site", "same-origin")]), Ok(()));
        for foreign in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://evil.test")],
            &[("origin", "http://pki.example.com")],
            &[("origin", "https://pki.example.com.evil.test")],
            &[("origin", "https://pki.example.com:8443")],
            &[origin, ("origin", "https://evil.test")],
            &[origin, ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "")],
        ] {
            assert_eq!(ask(foreign), Err(403), "{foreign:?}");
        }
    }
}
