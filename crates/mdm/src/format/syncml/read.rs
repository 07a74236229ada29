//! SyncML of others, into a profile.

use super::TREE;
use super::node::{self, PROTECTIONS, SANS, USES};
use crate::format::xml::{self, Element};
use crate::format::{Unreadable, suggested_name};
use crate::platform::Platform;
use crate::profile::{
    AlternativeName, CertificateType, HashAlgorithm, KeySize, KeyStorageProvider, KeyUse, KeyUses, Profile,
    Purpose, PurposeOid, RenewalThreshold, RootCertificate, ScepUrl, SubjectName, Thumbprint, Validity,
};
use core::num::NonZeroU16;
use std::collections::{BTreeMap, BTreeSet};

/// Nodes that say something about one device's enrolment and nothing about the profile.
const OF_THE_ENROLMENT: [&str; 7] = [
    "Challenge",
    "RetryCount",
    "RetryDelay",
    "ContainerName",
    "TemplateName",
    "CustomTextToShowInPrompt",
    "AADKeyIdentifierList",
];

/// What SyncML installs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The certificate's name in the tree.
    pub unique_id: String,
    /// The profile. Its name is made of the unique id; the renewal threshold, which no node has, is 20 per cent.
    pub profile: Profile,
}

/// Reads the commands that install one certificate. The challenge is left where it is.
///
/// # Errors
/// The node that cannot be read, or is not known; no `Enroll`; more than one certificate.
pub fn read(document: &[u8]) -> Result<Installed, Unreadable> {
    let whole = xml::read(document)?;
    let mut commands = Commands::default();
    commands.gather(&whole)?;
    let (certificate_type, unique_id) =
        commands.of.clone().ok_or_else(|| Unreadable::new("", "no SCEP node"))?;
    if !commands.enrols {
        return Err(Unreadable::new("Enroll", "no command carries it out"));
    }
    let name = suggested_name(&unique_id)
        .ok_or_else(|| Unreadable::new(&unique_id, "no letter or digit to make a name of"))?;
    let validity = commands.validity()?;
    let mut profile = Profile::new(name, Platform::Windows, validity, RenewalThreshold::USUAL);
    profile.certificate_type = certificate_type;
    commands.fill(&mut profile)?;
    match commands.settings.keys().find(|name| !OF_THE_ENROLMENT.contains(&name.as_str())) {
        Some(unknown) => Err(Unreadable::new(unknown, "not known")),
        None => Ok(Installed { unique_id, profile }),
    }
}

/// The settings by their node, and whose they are.
#[derive(Default)]
struct Commands {
    of: Option<(CertificateType, String)>,
    settings: BTreeMap<String, String>,
    enrols: bool,
}

impl Commands {
    fn gather(&mut self, element: &Element) -> Result<(), Unreadable> {
        for child in &element.children {
            match child.name.as_str() {
                "Add" | "Replace" | "Exec" => {
                    child.children.iter().try_for_each(|item| self.item(child, item))?
                }
                _ => self.gather(child)?,
            }
        }
        Ok(())
    }

    fn item(&mut self, command: &Element, item: &Element) -> Result<(), Unreadable> {
        let Some(place) = item.child("Target").and_then(|target| target.child("LocURI")) else {
            return Ok(());
        };
        let Some((scope, rest)) = place.text.trim().split_once(TREE) else { return Ok(()) };
        let certificate_type = match scope {
            "./User" => CertificateType::User,
            "./Device" | "." => CertificateType::Device,
            _ => return Err(Unreadable::new(&place.text, "in no tree that is known")),
        };
        let mut steps = rest.trim_end_matches('/').splitn(3, '/');
        let of = (certificate_type, steps.next().unwrap_or_default().to_owned());
        if *self.of.get_or_insert_with(|| of.clone()) != of {
            return Err(Unreadable::new(&place.text, "another certificate than before"));
        }
        match (command.name.as_str(), steps.next(), steps.next()) {
            (_, None, _) | (_, Some("Install"), None) => Ok(()),
            ("Exec", Some("Install"), Some("Enroll")) => {
                self.enrols = true;
                Ok(())
            }
            ("Add" | "Replace", Some("Install"), Some(name)) => self.setting(name, item),
            _ => Err(Unreadable::new(&place.text, "not known")),
        }
    }

    fn setting(&mut self, name: &str, item: &Element) -> Result<(), Unreadable> {
        let data = item.child("Data").map(|data| data.text.clone()).unwrap_or_default();
        match self.settings.insert(name.to_owned(), data) {
            Some(_) => Err(Unreadable::new(name, "set twice")),
            None => Ok(()),
        }
    }

    fn whole(&mut self, name: &str) -> Result<Option<u32>, Unreadable> {
        let wrong = |_| Unreadable::new(name, "not a number");
        self.settings.remove(name).map(|text| text.trim().parse().map_err(wrong)).transpose()
    }

    /// The entries of a list.
    fn list(&mut self, name: &str, between: char) -> Vec<String> {
        let text = self.settings.remove(name).unwrap_or_default();
        text.split(between).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    }

    fn validity(&mut self) -> Result<Validity, Unreadable> {
        let count = self.whole("ValidPeriodUnits")?.and_then(|count| u16::try_from(count).ok());
        let none = || Unreadable::new("ValidPeriodUnits", "not set, zero, or too many");
        let count = count.and_then(NonZeroU16::new).ok_or_else(none)?;
        match self.settings.remove("ValidPeriod").as_deref().unwrap_or("Days") {
            "Days" => Ok(Validity::Days(count)),
            "Months" => Ok(Validity::Months(count)),
            "Years" => Ok(Validity::Years(count)),
            _ => Err(Unreadable::new("ValidPeriod", "none of Days, Months, Years")),
        }
    }

    fn fill(&mut self, profile: &mut Profile) -> Result<(), Unreadable> {
        let subject = self.settings.remove("SubjectName");
        profile.subject =
            SubjectName::Custom(subject.ok_or_else(|| Unreadable::new("SubjectName", "not set"))?);
        let url = |text: String| ScepUrl::parse(&text);
        let urls = self.list("ServerURL", ';').into_iter().map(url).collect::<Result<_, _>>();
        profile.urls =
            urls.map_err(|wrong| Unreadable::new("ServerURL", format!("must be {}", wrong.rule)))?;
        profile.key_usage = self.key_usage()?;
        profile.key_size = self.key_size()?;
        profile.key_storage_provider = self.provider()?;
        let names = self.list("SubjectAlternativeNames", ';');
        profile.alternative_names = names.iter().map(|entry| name(entry)).collect::<Result<_, _>>()?;
        profile.extended_key_usages =
            self.list("EKUMapping", '+').iter().map(|oid| purpose(oid)).collect::<Result<_, _>>()?;
        let hashes: BTreeSet<HashAlgorithm> =
            self.list("HashAlgorithm", '+').iter().map(|word| hash(word)).collect::<Result<_, _>>()?;
        profile.hash_algorithms = hashes.into_iter().collect();
        profile.root_certificates = self.root()?.into_iter().collect();
        Ok(())
    }

    fn key_usage(&mut self) -> Result<KeyUses, Unreadable> {
        let bits = self.whole("KeyUsage")?.unwrap_or_default();
        let uses: BTreeSet<KeyUse> = USES.iter().filter(|row| bits & row.1 != 0).map(|row| row.0).collect();
        let uses = KeyUses::try_from(uses).ok().filter(|uses| node::usage_bits(uses) == bits);
        uses.ok_or_else(|| Unreadable::new("KeyUsage", "none of 32, 128, 160"))
    }

    fn key_size(&mut self) -> Result<KeySize, Unreadable> {
        let size = self.whole("KeyLength")?.and_then(|bits| KeySize::try_from(bits).ok());
        size.ok_or_else(|| Unreadable::new("KeyLength", "none of 1024, 2048, 4096"))
    }

    fn provider(&mut self) -> Result<Option<KeyStorageProvider>, Unreadable> {
        let Some(number) = self.whole("KeyProtection")? else { return Ok(None) };
        let found = PROTECTIONS.iter().find(|row| row.1 == number).map(|row| Some(row.0));
        found.ok_or_else(|| Unreadable::new("KeyProtection", "none of 1 to 4"))
    }

    fn root(&mut self) -> Result<Option<RootCertificate>, Unreadable> {
        let Some(text) = self.settings.remove("CAThumbprint") else { return Ok(None) };
        let thumbprint = Thumbprint::parse(text.trim()).ok().filter(Thumbprint::is_sha1);
        let thumbprint =
            thumbprint.ok_or_else(|| Unreadable::new("CAThumbprint", "not SHA-1 in hexadecimal"))?;
        Ok(Some(RootCertificate { name: format!("CA {thumbprint}"), thumbprints: vec![thumbprint] }))
    }
}

fn name(entry: &str) -> Result<AlternativeName, Unreadable> {
    let parts = entry.split_once('+');
    let kind = |number: &str| SANS.iter().find(|row| row.1.to_string() == number).map(|row| row.0);
    let found = parts.and_then(|(number, value)| Some((kind(number)?, value)));
    let wrong = || Unreadable::new("SubjectAlternativeNames", "none of 2+, 3+, 7+, 11+ and a value");
    let (kind, value) = found.ok_or_else(wrong)?;
    Ok(AlternativeName { kind, value: value.to_owned() })
}

/// By its identifier alone: there is no name in SyncML.
fn purpose(text: &str) -> Result<Purpose, Unreadable> {
    let oid = PurposeOid::parse(text).map_err(|wrong| Unreadable::new("EKUMapping", wrong.rule))?;
    let known = Purpose::KNOWN.iter().find(|known| known.oid() == oid.oid());
    Ok(known.cloned().unwrap_or_else(|| Purpose::Custom { name: oid.to_string(), oid }))
}

fn hash(word: &str) -> Result<HashAlgorithm, Unreadable> {
    let found = HashAlgorithm::ALL.into_iter().find(|one| node::hash_word(*one) == word);
    found.ok_or_else(|| Unreadable::new("HashAlgorithm", "none of SHA-1, SHA-2"))
}
