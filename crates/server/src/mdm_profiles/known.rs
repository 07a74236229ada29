//! What this CA knows that the linter asks for, out of settings and data directory.

use crate::authority::Authority;
use crate::config::{CaCertificates as Served, Config, Endpoint, Validator};
use mdm::lint::{AuthorityCertificate, Limits, Role, ServerUrl, Surroundings};
use mdm::profile::{Profile, PurposeOid, ScepUrl, Thumbprint};
use pki::certificate::Certificate;

/// What a file says of the CA stands; the rest is the CA's.
pub(crate) fn fill(known: &mut Surroundings, ca: Surroundings) {
    known.authority = known.authority.take().or(ca.authority);
    known.server_urls = known.server_urls.take().or(ca.server_urls);
    let (limits, own) = (std::mem::take(&mut known.limits), ca.limits);
    known.limits = Limits {
        longest_validity: limits.longest_validity.or(own.longest_validity),
        unrequested_validity: limits.unrequested_validity.or(own.unrequested_validity),
        key_sizes: limits.key_sizes.or(own.key_sizes),
        purposes: limits.purposes.or(own.purposes),
        enforces_common_name_length: limits.enforces_common_name_length.or(own.enforces_common_name_length),
        keeps_security_identifier: limits.keeps_security_identifier.or(own.keeps_security_identifier),
    };
}

/// The endpoint whose limits count: the one of that name, else the one that the profile's URL names, else the first.
///
/// # Errors
/// The sentence that says that there is none.
pub(crate) fn of_endpoint<'a>(
    config: &'a Config,
    name: Option<&str>,
    profile: &Profile,
) -> Result<&'a Endpoint, String> {
    let named = |name: &str| config.endpoints.iter().find(|one| one.name.as_str() == name);
    if let Some(name) = name {
        return named(name).ok_or_else(|| format!("there is no endpoint {name:?}"));
    }
    let segments = profile.urls.iter().flat_map(|url| url.as_str().rsplit('/'));
    let meant = segments.filter_map(named).next().or_else(|| config.endpoints.first());
    meant.ok_or_else(|| "the settings have no endpoint".to_owned())
}

/// What an endpoint's settings say, for profiles whose devices enrol there.
#[derive(Clone)]
pub(crate) struct Counter {
    /// The endpoint's name.
    pub(crate) endpoint: String,
    /// Its SCEP URLs, that at NDES' address first, as devices reach them; empty without `public_url`.
    pub(crate) urls: Vec<ScepUrl>,
    limits: Limits,
    server_urls: Option<Vec<ServerUrl>>,
    gives_root: bool,
    gives_ra: bool,
}

impl Counter {
    /// That endpoint's.
    pub(crate) fn of(config: &Config, endpoint: &Endpoint) -> Counter {
        let server_urls = urls(config);
        let mut own = server_urls.iter().flatten().map(|one| one.url.clone()).collect::<Vec<_>>();
        own.retain(|url| is_of(endpoint, url.as_str()));
        own.sort_by_key(|url| !url.as_str().ends_with(NDES));
        Counter {
            endpoint: endpoint.name.as_str().to_owned(),
            urls: own,
            limits: limits(config, endpoint),
            server_urls,
            gives_root: endpoint.ca_certificates == Served::Chain,
            gives_ra: endpoint.ca_certificates != Served::Ca,
        }
    }

    /// The same with this CA's certificates.
    pub(crate) fn surroundings(&self, authority: &Authority) -> Surroundings {
        let certificates = vec![
            described("root", Role::Root, &authority.root, self.gives_root),
            described("issuing CA", Role::Issuing, &authority.issuing.certificate, true),
            described("RA", Role::Registration, &authority.ra().certificate, self.gives_ra),
        ];
        Surroundings {
            authority: Some(certificates),
            limits: self.limits.clone(),
            server_urls: self.server_urls.clone(),
            ..Surroundings::default()
        }
    }
}

/// Where NDES answers, which Intune's administrators know.
const NDES: &str = "/certsrv/mscep/mscep.dll";

fn is_of(endpoint: &Endpoint, url: &str) -> bool {
    (endpoint.ndes && url.ends_with(NDES)) || url.ends_with(&format!("/scep/{}", endpoint.name.as_str()))
}

/// What the endpoint's certificate profile permits as it is written; of several, that for general use.
fn limits(config: &Config, endpoint: &Endpoint) -> Limits {
    let mut profiles = endpoint.slots.names().filter_map(|name| config.profiles.find(name.as_str()).ok());
    let Some(profile) = profiles.next() else { return Limits::default() };
    let days = |seconds: i64| u32::try_from(seconds / 86_400).ok();
    let sizes = || profile.key.rsa.iter().map(|size| size.bits());
    let purposes = profile.usage.extended.iter().map(|oid| PurposeOid::parse(&oid.to_string()).ok());
    Limits {
        longest_validity: days(profile.validity.cap),
        unrequested_validity: days(profile.validity.period),
        key_sizes: sizes().min().zip(sizes().max()),
        purposes: purposes.collect(),
        enforces_common_name_length: Some(profile.subject.enforce_dn_length),
        keeps_security_identifier: match &endpoint.validator {
            // A directory that knows the account vouches for its own SID.
            _ if endpoint.follow.is_some() => None,
            Validator::Intune(settings) => Some(settings.vouch_sid),
            Validator::Static(_) => Some(false),
            Validator::OneTime(_) | Validator::Bound(_) | Validator::Request(_) => None,
        },
    }
}

/// Where our endpoints answer; not known without `public_url`.
fn urls(config: &Config) -> Option<Vec<ServerUrl>> {
    let base = config.public_url.as_ref()?.as_str().trim_end_matches('/').to_owned();
    let of = |one: &Endpoint| {
        let ndes = one.ndes.then(|| format!("{base}{NDES}"));
        [Some(format!("{base}/scep/{}", one.name.as_str())), ndes]
    };
    let texts = config.endpoints.iter().flat_map(of).flatten();
    Some(texts.filter_map(|text| ScepUrl::parse(&text).ok()).map(served_url).collect())
}

/// A URL that is known to answer; whether everybody trusts its TLS is not known.
pub(crate) fn served_url(url: ScepUrl) -> ServerUrl {
    ServerUrl { url, publicly_trusted: None }
}

/// A certificate as the linter compares it.
pub(crate) fn described(
    name: &str,
    role: Role,
    certificate: &Certificate,
    served: bool,
) -> AuthorityCertificate {
    let digits = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02X}")).collect::<String>();
    let thumbprints = [digits(&certificate.sha1()), digits(&certificate.sha256())];
    AuthorityCertificate {
        name: format!("{name} {}", certificate.subject()),
        role,
        thumbprints: thumbprints.iter().filter_map(|text| Thumbprint::parse(text).ok()).collect(),
        not_after: certificate.not_after().unix(),
        served,
    }
}
