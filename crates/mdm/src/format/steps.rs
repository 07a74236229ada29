//! The way through the portal: its pages in their order, and what to enter on each (M73, M198).

mod value;

use super::wifi::WifiNetwork;
use super::{Unwritable, profile_type, single_values};
use crate::platform::{HashHandling, ProfileType, VpnChoice};
use crate::profile::{Profile, SubjectFormat};
use serde::Serialize;
use value::{label, list};

/// One thing to enter or to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The page of the portal.
    pub page: &'static str,
    /// The field, as the page calls it.
    pub field: String,
    /// What to enter, choose or paste.
    pub value: String,
}

fn step(page: &'static str, field: impl Into<String>, value: impl Into<String>) -> Step {
    Step { page, field: field.into(), value: value.into() }
}

const CREATE: &str = "Devices > Manage devices > Configuration > Create > New policy";
const BASICS: &str = "Basics";
const SETTINGS: &str = "Configuration settings";
const APPS: &str = "Apps";
const ASSIGNMENTS: &str = "Assignments";
const RULES: &str = "Applicability Rules";
const REVIEW: &str = "Review + create";

/// The steps that make the profile. Its Trusted certificate profiles have to be there before (M2).
///
/// # Errors
/// A platform without SCEP profiles.
pub fn scep(profile: &Profile) -> Result<Vec<Step>, Unwritable> {
    let kind = profile_type(profile.platform)?;
    let mut steps = vec![
        step(CREATE, "Platform", value::platform(kind)),
        step(CREATE, "Profile type", value::profile_type(kind)),
        step(BASICS, "Name", profile.shown_name()),
    ];
    if !profile.description.is_empty() {
        steps.push(step(BASICS, "Description", profile.description.clone()));
    }
    settings(profile, kind, &mut steps);
    if let Some(access) =
        profile.certificate_access.as_ref().filter(|_| kind == ProfileType::AndroidDeviceOwner)
    {
        steps.push(step(APPS, "Certificate access", value::access(access)));
    }
    if profile.platform.rules().vpn_choice.value == VpnChoice::ByUser {
        steps.push(step(APPS, "VPN apps", value::VPN_APPS));
    }
    steps.extend(profile.assignments.iter().map(|one| {
        let (field, value) = value::assignment(one);
        step(ASSIGNMENTS, field, value)
    }));
    if profile.platform.rules().applicability_rules.value {
        steps.extend(profile.applicability_rules.iter().map(|rule| step(RULES, "Rule", value::rule(rule))));
    }
    steps.push(step(REVIEW, "Create", "look over the settings, then create"));
    Ok(steps)
}

fn settings(profile: &Profile, kind: ProfileType, steps: &mut Vec<Step>) {
    let mut add = |field: &str, value: String| steps.push(step(SETTINGS, field, value));
    names(profile, kind, &mut add);
    key(profile, &mut add);
    service(profile, kind, &mut add);
}

/// Whose certificate it is, and for how long.
fn names(profile: &Profile, kind: ProfileType, add: &mut impl FnMut(&str, String)) {
    if let Some(channel) = profile.deployment_channel.filter(|_| kind == ProfileType::MacOs) {
        add("Deployment channel", value::channel(channel).to_owned());
    }
    add("Certificate type", label(profile.certificate_type).to_owned());
    subject(profile, add);
    for name in single_values(profile.all_alternative_names()) {
        add(&format!("Subject alternative name: {}", name.kind.label()), name.value);
    }
    add("Certificate validity period", profile.validity.to_string());
}

fn key(profile: &Profile, add: &mut impl FnMut(&str, String)) {
    let rules = profile.platform.rules();
    if let Some(provider) =
        profile.key_storage_provider.filter(|one| rules.key_storage_providers.value.contains(one))
    {
        add("Key storage provider (KSP)", value::provider(provider).to_owned());
    }
    add("Key usage", value::key_usage(&profile.key_usage));
    add("Key size (bits)", profile.key_size.bits().to_string());
    if rules.hash.value != HashHandling::NoSetting && !profile.hash_algorithms.is_empty() {
        add("Hash algorithm", list(profile.hash_algorithms.iter().map(|one| value::hash(*one))));
    }
}

/// Whose it is signed by, what it is for, and where it comes from.
fn service(profile: &Profile, kind: ProfileType, add: &mut impl FnMut(&str, String)) {
    for root in profile.root_certificates.iter().take(1) {
        add("Root Certificate", root.name.clone());
    }
    for purpose in &profile.extended_key_usages {
        add("Extended key usage", format!("{} ({})", purpose.name(), purpose.oid()));
    }
    add("Renewal threshold (%)", profile.renewal_threshold.percent().to_string());
    for url in &profile.urls {
        add("SCEP Server URLs", url.to_string());
    }
    if let Some(all) = profile.all_apps_access.filter(|_| kind == ProfileType::MacOs) {
        add("Allow all apps access to private key", if all { "Enable" } else { "Not configured" }.to_owned());
    }
}

/// The portal's field is a text now; the fixed formats of older profiles are entered as what they stand for.
fn subject(profile: &Profile, add: &mut impl FnMut(&str, String)) {
    match profile.subject.text() {
        Some(text) => add("Subject name format", text.to_owned()),
        None if profile.subject.format() == SubjectFormat::CommonNameAsDurableDeviceId => {
            add("Subject name format", "no text gives it; keep the profile that has it".to_owned());
        }
        None => {}
    }
}

/// The settings of the Wi-Fi profile that uses the certificate, on Android and wherever else the portal asks for them
/// one by one (M94).
#[must_use]
pub fn wifi(profile: &Profile, network: &WifiNetwork) -> Vec<Step> {
    let yes = |truth| if truth { "Enable" } else { "Disable" };
    let mut steps = vec![
        step(CREATE, "Profile type", "Templates > Wi-Fi"),
        step(SETTINGS, "Wi-Fi type", "Enterprise"),
        step(SETTINGS, "SSID", network.ssid.to_string()),
        step(SETTINGS, "Connect automatically", "Enable"),
        step(SETTINGS, "Hidden network", yes(network.hidden)),
        step(SETTINGS, "EAP type", "EAP-TLS"),
    ];
    for name in &network.server_names {
        steps.push(step(SETTINGS, "Radius server name", name.clone()));
    }
    for root in &network.roots {
        let which = format!("the Trusted certificate profile with the thumbprint {root}");
        steps.push(step(SETTINGS, "Root certificate for server validation", which));
    }
    steps.push(step(SETTINGS, "Authentication method", "Certificates"));
    steps.push(step(SETTINGS, "Certificates", profile.shown_name()));
    steps.extend(profile.assignments.iter().map(|one| {
        let (field, value) = value::assignment(one);
        step(ASSIGNMENTS, field, value)
    }));
    steps
}
