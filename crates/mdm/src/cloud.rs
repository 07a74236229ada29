//! Microsoft's clouds: where Entra, Graph and Intune live (contract §2).

/// The host name endings to which an Intune token may be sent, by default.
///
/// Discovery decides the host at run time, so the token is bound to these endings (contract §4, threat 19).
pub const INTUNE_HOST_SUFFIXES: [&str; 2] = [".manage.microsoft.com", ".manage.microsoft.us"];

/// Base URLs of one cloud. Each may be overridden alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Entra's authority; the tenant follows after one slash.
    pub authority: String,
    /// Graph's resource, which is also its base URL.
    pub graph: String,
    /// Intune's resource identifier: part of the scope, never called.
    pub intune_resource: String,
}

impl Cloud {
    /// The world-wide cloud, and the reference clients' defaults.
    #[must_use]
    pub fn global() -> Self {
        Self::at("login.microsoftonline.com", "graph.microsoft.com", "api.manage.microsoft.com")
    }

    /// US Government, GCC High.
    #[must_use]
    pub fn us_government() -> Self {
        Self::at("login.microsoftonline.us", "graph.microsoft.us", "api.manage.microsoft.us")
    }

    /// US Department of Defense.
    #[must_use]
    pub fn us_defense() -> Self {
        Self::at("login.microsoftonline.us", "dod-graph.microsoft.us", "api.manage.microsoft.us")
    }

    fn at(authority: &str, graph: &str, intune: &str) -> Self {
        let url = |host: &str| format!("https://{host}/");
        Self { authority: url(authority), graph: url(graph), intune_resource: url(intune) }
    }
}

/// Whether a token may be sent to `host`: one of the `suffixes`, at a label boundary, in any letter case.
#[must_use]
pub fn host_allowed(host: &str, suffixes: &[String]) -> bool {
    let host = host.to_ascii_lowercase();
    suffixes.iter().any(|suffix| {
        let bare = suffix.trim_start_matches('.').to_ascii_lowercase();
        !bare.is_empty()
            && (host == bare
                || host.strip_suffix(&bare).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn microsoft() -> Vec<String> {
        INTUNE_HOST_SUFFIXES.map(String::from).to_vec()
    }

    #[test]
    fn t19_only_microsofts_hosts_may_see_the_token() {
        for host in
            ["fef.msuc02.manage.microsoft.com", "FEF.MSUC02.MANAGE.MICROSOFT.COM", "fef.manage.microsoft.us"]
        {
            assert!(host_allowed(host, &microsoft()), "{host}");
        }
        for host in [
            "127.0.0.1",
            "evilmanage.microsoft.com",
            "manage.microsoft.com.evil.example",
            "manage.microsoft.co",
            "",
            ".manage.microsoft.com",
            "manage.microsoft.com.",
            "microsoft.com",
            "evil.example",
        ] {
            assert!(!host_allowed(host, &microsoft()), "{host}");
        }
    }

    #[test]
    fn t19_an_empty_suffix_allows_nothing() {
        assert!(!host_allowed("evil.example", &[String::new(), ".".into()]));
    }

    #[test]
    fn contract_2_default_base_urls() {
        let cloud = Cloud::global();
        assert_eq!(cloud.authority, "https://login.microsoftonline.com/");
        assert_eq!(cloud.graph, "https://graph.microsoft.com/");
        assert_eq!(cloud.intune_resource, "https://api.manage.microsoft.com/");
    }
}
