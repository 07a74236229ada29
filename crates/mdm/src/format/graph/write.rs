//! SCEP profiles into Graph's JSON.

use super::word::{Word, joined};
use super::{CONFIGURATIONS, ROOT_BINDING, TYPE_PREFIX};
use crate::format::{Unwritable, profile_type, single_values};
use crate::graph::ConfigurationId;
use crate::platform::{HashHandling, ProfileType, SanForm};
use crate::profile::{
    AlternativeName, ApplicabilityRule, CertificateAccess, CertificateStore, CertificateType, Condition,
    HashAlgorithm, KeyUse, OlderAlternativeNames, OlderSanType, Profile, Purpose, ScepUrl, SubjectFormat,
    Validity,
};
use crate::variable::SanType;
use serde_json::{Map, Value, json};

/// The body that creates the profile. `root` is the id of the Trusted certificate profile that it refers to; without
/// it whoever sends the body has to add `rootCertificate@odata.bind` (M88).
///
/// # Errors
/// A setting that Graph cannot hold.
pub fn write(profile: &Profile, root: Option<&ConfigurationId>) -> Result<Value, Unwritable> {
    let mut body = unbound(profile)?;
    if let Some(id) = root {
        set(&mut body, ROOT_BINDING, format!("{CONFIGURATIONS}('{id}')"));
    }
    Ok(Value::Object(body))
}

/// The body without a reference to a root.
pub(in crate::format) fn unbound(profile: &Profile) -> Result<Map<String, Value>, Unwritable> {
    let kind = profile_type(profile.platform)?;
    let type_name = kind.graph_types().first().copied().unwrap_or_default();
    let mut body = of_every_platform(profile, type_name);
    subject(profile, &mut body)?;
    alternative_names(profile, &mut body)?;
    of_this_platform(profile, kind, &mut body);
    applicability(profile, &mut body)?;
    Ok(body)
}

/// Sets a member.
pub(in crate::format) fn set(body: &mut Map<String, Value>, member: &str, value: impl Into<Value>) {
    body.insert(member.to_owned(), value.into());
}

fn of_every_platform(profile: &Profile, type_name: &str) -> Map<String, Value> {
    let (count, scale) = match profile.validity {
        Validity::Days(count) => (count, "days"),
        Validity::Months(count) => (count, "months"),
        Validity::Years(count) => (count, "years"),
    };
    let purpose = |one: &Purpose| json!({ "name": one.name(), "objectIdentifier": one.oid().to_string() });
    let uses = KeyUse::ALL.into_iter().filter(|one| profile.key_usage.contains(*one));
    let mut body = Map::new();
    set(&mut body, "@odata.type", format!("{TYPE_PREFIX}{type_name}"));
    set(&mut body, "displayName", profile.shown_name());
    set(&mut body, "description", profile.description.clone());
    set(&mut body, "roleScopeTagIds", vec!["0"]);
    set(&mut body, "renewalThresholdPercentage", profile.renewal_threshold.percent());
    set(&mut body, "certificateValidityPeriodValue", count.get());
    set(&mut body, "certificateValidityPeriodScale", scale);
    set(&mut body, "keyUsage", joined(uses));
    set(&mut body, "keySize", profile.key_size.word());
    set(&mut body, "extendedKeyUsages", profile.extended_key_usages.iter().map(purpose).collect::<Vec<_>>());
    set(&mut body, "scepServerUrls", profile.urls.iter().map(ScepUrl::as_str).collect::<Vec<_>>());
    body
}

/// A fixed format by its word; one that the platform has no word for as the text that it stands for.
fn subject(profile: &Profile, body: &mut Map<String, Value>) -> Result<(), Unwritable> {
    let format = profile.subject.format();
    let fixed = profile.platform.rules().subject_formats.value.contains(&format);
    if fixed && format != SubjectFormat::Custom {
        set(body, "subjectNameFormat", format.word());
        return Ok(());
    }
    let none = || Unwritable::new("subject", "has a format that the platform has no word for");
    set(body, "subjectNameFormat", SubjectFormat::Custom.word());
    set(body, "subjectNameFormatString", profile.subject.text().ok_or_else(none)?);
    Ok(())
}

fn alternative_names(profile: &Profile, body: &mut Map<String, Value>) -> Result<(), Unwritable> {
    let mut older = profile.older_alternative_names.clone();
    let names = single_values(profile.alternative_names.iter().cloned());
    if profile.platform.rules().san_form.value == SanForm::Older {
        older = into_older(older, &names)?;
    } else {
        let entry = |one: &AlternativeName| json!({ "sanType": one.kind.word(), "name": one.value });
        set(body, "customSubjectAlternativeNames", names.iter().map(entry).collect::<Vec<_>>());
    }
    if let Some(older) = older.filter(|older| !older.types.is_empty() || older.format.is_some()) {
        let types = joined(older.types.iter().copied());
        let types = if types.is_empty() { "none".to_owned() } else { types };
        set(body, "subjectAlternativeNameType", types);
        if let Some(format) = older.format {
            set(body, "subjectAlternativeNameFormatString", format);
        }
    }
    Ok(())
}

/// Typed names in the older form, which has one text for all types that need one.
fn into_older(
    older: Option<OlderAlternativeNames>,
    names: &[AlternativeName],
) -> Result<Option<OlderAlternativeNames>, Unwritable> {
    if names.is_empty() {
        return Ok(older);
    }
    let mut older = older.unwrap_or_default();
    for name in names {
        let (kind, text) = match (name.kind, name.value.as_str()) {
            (SanType::Email, "{{EmailAddress}}") => (OlderSanType::EmailAddress, None),
            (SanType::Upn, "{{UserPrincipalName}}") => (OlderSanType::UserPrincipalName, None),
            (SanType::Dns, value) => (OlderSanType::DomainNameService, Some(value)),
            (SanType::Uri, value) => (OlderSanType::UniversalResourceIdentifier, Some(value)),
            _ => return Err(no_older_form("may hold {{EmailAddress}} and {{UserPrincipalName}} alone")),
        };
        let differs = older.format.as_deref().zip(text).is_some_and(|(held, text)| held != text);
        if differs || !older.types.insert(kind) {
            return Err(no_older_form("may hold each type once, and one text for DNS and URI"));
        }
        older.format = older.format.or_else(|| text.map(str::to_owned));
    }
    Ok(Some(older))
}

fn no_older_form(why: &str) -> Unwritable {
    Unwritable::new("alternative_names", format!("{why} on this platform (contract §12)"))
}

fn of_this_platform(profile: &Profile, kind: ProfileType, body: &mut Map<String, Value>) {
    let rules = profile.platform.rules();
    if rules.store_setting.value {
        let follows = match profile.certificate_type {
            CertificateType::User => CertificateStore::User,
            CertificateType::Device => CertificateStore::Machine,
        };
        set(body, "certificateStore", profile.certificate_store.unwrap_or(follows).word());
    }
    if rules.hash.value != HashHandling::NoSetting && !profile.hash_algorithms.is_empty() {
        set(body, "hashAlgorithm", hashes(profile));
    }
    if let Some(provider) =
        profile.key_storage_provider.filter(|one| rules.key_storage_providers.value.contains(one))
    {
        set(body, "keyStorageProvider", provider.word());
    }
    if kind == ProfileType::MacOs {
        if let Some(channel) = profile.deployment_channel {
            set(body, "deploymentChannel", channel.word());
        }
        if let Some(all) = profile.all_apps_access {
            set(body, "allowAllAppsAccess", all);
        }
    }
    match profile.certificate_access.as_ref().filter(|_| rules.certificate_access.value) {
        Some(CertificateAccess::UserApproval) => set(body, "certificateAccessType", "userApproval"),
        Some(CertificateAccess::SpecificApps(apps)) => {
            let app = |id: &String| json!({ "packageId": id });
            set(body, "certificateAccessType", "specificApps");
            set(body, "silentCertificateAccessDetails", apps.iter().map(app).collect::<Vec<_>>());
        }
        None => {}
    }
}

fn hashes(profile: &Profile) -> String {
    let chosen = |one: &HashAlgorithm| profile.hash_algorithms.contains(one);
    joined(HashAlgorithm::ALL.into_iter().filter(chosen))
}

fn applicability(profile: &Profile, body: &mut Map<String, Value>) -> Result<(), Unwritable> {
    if !profile.platform.rules().applicability_rules.value {
        return Ok(());
    }
    for ApplicabilityRule { effect, condition } in &profile.applicability_rules {
        let kind = effect.word();
        let (member, rule) = match condition {
            Condition::Editions(editions) => {
                ("OsEdition", json!({ "osEditionTypes": editions, "name": "Editions", "ruleType": kind }))
            }
            Condition::Versions { min, max } => {
                let (min, max) = (min.to_string(), max.to_string());
                let rule =
                    json!({ "minOSVersion": min, "maxOSVersion": max, "name": "Versions", "ruleType": kind });
                ("OsVersion", rule)
            }
        };
        if body.insert(format!("deviceManagementApplicabilityRule{member}"), rule).is_some() {
            let why = "may hold one rule by edition and one by version in Graph";
            return Err(Unwritable::new("applicability_rules", why));
        }
    }
    Ok(())
}
