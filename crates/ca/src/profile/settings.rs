//! A profile as a configuration file writes it, and the check that turns it into one that is believed.

use super::names::{ATTRIBUTES, EXTENDED_USAGES, KEY_USAGES, POWERFUL, SanKind, oid_of, word_of};
use super::{
    BeyondIssuer, CertificateProfile, CertificateType, KeyStorage, Namespace, Platform, Privileged,
    ProfileName, RenewalRules, SanRules, State, SubjectRules, Urls, UsageRules, ValidityRules,
};
use crate::decide::usage::{KeyKind, fit_for_kind};
use crate::key_policy::{Curve, KeyPolicy, RsaSize};
use crate::lints::unserved;
use pki::Oid;
use pki::algorithm::Digest;
use pki::extension::KeyUsage;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Longest period and cap accepted, in days: 30 years.
const MAX_DAYS: u32 = 10_957;
/// Longest back-dating accepted, in hours (threat 41: "back-date ≤ limit").
const MAX_BACKDATE_HOURS: u32 = 72;

/// A certificate profile as written. Renewal is not in it: the endpoint, which knows the clients, says that.
///
/// The defaults let through what Intune, Apple and Cisco clients usually ask for. Every member but `name` has a default that is safe as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Identity: 1 to 64 of `a-z 0-9 -`.
    pub name: String,
    /// For people; defaults to the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether certificates are issued by it.
    pub state: State,
    /// Name of the issuing CA.
    pub authority: String,
    /// Device or user.
    pub certificate_type: CertificateType,
    /// Whose devices.
    pub platform: Platform,
    /// Attribute types a subject may have: `CN`, `O`, … or dotted.
    pub subject_allowed: Vec<String>,
    /// Attribute types a subject must have.
    pub subject_required: Vec<String>,
    /// Refuse a CN above 64 characters and the like (M22).
    pub enforce_dn_length: bool,
    /// Let a subject have two common names, the first of which counts (M121).
    pub allow_second_common_name: bool,
    /// Kinds of alternative names allowed.
    pub san_allowed: Vec<SanKind>,
    /// Kinds of alternative names required.
    pub san_required: Vec<SanKind>,
    /// Refuse e-mail names that are no addresses (M122).
    pub enforce_email_syntax: bool,
    /// Domains of DNS names, e-mail addresses and UPNs; empty: any.
    pub domains: Vec<String>,
    /// Domains of DNS names, where they are others than `domains`.
    pub dns_domains: Vec<String>,
    /// Domains of e-mail addresses, where they are others than `domains`.
    pub email_domains: Vec<String>,
    /// Domains of UPNs, where they are others than `domains`.
    pub upn_domains: Vec<String>,
    /// Domains that no DNS name may lie in.
    pub dns_excluded: Vec<String>,
    /// Domains that no e-mail address may lie in.
    pub email_excluded: Vec<String>,
    /// Domains that no UPN may lie in.
    pub upn_excluded: Vec<String>,
    /// Names of privileged accounts, domain controllers and SIDs that are let through all the same.
    pub allow_privileged: Vec<String>,
    /// Names nobody may ask for.
    pub reserved_names: Vec<String>,
    /// Days given where nothing may be asked.
    pub validity_days: u32,
    /// Days never exceeded (M10).
    pub max_validity_days: u32,
    /// Whether a request may ask for a period (M12).
    pub allow_requested_validity: bool,
    /// At the end of the CA's life (M11).
    pub beyond_issuer: BeyondIssuer,
    /// notBefore lies this many hours before now.
    pub backdate_hours: u32,
    /// Key storage, told to devices.
    pub key_storage: KeyStorage,
    /// RSA sizes accepted.
    pub rsa_sizes: Vec<RsaSize>,
    /// Curves accepted.
    pub curves: Vec<Curve>,
    /// `sha256`, `sha384` or `sha512`.
    pub hash: Hash,
    /// Key usages given.
    pub key_usage: Vec<String>,
    /// Honour requested key usages (M18).
    pub use_requested_key_usages: bool,
    /// Extended key usages given: `clientAuth`, … or dotted.
    pub extended_key_usage: Vec<String>,
    /// CRL distribution points; empty: the server fills in its own.
    pub crl_urls: Vec<String>,
    /// OCSP responders; empty: the server fills in its own.
    pub ocsp_urls: Vec<String>,
    /// URLs of the issuing CA's certificate; empty: the server fills in its own.
    pub ca_issuers_urls: Vec<String>,
}

/// Hash of the CA's signature; SHA-1 has no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Default for Settings {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let key = KeyPolicy::default();
        Self {
            name: String::new(),
            display_name: None,
            state: State::default(),
            authority: "default".into(),
            certificate_type: CertificateType::default(),
            platform: Platform::default(),
            subject_allowed: words(&[
                "CN",
                "SN",
                "GN",
                "serialNumber",
                "C",
                "L",
                "ST",
                "O",
                "OU",
                "DC",
                "UID",
                "E",
                "title",
                "unstructuredName",
            ]),
            subject_required: Vec::new(),
            enforce_dn_length: true,
            allow_second_common_name: false,
            san_allowed: vec![SanKind::Dns, SanKind::Email, SanKind::Uri, SanKind::Upn, SanKind::Ip],
            san_required: Vec::new(),
            enforce_email_syntax: true,
            domains: Vec::new(),
            dns_domains: Vec::new(),
            email_domains: Vec::new(),
            upn_domains: Vec::new(),
            dns_excluded: Vec::new(),
            email_excluded: Vec::new(),
            upn_excluded: Vec::new(),
            allow_privileged: Vec::new(),
            reserved_names: Vec::new(),
            validity_days: 365,
            max_validity_days: 730,
            allow_requested_validity: false,
            beyond_issuer: BeyondIssuer::default(),
            backdate_hours: 24,
            key_storage: KeyStorage::default(),
            rsa_sizes: key.rsa,
            curves: key.curves,
            hash: Hash::default(),
            key_usage: words(&["digitalSignature", "keyEncipherment"]),
            use_requested_key_usages: false,
            extended_key_usage: words(&["clientAuth"]),
            crl_urls: Vec::new(),
            ocsp_urls: Vec::new(),
            ca_issuers_urls: Vec::new(),
        }
    }
}

/// What is wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFault {
    /// Name of the setting.
    pub setting: &'static str,
    /// What is wrong, with the value.
    pub reason: String,
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.reason)
    }
}

impl std::error::Error for ProfileFault {}

impl Settings {
    /// A profile of this name with defaults for everything else.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Checks every setting. What comes of it has no version yet: whoever records it numbers it.
    ///
    /// # Errors
    /// All that is wrong, so that an administrator needs one round.
    pub fn check(self) -> Result<CertificateProfile, Vec<ProfileFault>> {
        let mut faults = Faults(Vec::new());
        let rules = self;
        let name =
            ProfileName::try_from(rules.name.clone()).map_err(|reason| faults.add("name", reason)).ok();
        let subject = faults.subject(&rules);
        let san = faults.san(&rules);
        let validity = faults.validity(&rules);
        let usage = faults.usage(&rules);
        let urls = faults.urls(&rules);
        if rules.rsa_sizes.is_empty() && rules.curves.is_empty() {
            faults.add("rsa_sizes", "neither an RSA size nor a curve is accepted".into());
        }
        let Some(name) = name.filter(|_| faults.0.is_empty()) else { return Err(faults.0) };
        Ok(CertificateProfile {
            display_name: rules.display_name.unwrap_or_else(|| name.to_string()),
            name,
            version: 0,
            state: rules.state,
            authority: rules.authority,
            certificate_type: rules.certificate_type,
            platform: rules.platform,
            subject,
            san,
            privileged: Privileged { allowed: rules.allow_privileged, ..Privileged::default() },
            validity,
            key_storage: rules.key_storage,
            key: KeyPolicy { rsa: rules.rsa_sizes, curves: rules.curves, prove_composite: false },
            hash: rules.hash.digest(),
            usage,
            urls,
            renewal: RenewalRules::default(),
        })
    }
}

impl Hash {
    const fn digest(self) -> Digest {
        match self {
            Self::Sha256 => Digest::Sha256,
            Self::Sha384 => Digest::Sha384,
            Self::Sha512 => Digest::Sha512,
        }
    }
}

struct Faults(Vec<ProfileFault>);

impl Faults {
    fn add(&mut self, setting: &'static str, reason: String) {
        self.0.push(ProfileFault { setting, reason });
    }

    fn oids(&mut self, setting: &'static str, table: &[(&str, Oid)], words: &[String]) -> Vec<Oid> {
        let mut found = Vec::with_capacity(words.len());
        for word in words {
            match oid_of(table, word) {
                Some(oid) if found.contains(&oid) => self.add(setting, format!("{word:?} stands twice")),
                Some(oid) => found.push(oid),
                None => {
                    let known: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
                    self.add(setting, format!("{word:?} is none of {}, nor dotted", known.join(", ")));
                }
            }
        }
        found
    }

    fn subject(&mut self, rules: &Settings) -> SubjectRules {
        let allowed = self.oids("subject_allowed", ATTRIBUTES, &rules.subject_allowed);
        let required = self.oids("subject_required", ATTRIBUTES, &rules.subject_required);
        for missing in required.iter().filter(|oid| !allowed.contains(oid)) {
            self.add("subject_required", format!("{} is not allowed at all", word_of(ATTRIBUTES, missing)));
        }
        SubjectRules {
            allowed,
            required,
            enforce_dn_length: rules.enforce_dn_length,
            allow_second_common_name: rules.allow_second_common_name,
        }
    }

    fn san(&mut self, rules: &Settings) -> SanRules {
        for missing in rules.san_required.iter().filter(|kind| !rules.san_allowed.contains(kind)) {
            self.add("san_required", format!("{missing} is not allowed at all"));
        }
        let lists = [
            ("domains", &rules.domains),
            ("dns_domains", &rules.dns_domains),
            ("email_domains", &rules.email_domains),
            ("upn_domains", &rules.upn_domains),
            ("dns_excluded", &rules.dns_excluded),
            ("email_excluded", &rules.email_excluded),
            ("upn_excluded", &rules.upn_excluded),
        ];
        for (setting, domains) in lists {
            for domain in domains.iter().filter(|domain| !crate::decide::dns::is_host_name(domain)) {
                self.add(setting, format!("{domain:?} is not a domain"));
            }
        }
        let lower = |list: &[String]| list.iter().map(|one| one.to_ascii_lowercase()).collect();
        let space = |own: &[String], excluded: &[String]| Namespace {
            permitted: lower(if own.is_empty() { &rules.domains } else { own }),
            excluded: lower(excluded),
        };
        SanRules {
            allowed: rules.san_allowed.clone(),
            required: rules.san_required.clone(),
            enforce_email_syntax: rules.enforce_email_syntax,
            dns: space(&rules.dns_domains, &rules.dns_excluded),
            email: space(&rules.email_domains, &rules.email_excluded),
            upn: space(&rules.upn_domains, &rules.upn_excluded),
            reserved: rules.reserved_names.iter().map(|name| name.to_lowercase()).collect(),
        }
    }

    fn validity(&mut self, rules: &Settings) -> ValidityRules {
        for (setting, days) in
            [("validity_days", rules.validity_days), ("max_validity_days", rules.max_validity_days)]
        {
            if !(1..=MAX_DAYS).contains(&days) {
                self.add(setting, format!("{days} is not within 1 to {MAX_DAYS} days"));
            }
        }
        if rules.validity_days > rules.max_validity_days {
            let (days, most) = (rules.validity_days, rules.max_validity_days);
            self.add("validity_days", format!("{days} is more than max_validity_days, {most}"));
        }
        if rules.backdate_hours > MAX_BACKDATE_HOURS {
            self.add("backdate_hours", format!("{} is more than {MAX_BACKDATE_HOURS}", rules.backdate_hours));
        }
        let backdate = i64::from(rules.backdate_hours) * 3600;
        if backdate >= i64::from(rules.validity_days) * DAY {
            self.add("backdate_hours", "the certificate would have expired before it is issued".into());
        }
        ValidityRules {
            period: i64::from(rules.validity_days) * DAY,
            cap: i64::from(rules.max_validity_days) * DAY,
            allow_requested: rules.allow_requested_validity,
            beyond_issuer: rules.beyond_issuer,
            backdate,
        }
    }

    fn usage(&mut self, rules: &Settings) -> UsageRules {
        let extended = self.oids("extended_key_usage", EXTENDED_USAGES, &rules.extended_key_usage);
        if extended.is_empty() {
            self.add("extended_key_usage", "empty: the certificate would be good for any purpose".into());
        }
        for oid in extended.iter().filter(|oid| POWERFUL.contains(oid)) {
            self.add("extended_key_usage", format!("{oid} gives power over others and is for no device"));
        }
        let mut key_usage = KeyUsage::default();
        for word in &rules.key_usage {
            match KEY_USAGES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
                // RFC 5280 §4.2.1.3: nonRepudiation; M26: "Signature is proof of origin" must not be set.
                Some((_, usage))
                    if *usage == KeyUsage::NON_REPUDIATION && rules.platform == Platform::Apple =>
                {
                    self.add("key_usage", "nonRepudiation must not be set for Apple devices".into());
                }
                Some((_, usage)) => key_usage = key_usage.with(*usage),
                None => self.add("key_usage", format!("{word:?} is no key usage of an end entity")),
            }
        }
        if key_usage.is_empty() {
            self.add("key_usage", "empty: RFC 5280 §4.2.1.3 asks for at least one".into());
        }
        self.purposes_served(rules, key_usage, &extended);
        UsageRules { key_usage, use_requested_key_usages: rules.use_requested_key_usages, extended }
    }

    /// What is given to a key of either kind must serve every purpose (RFC 5280 §4.2.1.12), or each device with such a key is
    /// refused when the certificate is made. A kind that is left with no usage at all is refused by its own rule.
    fn purposes_served(&mut self, rules: &Settings, key_usage: KeyUsage, extended: &[Oid]) {
        let kinds =
            [(KeyKind::Rsa, rules.rsa_sizes.is_empty()), (KeyKind::Elliptic, rules.curves.is_empty())];
        let given = kinds.into_iter().filter(|(_, none)| !none);
        let given = given.map(|(kind, _)| key_usage.and(fit_for_kind(kind, rules.platform)));
        if let Some(fault) =
            given.filter(|usage| !usage.is_empty()).find_map(|usage| unserved(usage, extended))
        {
            self.add("key_usage", fault.to_string());
        }
    }

    fn urls(&mut self, rules: &Settings) -> Urls {
        let lists = [
            ("crl_urls", &rules.crl_urls),
            ("ocsp_urls", &rules.ocsp_urls),
            ("ca_issuers_urls", &rules.ca_issuers_urls),
        ];
        for (setting, urls) in lists {
            for url in urls.iter().filter(|url| !is_status_url(url)) {
                self.add(setting, format!("{url:?} is not an http:// URL of a host"));
            }
        }
        Urls {
            crl: rules.crl_urls.clone(),
            shards: 0,
            ocsp: rules.ocsp_urls.clone(),
            ca_issuers: rules.ca_issuers_urls.clone(),
        }
    }
}

/// Whether relying parties can fetch `url` without needing a certificate to check a certificate: plain HTTP, a host, no
/// user, no spaces (RFC 5280 §4.2.1.13 and §8: https would be circular). Loopback passes here; `serve` refuses it.
#[must_use]
pub fn is_status_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "80"),
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let is_host = host == "localhost"
        || crate::decide::dns::is_host_name(host)
        || address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_ipv6() == host.starts_with('['));
    is_host && port.parse::<u16>().is_ok() && url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_status_url;

    #[test]
    fn status_urls_are_plain_http_to_a_host() {
        for url in [
            "http://pki.contoso.com/a.crl",
            "http://127.0.0.1:8080/x",
            "http://[::1]:80/x",
            "http://[::1]",
            "http://localhost:1/",
        ] {
            assert!(is_status_url(url), "{url}");
        }
        for url in [
            "https://a/b",
            "http://",
            "http:///x",
            "http://a b/",
            "http://a:x/",
            "http://u@a/",
            "http://::1/",
            "ldap://a",
            "HTTP://a",
        ] {
            assert!(!is_status_url(url), "{url}");
        }
    }
}
