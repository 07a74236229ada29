//! What a profile becomes on one device: what Intune's challenge names, and what the device's request holds.
//!
//! Facts are put into values of names whose structure was read from the profile before; no text with facts in it is
//! ever read. A comma, a quotation mark or `, O=Other` in a fact is a part of that value (threat 16).

mod facts;
mod refusal;
mod value;

pub use facts::{DeviceFacts, Facts, UserFacts};
pub use refusal::NotDelivered;

use crate::platform::{PurposeHandling, Support, ValidityHandling};
use crate::profile::{Held, KeySize, Profile, Purpose, Validity};
use crate::subject::{Subject, Value};
use crate::variable::{Place, SanType};
use pki::extension::{ExtendedKeyUsage, KeyUsage};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::oid;
use value::Filling;

/// What a profile means for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The subject.
    pub subject: Subject,
    /// The alternative names, in the profile's order; there may be none.
    pub alternative_names: SubjectAltName,
    /// The key usage.
    pub key_usage: KeyUsage,
    /// The size of the RSA key.
    pub key_size: KeySize,
    /// The extended key usages that the profile sets, and so Intune's challenge.
    pub purposes: ExtendedKeyUsage,
    /// The validity that the profile sets.
    pub validity: Validity,
    /// What of the last two the device's request carries.
    pub in_request: InRequest,
}

/// What a device's request carries of settings that some platforms leave out of it (contract §10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InRequest {
    /// The extended key usages; on Android there may be none all the same.
    pub purposes: ExtendedKeyUsage,
    /// The validity.
    pub validity: Option<Validity>,
}

/// Expands a profile for a device, and the user of it if it has one.
///
/// # Errors
/// Why the device does not get the profile: one variable without a value is enough (M112, contract §13).
pub fn expand(profile: &Profile, facts: &Facts) -> Result<Expected, NotDelivered> {
    if profile.platform.rules().support.value == Support::Never {
        return Err(NotDelivered::NoProfileType(profile.platform));
    }
    if !profile.platform.installs_on(facts.device.platform) {
        return Err(NotDelivered::OtherPlatform { profile: profile.platform, device: facts.device.platform });
    }
    // One profile type serves several kinds of device (M123): the rules are those of the device.
    let rules = facts.device.platform.rules();
    let purposes = ExtendedKeyUsage(profile.extended_key_usages.iter().map(Purpose::oid).collect());
    Ok(Expected {
        subject: subject(profile, facts)?,
        alternative_names: alternative_names(profile, facts)?,
        key_usage: profile.key_usage.bits(),
        key_size: profile.key_size,
        in_request: InRequest {
            purposes: requested(&purposes, rules.purposes.value),
            validity: (rules.validity.value == ValidityHandling::Sent).then_some(profile.validity),
        },
        purposes,
        validity: profile.validity,
    })
}

fn requested(purposes: &ExtendedKeyUsage, handling: PurposeHandling) -> ExtendedKeyUsage {
    match handling {
        PurposeHandling::AsSet | PurposeHandling::AsSetOrNone => purposes.clone(),
        PurposeHandling::ClientAuthenticationAtMost => {
            let client = purposes.0.iter().filter(|purpose| **purpose == oid::CLIENT_AUTH);
            ExtendedKeyUsage(client.copied().collect())
        }
    }
}

fn subject(profile: &Profile, facts: &Facts) -> Result<Subject, NotDelivered> {
    let template = profile.subject.template().map_err(NotDelivered::Subject)?;
    let filling = Filling { profile, facts, place: Place::Subject };
    template.try_map(|attribute| match &attribute.value {
        Held::Octets(octets) => Ok(Value::Octets(octets.clone())),
        Held::Text(template) => {
            let text = filling.fill(template)?;
            let place = attribute.kind.to_string();
            match attribute.kind.misfit(&text) {
                Some(character) => Err(NotDelivered::Unencodable { place, character }),
                None => Ok(Value::Text(text)),
            }
        }
    })
}

fn alternative_names(profile: &Profile, facts: &Facts) -> Result<SubjectAltName, NotDelivered> {
    let each = profile.all_alternative_names().map(|name| {
        let place = Place::San(name.kind);
        let template = name.template().map_err(|wrong| NotDelivered::AlternativeName(name.clone(), wrong))?;
        let text = Filling { profile, facts, place }.fill(&template)?;
        if text.is_empty() {
            return Err(NotDelivered::EmptyName(name.kind));
        }
        general_name(name.kind, text)
    });
    Ok(SubjectAltName(each.collect::<Result<_, _>>()?))
}

fn general_name(kind: SanType, text: String) -> Result<GeneralName, NotDelivered> {
    // RFC 5280 §4.2.1.6: all but the UPN are IA5String.
    let misfit = text.chars().find(|c| !c.is_ascii()).filter(|_| kind != SanType::Upn);
    if let Some(character) = misfit {
        return Err(NotDelivered::Unencodable { place: Place::San(kind).to_string(), character });
    }
    Ok(match kind {
        SanType::Email => GeneralName::Email(text),
        SanType::Upn => GeneralName::Upn(text),
        SanType::Dns => GeneralName::Dns(text),
        SanType::Uri => GeneralName::Uri(text),
    })
}
