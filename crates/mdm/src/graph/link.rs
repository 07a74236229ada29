//! Links of pages and deltas, followed verbatim (contract §14) and only where the first request went.

use std::fmt;

/// Characters of a link. Delta tokens of large tenants have thousands.
const LONGEST: usize = 32 * 1024;

/// Scheme, host and port to which a token for Graph may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// That of a base URL, which the configuration vouches for. `None` if it is not `http` or `https` with a plain host
    /// and port.
    #[must_use]
    pub fn of(base: &str) -> Option<Self> {
        split(base).map(|(origin, _)| Self(origin))
    }

    /// In lower case, without a default port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lower-case origin, and what follows it.
fn split(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end)?;
    // No user, no escapes, nothing that two parsers may read in two ways.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let authority = authority.to_ascii_lowercase();
    let bare = authority.strip_suffix(default_port).unwrap_or(&authority);
    let hosted = bare.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    (hosted && authority.chars().all(plain)).then(|| (format!("{scheme}://{bare}"), rest))
}

/// A next page or the start of the next delta, as received, at the origin of the first request.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// `None` if it leads elsewhere, has a fragment, characters that no URL has, or more than 32 KiB. A link that comes
    /// back from a store is checked again: the configured address may have changed.
    #[must_use]
    pub fn checked(link: &str, origin: &Origin) -> Option<Self> {
        let (found, rest) = split(link)?;
        let plain = link.len() <= LONGEST
            && link.bytes().all(|byte| byte.is_ascii_graphic())
            && !rest.contains(['#', '\\', '"', '<', '>']);
        (plain && found == origin.0 && rest.starts_with('/')).then(|| Self(link.to_owned()))
    }

    /// The whole link, verbatim.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token within is opaque, long, and whoever has it reads on where we stopped.
        write!(f, "Link({}?…)", self.0.split('?').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t19_a_link_stays_with_graph() {
        let graph = Origin::of("https://graph.microsoft.com/").unwrap();
        for link in [
            "https://graph.microsoft.com/v1.0/devices?$skiptoken=a%20b",
            "https://GRAPH.microsoft.com/v1.0/devices/delta?$deltatoken=x-_y",
            "https://graph.microsoft.com:443/v1.0/devices",
        ] {
            assert_eq!(Link::checked(link, &graph).unwrap().as_str(), link, "verbatim");
        }
        for link in [
            "",
            "/v1.0/devices",
            "//graph.microsoft.com/v1.0/devices",
            "http://graph.microsoft.com/v1.0/devices",
            "https://graph.microsoft.com:444/v1.0/devices",
            "https://graph.microsoft.com",
            "https://graph.microsoft.com?x",
            "https://graph.microsoft.com.evil.example/v1.0",
            "https://graph.microsoft.com@evil.example/v1.0",
            "https://graph.microsoft.com:443@evil.example/v1.0",
            "https://graph.microsoft.com\\@evil.example/v1.0",
            "https://evil.example/https://graph.microsoft.com/",
            "https://graph.microsoft.com%2eevil.example/",
            "https://graph.microsoft.com /v1.0",
            "https://graph.microsoft.com/v1.0\r\nx: y",
            "https://graph.microsoft.com/v1.0#a",
            "https:///v1.0",
            "file://graph.microsoft.com/etc/passwd",
            &format!("https://graph.microsoft.com/{}", "a".repeat(LONGEST)),
        ] {
            assert!(Link::checked(link, &graph).is_none(), "{link:.80}");
        }
    }

    #[test]
    fn origins_of_base_urls() {
        let origin = |base| Origin::of(base).map(|origin| origin.as_str().to_owned());
        assert_eq!(origin("http://127.0.0.1:8080/x").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("http://[::1]:8080/").as_deref(), Some("http://[::1]:8080"));
        assert_eq!(origin("http://[::1]:80").as_deref(), Some("http://[::1]"));
        for base in
            ["", "graph.microsoft.com", "https://", "https://:443/", "ftp://a/", "https://a b/", "https://ä/"]
        {
            assert_eq!(origin(base), None, "{base}");
        }
    }

    #[test]
    fn the_token_is_not_shown() {
        let graph = Origin::of("https://g.example").unwrap();
        let link = Link::checked("https://g.example/v1.0/users/delta?$deltatoken=secret", &graph).unwrap();
        assert_eq!(format!("{link:?}"), "Link(https://g.example/v1.0/users/delta?…)");
    }
}
