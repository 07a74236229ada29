//! Certificates that sign mail: M167, M180 to M183.

use super::lab::Lab;
use super::letter::Letter;
use super::recipes::{codes, made, names};
use super::validity::{days, days_wanted};
use super::verdict::{Verdict, ensure, granted, trouble};
use crate::cli::profile::sound;
use mdm::format::{graph, mail};
use mdm::lint::{Surroundings, mend};
use mdm::platform::Platform;
use mdm::preset::Preset;
use mdm::profile::{KeyUse, KeyUses, Profile, RenewalThreshold};
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::Certificate;
use pki::extension::{ExtendedKeyUsage, Extension, KeyUsage};
use pki::general_name::{GeneralName, SubjectAltName};
use simulator::fleet::DeviceKey;
use std::path::Path;
use std::process::Command;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/intune.md"));

fn signing() -> Result<Profile, String> {
    made(Preset::SmimeSigning, Platform::Windows)
}

pub(super) async fn m167(_: &Lab) -> Verdict {
    let at = |percent| -> Result<bool, String> {
        let renewal_threshold = RenewalThreshold::try_from(percent).map_err(trouble)?;
        Ok(codes(&Profile { renewal_threshold, ..signing()? }).contains(&"PRF-615"))
    };
    ensure!(at(49)? && !at(50)?, "49 and 50 % of a year: {} {}", at(49)?, at(50)?);
    let wifi = made(Preset::WifiUser, Platform::Windows)?;
    ensure!(!codes(&wifi).contains(&"PRF-615"), "control: 20 % without mail is found");
    let window = signing()?.renewal_threshold.window(365);
    Ok(format!(
        "for mail 49 % of a year is warned about (PRF-615), 50 % is not; the preset renews {window} days before"
    ))
}

/// Asks for what the preset means, for Ada.
async fn enrolled(lab: &Lab) -> Result<(Certificate, DeviceKey), String> {
    let key = lab.key()?;
    let mut letter = Letter::new("Ada", key.clone());
    let of_ada = "ada@contoso.example".to_owned();
    let names = SubjectAltName(vec![GeneralName::Upn(of_ada.clone()), GeneralName::Email(of_ada)]);
    letter.extensions = vec![
        Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE),
        Extension::extended_key_usage(&ExtendedKeyUsage(vec![pki::oid::EMAIL_PROTECTION])),
        Extension::subject_alt_name(&names, false),
    ];
    letter.attributes = days_wanted(365);
    Ok((granted(lab.post(&lab.main, "smime-open", letter).await?)?, key))
}

/// Whether OpenSSL signs a mail and takes it for signed, and not when a word of it is another; none without OpenSSL.
fn by_openssl(lab: &Lab, certificate: &Certificate, key: &DeviceKey) -> Result<Option<(bool, bool)>, String> {
    let DeviceKey::Strong(strong) = key else { return Err("the key is weak".into()) };
    let place = lab.scratch.path().join("m180");
    let authority = &lab.main.authority;
    let pem = |label: &str, der: &[u8]| pki::pem::encode(label, der);
    let write = |name: &str, text: &str| std::fs::write(place.join(name), text).map_err(trouble);
    std::fs::create_dir_all(&place).map_err(trouble)?;
    write("ada.pem", &pem("CERTIFICATE", certificate.der()))?;
    write("ada.key", &pem("PRIVATE KEY", strong.pkcs8()))?;
    write("issuing.pem", &pem("CERTIFICATE", authority.issuing.certificate.der()))?;
    write("root.pem", &pem("CERTIFICATE", authority.root.der()))?;
    write("mail.txt", "Meet at nine.\n")?;
    let Some(signed) = openssl(
        &place,
        "smime -sign -in mail.txt -signer ada.pem -inkey ada.key -certfile issuing.pem -out mail.eml",
    ) else {
        return Ok(None);
    };
    ensure!(signed, "OpenSSL does not sign with it");
    let verify = "smime -verify -purpose smimesign -CAfile root.pem -out read.txt -in";
    let good = openssl(&place, &format!("{verify} mail.eml")).unwrap_or(false);
    let text = std::fs::read_to_string(place.join("mail.eml")).map_err(trouble)?;
    write("forged.eml", &text.replace("nine", "five"))?;
    Ok(Some((good, openssl(&place, &format!("{verify} forged.eml")).unwrap_or(false))))
}

/// Whether it succeeds; `None` if there is no such program.
fn openssl(place: &Path, words: &str) -> Option<bool> {
    let done = Command::new("openssl").args(words.split(' ')).current_dir(place).output();
    done.ok().map(|output| output.status.success())
}

pub(super) async fn m180(lab: &Lab) -> Verdict {
    let preset = signing()?;
    let kinds: Vec<_> = preset.alternative_names.iter().map(|one| one.value.as_str()).collect();
    ensure!(kinds == ["{{UserPrincipalName}}", "{{EmailAddress}}"], "the preset's names are {kinds:?}");
    let (certificate, key) = enrolled(lab).await?;
    let usage = certificate.key_usage().map_err(trouble)?.ok_or("no key usage")?;
    ensure!(usage == KeyUsage::DIGITAL_SIGNATURE && preset.key_usage.bits() == usage, "another key usage");
    let purposes = certificate.extended_key_usage().map_err(trouble)?.ok_or("no purposes")?;
    ensure!(purposes.0 == [pki::oid::EMAIL_PROTECTION], "purposes {:?}", purposes.0);
    let named = names(&certificate)?;
    ensure!(named.len() == 2 && days(&certificate) == 365, "{named:?}, {} days", days(&certificate));
    let signature = key.sign(Digest::Sha256, b"Meet at nine.").map_err(trouble)?;
    let holds = |text: &[u8]| {
        certificate.key().verify(SignatureAlgorithm::RsaPkcs1(Digest::Sha256), text, &signature).is_ok()
    };
    ensure!(holds(b"Meet at nine.") && !holds(b"Meet at five."), "the key does not sign");
    let judged = match by_openssl(lab, &certificate, &key)? {
        Some((true, false)) => "OpenSSL signs a mail with it, believes it, and not a forged one",
        Some(other) => return Err(format!("OpenSSL of the mail and of a forged one: {other:?}")),
        None => "its key signs (there is no OpenSSL to sign a mail)",
    };
    Ok(format!("{}, digitalSignature and Secure Email alone; {judged}", named.join(" and ")))
}

pub(super) async fn m181(_: &Lab) -> Verdict {
    let preset = signing()?;
    sound(&preset).map_err(|refused| format!("control: {:?}", refused.complaints))?;
    let encrypts = Profile { key_usage: KeyUses::both(), ..preset };
    let refused = sound(&encrypts).err().ok_or("it is exported without a word")?;
    let told = refused.complaints.iter().any(|one| one.sentence.contains("PRF-811"));
    ensure!(told, "refused for another reason: {:?}", refused.complaints);
    graph::write(&encrypts, None).map_err(|why| format!("it cannot be written though asked for: {why}"))?;
    let mended = mend(&encrypts, &Surroundings::default());
    ensure!(!mended.key_usage.contains(KeyUse::KeyEncipherment), "the mend leaves key encipherment");
    Ok("Secure Email with key encipherment is not exported (PRF-811) unless --force acknowledges it; --fix leaves the signature".into())
}

pub(super) async fn m182(_: &Lab) -> Verdict {
    let script = mail::outlook(&signing()?).map_err(trouble)?;
    for part in ["1.3.6.1.5.5.7.3.4", "'AlwaysSign' -Value 1", "Outlook\\Security"] {
        ensure!(script.contains(part), "the script lacks {part}");
    }
    let wifi = made(Preset::WifiUser, Platform::Windows)?;
    let refused = mail::outlook(&wifi).err().ok_or("a script for certificates that sign no mail")?;
    ensure!(PAGE.contains("--format outlook"), "the page does not tell of the script");
    Ok(format!(
        "a script sets Outlook up to sign, once the certificate is there; for a Wi-Fi profile: {refused}"
    ))
}

pub(super) async fn m183(_: &Lab) -> Verdict {
    let line = "Set-SmimeConfig -OWAAllowUserChoiceOfSigningCertificate $true";
    ensure!(mail::OUTLOOK_ON_THE_WEB == line, "the line is {}", mail::OUTLOOK_ON_THE_WEB);
    let blocks: Vec<&str> = PAGE.split("```").skip(1).step_by(2).collect();
    let found = blocks.iter().any(|block| *block == format!("powershell\n{line}\n"));
    ensure!(found, "the page has no such line to copy");
    Ok(format!("the page has the line to copy: {line}"))
}
