//! From the words of a configuration file to the profile that `ca` believes.

use crate::config::{self, Config, KeyKindAllowed};
use ca::key_policy::{Curve, RsaSize};
use ca::profile::{
    CertificateProfile, CertificateType, KeyStorage, Platform, ProfileFault, SanKind, Settings,
};

/// A renewal may come at any time: the client, not the CA, knows when its device is at hand.
const RENEWAL_WINDOW_DAYS: u32 = 10_957;

pub(super) fn believe(
    profile: &config::Profile,
    endpoint: &config::Endpoint,
    config: &Config,
) -> Result<CertificateProfile, Vec<ProfileFault>> {
    let urls = crate::installation::urls(config);
    let own = |url: &Option<config::BaseUrl>, ours: Vec<String>| match url {
        Some(url) => vec![url.as_str().to_owned()],
        None => ours,
    };
    let words = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    let settings = Settings {
        name: profile.name.as_str().to_owned(),
        display_name: Some(profile.display_name.clone()),
        certificate_type: match profile.kind {
            config::ProfileType::Device => CertificateType::Device,
            config::ProfileType::User | config::ProfileType::Smime => CertificateType::User,
        },
        platform: platform(profile.platform),
        subject_allowed: words(profile.subject_allowed.iter().map(|one| attribute(*one)).collect()),
        subject_required: words(profile.subject_required.iter().map(|one| attribute(*one)).collect()),
        enforce_dn_length: profile.enforce_dn_length,
        san_allowed: profile.san_allowed.iter().map(|kind| san_kind(*kind)).collect(),
        san_required: profile.san_required.iter().map(|kind| san_kind(*kind)).collect(),
        validity_days: profile.validity_days,
        max_validity_days: profile.max_validity_days,
        allow_requested_validity: profile.allow_requested_validity,
        backdate_hours: u32::try_from(profile.backdate.as_secs() / 3600).unwrap_or(u32::MAX),
        key_storage: key_storage(profile.key_storage),
        rsa_sizes: profile.keys.iter().filter_map(|kind| rsa_size(*kind)).collect(),
        curves: profile.keys.iter().filter_map(|kind| curve(*kind)).collect(),
        hash: match profile.hash {
            config::Hash::Sha256 => ca::profile::settings::Hash::Sha256,
            config::Hash::Sha384 => ca::profile::settings::Hash::Sha384,
            config::Hash::Sha512 => ca::profile::settings::Hash::Sha512,
        },
        key_usage: profile.key_usage.iter().map(|bit| key_usage(*bit).to_owned()).collect(),
        use_requested_key_usages: profile.use_requested_key_usages,
        extended_key_usage: profile.ekus.iter().map(|usage| usage.oid().to_owned()).collect(),
        crl_urls: own(&profile.crl_url, urls.crl),
        ocsp_urls: urls.ocsp,
        ca_issuers_urls: own(&profile.aia_url, urls.ca_issuers),
        renewal: endpoint.renewal,
        renewal_window_days: RENEWAL_WINDOW_DAYS,
        ..Settings::default()
    };
    settings.check()
}

fn attribute(attribute: config::SubjectAttribute) -> &'static str {
    match attribute {
        config::SubjectAttribute::GivenName => "GN",
        // PKCS #9 unstructuredName, which has no short name.
        config::SubjectAttribute::UnstructuredName => "1.2.840.113549.1.9.2",
        other => other.as_str(),
    }
}

fn key_usage(bit: config::KeyUsageBit) -> &'static str {
    match bit {
        config::KeyUsageBit::DigitalSignature => "digitalSignature",
        config::KeyUsageBit::NonRepudiation => "nonRepudiation",
        config::KeyUsageBit::KeyEncipherment => "keyEncipherment",
        config::KeyUsageBit::DataEncipherment => "dataEncipherment",
        config::KeyUsageBit::KeyAgreement => "keyAgreement",
    }
}

fn platform(platform: config::Platform) -> Platform {
    match platform {
        config::Platform::Windows => Platform::Windows,
        config::Platform::Apple => Platform::Apple,
        config::Platform::Android => Platform::Android,
        config::Platform::Any | config::Platform::Chromeos | config::Platform::Linux => Platform::Any,
    }
}

fn san_kind(kind: config::SanKind) -> SanKind {
    match kind {
        config::SanKind::Dns => SanKind::Dns,
        config::SanKind::Email => SanKind::Email,
        config::SanKind::Uri => SanKind::Uri,
        config::SanKind::Upn => SanKind::Upn,
        config::SanKind::Ip => SanKind::Ip,
    }
}

fn key_storage(storage: config::KeyStorage) -> KeyStorage {
    match storage {
        config::KeyStorage::Any => KeyStorage::Any,
        config::KeyStorage::TpmOrSoftware => KeyStorage::TpmOrSoftware,
        config::KeyStorage::Tpm => KeyStorage::Tpm,
        config::KeyStorage::Hello => KeyStorage::Passport,
        config::KeyStorage::Software => KeyStorage::Software,
    }
}

fn rsa_size(kind: KeyKindAllowed) -> Option<RsaSize> {
    let bits = match kind {
        KeyKindAllowed::Rsa2048 => 2048,
        KeyKindAllowed::Rsa3072 => 3072,
        KeyKindAllowed::Rsa4096 => 4096,
        KeyKindAllowed::P256 | KeyKindAllowed::P384 => return None,
    };
    RsaSize::try_from(bits).ok()
}

fn curve(kind: KeyKindAllowed) -> Option<Curve> {
    match kind {
        KeyKindAllowed::P256 => Some(Curve::P256),
        KeyKindAllowed::P384 => Some(Curve::P384),
        KeyKindAllowed::Rsa2048 | KeyKindAllowed::Rsa3072 | KeyKindAllowed::Rsa4096 => None,
    }
}
