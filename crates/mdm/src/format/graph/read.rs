//! SCEP profiles out of Graph's JSON.

use super::members::Members;
use super::word::separated;
use super::{CONFIGURATIONS, OF_THE_SERVICE, ROOT_BINDING, assignment, root};
use crate::format::{TrustedRoot, Unreadable, certificate_type_of, display_name_of, single_values};
use crate::graph::ConfigurationId;
use crate::platform::Platform;
use crate::profile::{
    AlternativeName, ApplicabilityRule, CertificateAccess, CertificateStore, CertificateType, Condition,
    KeyUse, KeyUses, OlderAlternativeNames, OlderSanType, OsVersion, Profile, ProfileName, Purpose,
    PurposeOid, RenewalThreshold, RootCertificate, ScepUrl, SubjectFormat, SubjectName, Validity,
};
use serde_json::Value;
use std::num::NonZeroU16;

/// A profile as Graph had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The profile.
    pub profile: Profile,
    /// Its id in Intune.
    pub id: Option<ConfigurationId>,
    /// The id of the Trusted certificate profile, where the text has it: Graph answers it only in `$expand`ed form.
    pub root_id: Option<ConfigurationId>,
    /// The Trusted certificate profile, where it was `$expand`ed.
    pub root: Option<TrustedRoot>,
}

/// Reads a profile. `name` is what it is called from now on; `platform` decides among those whose profiles have one
/// type, and is else the first of them.
///
/// # Errors
/// The member that cannot be read, or is not known.
pub fn read(value: Value, name: ProfileName, platform: Option<Platform>) -> Result<Imported, Unreadable> {
    let mut members = Members::of("", value)?;
    let platform = read_platform(&mut members, platform)?;
    let id = members.text("id")?.and_then(|id| ConfigurationId::parse(&id));
    let (root_id, root) = read_root(&mut members)?;
    let shown = members.text("displayName")?;
    let profile = read_profile(&mut members, (name, platform), root.as_ref())?;
    members.disregard(&OF_THE_SERVICE);
    no_device_mode(&mut members)?;
    members.finish()?;
    Ok(Imported { profile: display_name_of(profile, shown), id, root_id, root })
}

/// Each setting from its member, in the order of the model.
fn read_profile(
    members: &mut Members,
    (name, platform): (ProfileName, Platform),
    root: Option<&TrustedRoot>,
) -> Result<Profile, Unreadable> {
    let subject = subject(members)?;
    let older_alternative_names = older_names(members)?;
    let alternative_names = names(members)?;
    Ok(Profile {
        name,
        display_name: None,
        description: members.text("description")?.unwrap_or_default(),
        platform,
        certificate_type: read_type(members, &subject, &alternative_names, older_alternative_names.as_ref())?,
        deployment_channel: members.word("deploymentChannel")?,
        subject,
        alternative_names,
        older_alternative_names,
        validity: validity(members)?,
        key_storage_provider: members.word("keyStorageProvider")?,
        key_usage: key_usage(members)?,
        key_size: members.word("keySize")?.ok_or_else(|| members.odd("keySize", "not set"))?,
        hash_algorithms: set_of(members, "hashAlgorithm")?,
        root_certificates: root.map(reference).into_iter().collect(),
        extended_key_usages: purposes(members)?,
        renewal_threshold: threshold(members)?,
        urls: urls(members)?,
        certificate_access: access(members)?,
        all_apps_access: members.truth("allowAllAppsAccess")?,
        certificate_store: None,
        assignments: assignment::read(members)?,
        applicability_rules: applicability(members)?,
    })
}

/// By the store, where the member is there; else by the names.
fn read_type(
    members: &mut Members,
    subject: &SubjectName,
    names: &[AlternativeName],
    older: Option<&OlderAlternativeNames>,
) -> Result<CertificateType, Unreadable> {
    Ok(match members.word("certificateStore")? {
        Some(CertificateStore::Machine) => CertificateType::Device,
        Some(CertificateStore::User) => CertificateType::User,
        None => {
            let older = older.into_iter().flat_map(OlderAlternativeNames::entries);
            certificate_type_of(subject, names.iter().cloned().chain(older))
        }
    })
}

fn read_platform(members: &mut Members, wanted: Option<Platform>) -> Result<Platform, Unreadable> {
    let name = members.type_name()?;
    if is_pkcs(&name) {
        return Err(members.odd("@odata.type", PKCS));
    }
    let typed = |platform: &Platform| {
        let kind = platform.rules().profile_type.value;
        kind.is_some_and(|kind| kind.graph_types().contains(&name.as_str()))
    };
    match wanted {
        Some(platform) if typed(&platform) => Ok(platform),
        Some(platform) => Err(members.odd("@odata.type", &format!("not the type of {platform}"))),
        None => {
            let unknown = || members.odd("@odata.type", "not a SCEP profile");
            Platform::ALL.into_iter().find(typed).ok_or_else(unknown)
        }
    }
}

/// Intune's other way (M207). Such a profile says nothing that a SCEP profile could be made of.
const PKCS: &str = "a PKCS certificate profile, whose certificates come with their keys from a connector, the same one several \
     times; a SCEP profile has to be written anew";

/// `windows10PkcsCertificateProfile`, `iosImportedPFXCertificateProfile` and the like.
fn is_pkcs(type_name: &str) -> bool {
    ["PkcsCertificateProfile", "ImportedPFXCertificateProfile"].iter().any(|end| type_name.ends_with(end))
}

/// Both of what may be known of the root: its id, and all of it.
type Root = (Option<ConfigurationId>, Option<TrustedRoot>);

fn read_root(members: &mut Members) -> Result<Root, Unreadable> {
    if let Some(expanded) = members.take("rootCertificate") {
        let id = expanded.get("id").and_then(Value::as_str).and_then(ConfigurationId::parse);
        return Ok((id, Some(root::read_at("rootCertificate", expanded)?)));
    }
    let Some(binding) = members.text(ROOT_BINDING)? else { return Ok((None, None)) };
    let id = binding
        .strip_prefix(CONFIGURATIONS)
        .and_then(|rest| rest.strip_prefix("('")?.strip_suffix("')"))
        .and_then(ConfigurationId::parse);
    let wrong = || members.odd(ROOT_BINDING, "not the address of a configuration");
    Ok((Some(id.ok_or_else(wrong)?), None))
}

fn reference(root: &TrustedRoot) -> RootCertificate {
    RootCertificate { name: root.name.clone(), thumbprints: root.thumbprint().into_iter().collect() }
}

fn subject(members: &mut Members) -> Result<SubjectName, Unreadable> {
    let format: Option<SubjectFormat> = members.word("subjectNameFormat")?;
    let text = members.text("subjectNameFormatString")?;
    let format = format.ok_or_else(|| members.odd("subjectNameFormat", "not set"))?;
    match (SubjectName::fixed(format), text) {
        (Some(fixed), _) => Ok(fixed),
        (None, Some(text)) => Ok(SubjectName::Custom(text)),
        (None, None) => Err(members.odd("subjectNameFormatString", "not set")),
    }
}

fn names(members: &mut Members) -> Result<Vec<AlternativeName>, Unreadable> {
    let one = |(place, entry): (String, Value)| {
        let mut members = Members::of(&place, entry)?;
        let kind = members.word("sanType")?.ok_or_else(|| members.odd("sanType", "not set"))?;
        let value = members.required("name")?;
        members.disregard(&[]);
        members.finish()?;
        Ok(AlternativeName { kind, value })
    };
    let list = members.list("customSubjectAlternativeNames")?;
    let names = list.into_iter().map(one).collect::<Result<Vec<_>, Unreadable>>()?;
    Ok(single_values(names.into_iter()))
}

fn older_names(members: &mut Members) -> Result<Option<OlderAlternativeNames>, Unreadable> {
    const TYPES: &str = "subjectAlternativeNameType";
    let types = members.text(TYPES)?.map(|text| separated::<OlderSanType>(TYPES, &text)).transpose()?;
    let format = members.text("subjectAlternativeNameFormatString")?;
    let types = types.unwrap_or_default();
    Ok((!types.is_empty() || format.is_some()).then_some(OlderAlternativeNames { types, format }))
}

fn validity(members: &mut Members) -> Result<Validity, Unreadable> {
    const SCALE: &str = "certificateValidityPeriodScale";
    let count: u16 = members.whole("certificateValidityPeriodValue")?;
    let zero = || members.odd("certificateValidityPeriodValue", "zero");
    let count = NonZeroU16::new(count).ok_or_else(zero)?;
    match members.required(SCALE)?.as_str() {
        "days" => Ok(Validity::Days(count)),
        "months" => Ok(Validity::Months(count)),
        "years" => Ok(Validity::Years(count)),
        _ => Err(members.odd(SCALE, "none of days, months, years")),
    }
}

fn set_of<W: super::word::Word + Ord>(members: &mut Members, member: &str) -> Result<Vec<W>, Unreadable> {
    let text = members.text(member)?.unwrap_or_default();
    Ok(separated(member, &text)?.into_iter().collect())
}

fn key_usage(members: &mut Members) -> Result<KeyUses, Unreadable> {
    let uses: Vec<KeyUse> = set_of(members, "keyUsage")?;
    let set: std::collections::BTreeSet<KeyUse> = uses.into_iter().collect();
    KeyUses::try_from(set).map_err(|wrong| members.odd("keyUsage", wrong.rule))
}

fn purposes(members: &mut Members) -> Result<Vec<Purpose>, Unreadable> {
    let one = |(place, entry): (String, Value)| {
        let mut members = Members::of(&place, entry)?;
        let name = members.text("name")?.unwrap_or_default();
        let oid = PurposeOid::parse(&members.required("objectIdentifier")?)
            .map_err(|wrong| members.odd("objectIdentifier", wrong.rule))?;
        members.disregard(&[]);
        members.finish()?;
        Ok(Purpose::named(name, oid))
    };
    members.list("extendedKeyUsages")?.into_iter().map(one).collect()
}

fn threshold(members: &mut Members) -> Result<RenewalThreshold, Unreadable> {
    let percent: u8 = members.whole("renewalThresholdPercentage")?;
    RenewalThreshold::try_from(percent).map_err(|wrong| members.odd("renewalThresholdPercentage", wrong.rule))
}

fn urls(members: &mut Members) -> Result<Vec<ScepUrl>, Unreadable> {
    let one = |(place, entry): (String, Value)| {
        let text = entry.as_str().ok_or_else(|| Unreadable::new(&place, "not a text"))?;
        ScepUrl::parse(text).map_err(|wrong| Unreadable::new(&place, format!("must be {}", wrong.rule)))
    };
    members.list("scepServerUrls")?.into_iter().map(one).collect()
}

fn access(members: &mut Members) -> Result<Option<CertificateAccess>, Unreadable> {
    let app = |(place, entry): (String, Value)| {
        let mut members = Members::of(&place, entry)?;
        let id = members.required("packageId")?;
        members.disregard(&[]);
        members.finish()?;
        Ok(id)
    };
    let apps = members.list("silentCertificateAccessDetails")?;
    match members.text("certificateAccessType")?.as_deref() {
        None if apps.is_empty() => Ok(None),
        Some("userApproval") if apps.is_empty() => Ok(Some(CertificateAccess::UserApproval)),
        Some("specificApps") => {
            let apps = apps.into_iter().map(app).collect::<Result<_, Unreadable>>()?;
            Ok(Some(CertificateAccess::SpecificApps(apps)))
        }
        _ => Err(members.odd("certificateAccessType", "neither userApproval without apps nor specificApps")),
    }
}

fn applicability(members: &mut Members) -> Result<Vec<ApplicabilityRule>, Unreadable> {
    let mut rules = Vec::new();
    for kind in ["OsEdition", "OsVersion"] {
        let member = format!("deviceManagementApplicabilityRule{kind}");
        let Some(value) = members.take(&member) else { continue };
        let mut rule = Members::of(&members.place(&member), value)?;
        let effect = rule.word("ruleType")?.ok_or_else(|| rule.odd("ruleType", "not set"))?;
        let condition = if kind == "OsEdition" { editions(&mut rule)? } else { versions(&mut rule)? };
        rule.disregard(&["name"]);
        rule.finish()?;
        rules.push(ApplicabilityRule { effect, condition });
    }
    Ok(rules)
}

fn editions(rule: &mut Members) -> Result<Condition, Unreadable> {
    let one = |(place, entry): (String, Value)| {
        entry.as_str().map(str::to_owned).ok_or_else(|| Unreadable::new(place, "not a text"))
    };
    Ok(Condition::Editions(rule.list("osEditionTypes")?.into_iter().map(one).collect::<Result<_, _>>()?))
}

fn versions(rule: &mut Members) -> Result<Condition, Unreadable> {
    let mut version = |member: &str| {
        let text = rule.required(member)?;
        OsVersion::parse(&text).map_err(|wrong| rule.odd(member, wrong.rule))
    };
    Ok(Condition::Versions { min: version("minOSVersion")?, max: version("maxOSVersion")? })
}

/// Rules by device mode are no part of a profile here; they must not be set.
pub(super) fn no_device_mode(members: &mut Members) -> Result<(), Unreadable> {
    const MODE: &str = "deviceManagementApplicabilityRuleDeviceMode";
    match members.take(MODE) {
        Some(_) => Err(members.odd(MODE, "rules by device mode are not supported")),
        None => Ok(()),
    }
}
