//! The contents of a SCEP payload (contract §16).

use super::Configuration;
use crate::format::plist::{Dict, Value};
use crate::format::trusted_root::hexadecimal;
use crate::format::{Unreadable, Unwritable, certificate_type_of, single_values};
use crate::platform::Platform;
use crate::profile::{
    AlternativeName, KeySize, KeyUse, KeyUses, Profile, ProfileName, RenewalThreshold, RootCertificate,
    ScepUrl, SubjectName, Thumbprint, Validity,
};
use crate::subject::{self, Attribute, AttributeType, Rdn, Subject};
use crate::variable::SanType;
use core::num::NonZeroU16;
use std::collections::BTreeSet;

/// Apple's keys of the kinds of alternative names, in the order in which they are read.
const SAN_KEYS: [(SanType, &str); 4] = [
    (SanType::Email, "rfc822Name"),
    (SanType::Upn, "ntPrincipalName"),
    (SanType::Dns, "dNSName"),
    (SanType::Uri, "uniformResourceIdentifier"),
];
const SIGNING: i64 = 1;
const ENCRYPTION: i64 = 4;

/// What a SCEP payload says. A challenge in it is left there: it is a secret of the device's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScepPayload {
    /// Where to enrol.
    pub url: ScepUrl,
    /// The CA's name, which devices send as `message=`.
    pub ca_name: Option<String>,
    /// The subject; texts with variables stand as they are.
    pub subject: Subject,
    /// The alternative names, by kind.
    pub alternative_names: Vec<AlternativeName>,
    /// The size of the key; 1024 where the payload does not say.
    pub key_size: KeySize,
    /// What the key is for; both where the payload does not say.
    pub key_usage: KeyUses,
    /// The fingerprint of the CA's certificate.
    pub ca_fingerprint: Option<Thumbprint>,
    /// macOS: whether every app gets at the key.
    pub all_apps_access: Option<bool>,
    /// macOS: whether the key can be exported; it can where the payload does not say.
    pub key_is_extractable: Option<bool>,
}

impl ScepPayload {
    pub(super) fn of(profile: &Profile, configuration: &Configuration<'_>) -> Result<Self, Unwritable> {
        // Intune draws one of several URLs for a device (M171); a file that everybody gets has the first.
        let url = profile.urls.first().ok_or_else(|| Unwritable::new("urls", "must have one"))?;
        let text = profile.subject.text().ok_or_else(|| Unwritable::new("subject", "must have a text"))?;
        let subject = Subject::parse(text).map_err(|wrong| Unwritable::new("subject", wrong.to_string()))?;
        let reference = profile.root_certificates.first();
        Ok(Self {
            url: url.clone(),
            ca_name: Some(configuration.ca_name.to_owned()),
            subject,
            alternative_names: single_values(profile.all_alternative_names()),
            key_size: profile.key_size,
            key_usage: profile.key_usage.clone(),
            ca_fingerprint: reference.and_then(|root| root.thumbprints.first()).cloned(),
            all_apps_access: profile.all_apps_access.filter(|_| profile.platform == Platform::MacOs),
            key_is_extractable: (profile.platform == Platform::MacOs).then_some(false),
        })
    }

    /// The payload, with the challenge of one device if nobody else puts one in.
    pub(super) fn dict(&self, challenge: Option<&str>) -> Result<Dict, Unwritable> {
        let mut dict = Dict::default();
        dict.set("URL", self.url.as_str());
        if let Some(name) = &self.ca_name {
            dict.set("Name", name.as_str());
        }
        dict.set("Subject", self.subject.rdns().iter().map(rdn).collect::<Result<Vec<_>, _>>()?);
        if let Some(challenge) = challenge {
            dict.set("Challenge", challenge);
        }
        dict.set("Keysize", self.key_size.bits());
        dict.set("Key Type", "RSA");
        dict.set("Key Usage", self.usage_bits());
        if let Some(fingerprint) = &self.ca_fingerprint {
            dict.set("CAFingerprint", fingerprint.octets());
        }
        if !self.alternative_names.is_empty() {
            dict.set("SubjectAltName", names(&self.alternative_names));
        }
        if let Some(all) = self.all_apps_access {
            dict.set("AllowAllAppsAccess", all);
        }
        if let Some(extractable) = self.key_is_extractable {
            dict.set("KeyIsExtractable", extractable);
        }
        Ok(dict)
    }

    fn usage_bits(&self) -> u32 {
        let bit = |one, bit| if self.key_usage.contains(one) { bit } else { 0 };
        bit(KeyUse::DigitalSignature, 1) | bit(KeyUse::KeyEncipherment, 4)
    }

    pub(super) fn read(content: &Dict) -> Result<Self, Unreadable> {
        if content.text("Key Type")?.is_some_and(|kind| kind != "RSA") {
            return Err(Unreadable::new("Key Type", "SCEP of Apple's makes RSA keys alone"));
        }
        let url = content.text("URL")?.ok_or_else(|| Unreadable::new("URL", "not set"))?;
        Ok(Self {
            url: ScepUrl::parse(url)
                .map_err(|wrong| Unreadable::new("URL", format!("must be {}", wrong.rule)))?,
            ca_name: content.text("Name")?.map(str::to_owned),
            subject: read_subject(content)?,
            alternative_names: read_names(content)?,
            key_size: read_size(content)?,
            key_usage: read_usage(content)?,
            ca_fingerprint: read_fingerprint(content)?,
            all_apps_access: content.truth("AllowAllAppsAccess")?,
            key_is_extractable: content.truth("KeyIsExtractable")?,
        })
    }

    /// A profile of it. What no payload has is the usual: valid for a year, renewed when a fifth of it is left, without
    /// extended key usages; and whom it is for follows from its variables.
    #[must_use]
    pub fn profile(&self, name: ProfileName, platform: Platform) -> Profile {
        let subject = SubjectName::Custom(self.subject.to_string());
        let reference = |thumbprint: &Thumbprint| RootCertificate {
            name: format!("CA {thumbprint}"),
            thumbprints: vec![thumbprint.clone()],
        };
        Profile {
            certificate_type: certificate_type_of(&subject, self.alternative_names.iter().cloned()),
            subject,
            alternative_names: self.alternative_names.clone(),
            key_size: self.key_size,
            key_usage: self.key_usage.clone(),
            root_certificates: self.ca_fingerprint.iter().map(reference).collect(),
            urls: vec![self.url.clone()],
            all_apps_access: self.all_apps_access,
            ..Profile::new(name, platform, Validity::Years(NonZeroU16::MIN), RenewalThreshold::USUAL)
        }
    }
}

fn rdn(rdn: &Rdn) -> Result<Value, Unwritable> {
    let pair = |attribute: &Attribute| match &attribute.value {
        subject::Value::Text(text) => Ok(vec![Value::from(key(attribute.kind)), text.as_str().into()].into()),
        subject::Value::Octets(_) => {
            Err(Unwritable::new("subject", "has a value in hexadecimal, which Apple's payload cannot hold"))
        }
    };
    Ok(rdn.attributes().iter().map(pair).collect::<Result<Vec<Value>, _>>()?.into())
}

/// Apple's short name of an attribute; of the others the identifier.
fn key(kind: AttributeType) -> String {
    match kind.to_string().as_str() {
        "S" => "ST".to_owned(),
        short @ ("C" | "L" | "O" | "OU" | "CN") => short.to_owned(),
        _ => kind.oid().to_string(),
    }
}

fn names(names: &[AlternativeName]) -> Dict {
    let mut dict = Dict::default();
    for (kind, key) in SAN_KEYS {
        let of_kind = names.iter().filter(|name| name.kind == kind);
        match of_kind.map(|name| Value::from(name.value.as_str())).collect::<Vec<_>>() {
            values if values.is_empty() => {}
            values if values.len() == 1 => values.into_iter().for_each(|only| dict.set(key, only)),
            values => dict.set(key, values),
        }
    }
    dict
}

fn read_subject(content: &Dict) -> Result<Subject, Unreadable> {
    let wrong = || Unreadable::new("Subject", "not a list of lists of an attribute and its text");
    let pair = |pair: &Value| {
        let Value::List(pair) = pair else { return Err(wrong()) };
        let [Value::Text(key), Value::Text(text)] = pair.as_slice() else { return Err(wrong()) };
        let kind = AttributeType::parse(key);
        let kind =
            kind.ok_or_else(|| Unreadable::new("Subject", format!("no attribute is called `{key}`")))?;
        Ok(Attribute { kind, value: subject::Value::Text(text.clone()) })
    };
    let rdn = |value: &Value| {
        let Value::List(pairs) = value else { return Err(wrong()) };
        Rdn::new(pairs.iter().map(pair).collect::<Result<_, _>>()?).ok_or_else(wrong)
    };
    let rdns = content.list("Subject")?.iter().map(rdn).collect::<Result<_, _>>()?;
    Subject::new(rdns).ok_or_else(wrong)
}

fn read_names(content: &Dict) -> Result<Vec<AlternativeName>, Unreadable> {
    let Some(given) = content.get("SubjectAltName") else { return Ok(Vec::new()) };
    let Value::Dict(given) = given else { return Err(Unreadable::new("SubjectAltName", "not a dictionary")) };
    let mut names = Vec::new();
    for (kind, key) in SAN_KEYS {
        let values = match given.get(key) {
            None => &[],
            Some(Value::List(values)) => values.as_slice(),
            Some(only) => core::slice::from_ref(only),
        };
        for value in values {
            let Value::Text(value) = value else { return Err(Unreadable::new(key, "not a text")) };
            names.push(AlternativeName { kind, value: value.clone() });
        }
    }
    Ok(names)
}

fn read_size(content: &Dict) -> Result<KeySize, Unreadable> {
    let bits = content.whole("Keysize")?.unwrap_or(1024);
    let size = u32::try_from(bits).ok().and_then(|bits| KeySize::try_from(bits).ok());
    size.ok_or_else(|| Unreadable::new("Keysize", "none of 1024, 2048, 4096"))
}

fn read_usage(content: &Dict) -> Result<KeyUses, Unreadable> {
    let bits = content.whole("Key Usage")?.unwrap_or(0);
    let chosen = |bit| bits == 0 || bits & bit != 0;
    let uses: BTreeSet<KeyUse> = [(KeyUse::DigitalSignature, SIGNING), (KeyUse::KeyEncipherment, ENCRYPTION)]
        .into_iter()
        .filter(|row| chosen(row.1))
        .map(|row| row.0)
        .collect();
    let known = bits & !(SIGNING | ENCRYPTION) == 0;
    let uses = KeyUses::try_from(uses).ok().filter(|_| known);
    uses.ok_or_else(|| Unreadable::new("Key Usage", "none of 0, 1, 4, 5"))
}

fn read_fingerprint(content: &Dict) -> Result<Option<Thumbprint>, Unreadable> {
    let wrong = || Unreadable::new("CAFingerprint", "not 20 or 32 octets of data");
    match content.get("CAFingerprint") {
        None => Ok(None),
        Some(Value::Data(octets)) => {
            let digits = hexadecimal(octets);
            Thumbprint::parse(&digits).map(Some).map_err(|_| wrong())
        }
        Some(_) => Err(wrong()),
    }
}
