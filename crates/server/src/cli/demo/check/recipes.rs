//! Presets, and what the linter makes of keys and renewal: M142, M168, M177 to M179.

use super::super::running::Running;
use super::fleet::{Scene, everybody};
use super::lab::{Lab, plan, told};
use super::settings;
use super::verdict::{Verdict, ensure, granted, refusal, refused, trouble};
use mdm::device::{BadFirmware, NoKey, Tpm};
use mdm::lint::{Surroundings, lint, mend};
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{
    HashAlgorithm, KeySize, KeyStorageProvider, KeyUses, Profile, Purpose, RootCertificate, ScepUrl,
    SubjectName, Validity,
};
use pki::certificate::Certificate;
use simulator::evaluation::State;
use simulator::fleet::{Outcome, RequestPlan};
use simulator::tenant::{MintOptions, San, SanKind};
use std::num::NonZeroU16;

const WINDOWS: &str = "10.0.26100";
const LINKED: &str = "\
[[policy]]\nname = \"users\"\nallow = true\nwhen.upn = [\"*@contoso.example\"]\n\
[[policy]]\nname = \"linked\"\nrefuse = \"The certificate of a user has a UPN.\"\n";

/// The preset's profile, for everybody, at the lab's server.
pub(super) fn here(lab: &Lab, preset: Preset, platform: Platform) -> Result<Profile, String> {
    let urls = vec![ScepUrl::parse(&lab.main.url("intune")).map_err(trouble)?];
    Ok(Profile { urls, assignments: everybody(), ..made(preset, platform)? })
}

/// The preset's profile, as an administrator has it.
pub(super) fn made(preset: Preset, platform: Platform) -> Result<Profile, String> {
    let urls = vec![ScepUrl::parse("https://scep.contoso.example/scep/wifi").map_err(trouble)?];
    let roots = vec![RootCertificate { name: "Contoso root".to_owned(), thumbprints: Vec::new() }];
    let profile = preset.profile(platform, &Authority { urls, roots });
    profile.ok_or_else(|| format!("there is no such preset for {platform}"))
}

/// What the linter finds where nothing else is known.
pub(super) fn codes(profile: &Profile) -> Vec<&'static str> {
    lint(profile, &Surroundings::default()).iter().map(|found| found.rule.code).collect()
}

/// The names, in words.
pub(super) fn names(certificate: &Certificate) -> Result<Vec<String>, String> {
    Ok(certificate.san().map_err(trouble)?.0.iter().map(ToString::to_string).collect())
}

pub(super) async fn m142(_: &Lab) -> Verdict {
    let with = |tpm: &Tpm, provider| -> Result<bool, String> {
        let profile =
            Profile { key_storage_provider: Some(provider), ..made(Preset::ScepmanUser, Platform::Windows)? };
        let known = Surroundings { tpms: vec![tpm.clone()], ..Surroundings::default() };
        Ok(lint(&profile, &known).iter().any(|found| found.rule.code == "PRF-516"))
    };
    let list = BadFirmware::default();
    let mut count = 0;
    for bad in list.iter() {
        let later = Tpm { firmware: format!("{}.9", bad.firmware), ..bad.clone() };
        ensure!(with(bad, KeyStorageProvider::TpmElseFail)?, "{bad} is not found");
        ensure!(!with(bad, KeyStorageProvider::Software)?, "{bad} is found for a key in software");
        ensure!(!with(&later, KeyStorageProvider::TpmElseFail)?, "{later} is found");
        count += 1;
    }
    ensure!(count == 7, "the list has {count} entries");
    Ok(format!(
        "each of {count} bad versions of TPM firmware is found (PRF-516); later ones, and keys in software, are not"
    ))
}

pub(super) async fn m168(_: &Lab) -> Verdict {
    let of = |days: u16| -> Result<Profile, String> {
        let validity = Validity::Days(NonZeroU16::new(days).ok_or("zero")?);
        Ok(Profile { validity, ..made(Preset::WifiDevice, Platform::Windows)? })
    };
    let (short, long) = (of(149)?, of(150)?);
    ensure!(codes(&short).contains(&"PRF-613"), "a window of 29 days is not found");
    ensure!(!codes(&long).contains(&"PRF-613"), "a window of 30 days is found");
    let mended = mend(&short, &Surroundings::default());
    ensure!(!codes(&mended).contains(&"PRF-613"), "the mend does not help");
    let percent = mended.renewal_threshold.percent();
    Ok(format!(
        "20 % of 149 days, 29 days, is warned about (PRF-613) and mended to {percent} %; 30 days are not"
    ))
}

pub(super) async fn m177(lab: &Lab) -> Verdict {
    let profile = here(lab, Preset::ScepmanDevice, Platform::Windows)?;
    let fields = [
        ("subject", profile.subject.text() == Some("CN={{AAD_Device_ID}}")),
        (
            "names",
            profile
                .alternative_names
                .iter()
                .map(|one| one.value.as_str())
                .eq(["IntuneDeviceId://{{DeviceId}}"]),
        ),
        ("validity", profile.validity.to_string() == "1 year"),
        ("provider", profile.key_storage_provider == Some(KeyStorageProvider::TpmElseFail)),
        ("usage", profile.key_usage == KeyUses::both()),
        ("key", profile.key_size == KeySize::Bits2048),
        ("hash", profile.hash_algorithms == [HashAlgorithm::Sha2]),
        ("purposes", profile.extended_key_usages == [Purpose::ClientAuthentication]),
        ("threshold", profile.renewal_threshold.percent() == 20),
    ];
    let other = fields.iter().find(|(_, same)| !same).map(|(name, _)| *name);
    ensure!(other.is_none(), "another {}", other.unwrap_or_default());
    let mut laptop = Scene::new(lab, profile, WINDOWS)?;
    let state = laptop.state(laptop.now())?;
    ensure!(state == State::NoKey(NoKey::NoTpm), "without a TPM: {state}");
    laptop.device.hardware.tpm = true;
    let certificate = laptop.enrol().await?;
    let (subject, names) = (certificate.subject().to_string(), names(&certificate)?);
    let entra = laptop.device.facts.device.entra_id.clone().unwrap_or_default();
    let uri = format!("IntuneDeviceId://{}", laptop.device.id);
    ensure!(subject == format!("CN={entra}"), "the subject is {subject}");
    ensure!(names.iter().any(|name| name.contains(&uri)), "the names are {names:?}");
    Ok(format!("nine fields are as recommended; with a TPM {subject} and its URI, without: {state}"))
}

pub(super) async fn m178(lab: &Lab) -> Verdict {
    let mut seen = Vec::new();
    for subject in [None, Some("CN={{EmailAddress}},OU=Staff")] {
        let mut profile = here(lab, Preset::ScepmanUser, Platform::Windows)?;
        ensure!(profile.subject.text() == Some("CN={{UserName}},E={{EmailAddress}}"), "another subject");
        if let Some(text) = subject {
            profile.subject = SubjectName::Custom(text.to_owned());
        }
        let mut laptop = Scene::new(lab, profile, WINDOWS)?;
        laptop.device.hardware.tpm = true;
        let certificate = laptop.enrol().await?;
        seen.push((certificate.subject().to_string(), names(&certificate)?));
    }
    let linked = seen.iter().all(|(_, names)| names.iter().any(|one| one == "UPN:ada@contoso.example"));
    ensure!(linked, "not linked by the UPN: {seen:?}");
    let subjects: Vec<&str> = seen.iter().map(|(subject, _)| subject.as_str()).collect();
    ensure!(subjects.first() != subjects.last(), "the subject did not change");
    Ok(format!("{}: both with Ada's UPN, which links them to her", subjects.join(" and ")))
}

/// What the server says of a user's request with and without the UPN where Intune is asked.
async fn through_intune(lab: &Lab) -> Result<String, String> {
    let profile =
        simulator::tenant::Profile::new("CN={{UserName}}").with_san(SanKind::Upn, "{{UserPrincipalName}}");
    let delivery = lab.deliver(simulator::tenant::Platform::Windows, profile, &MintOptions::default())?;
    let honest = RequestPlan::honest(&delivery);
    let without = RequestPlan { sans: Vec::new(), ..honest.clone() };
    let code = refusal(&lab.intune(&delivery, &without).await?)?;
    granted(lab.intune(&delivery, &honest).await?)?;
    Ok(code)
}

pub(super) async fn m179(lab: &Lab) -> Verdict {
    let code = through_intune(lab).await?;
    let place = lab.scratch.path().join("m179");
    let text = format!("{}{LINKED}", settings::small("", ""));
    let server = Running::start(&place, &text).await.map_err(|failure| told(&failure))?;
    let upn = vec![San::new(SanKind::Upn, "ada@contoso.example")];
    granted(lab.enrol(&server, "plain", RequestPlan { sans: upn, ..plan("ada") }).await?)?;
    let outcome = lab.enrol(&server, "plain", plan("ada")).await?;
    refused(&outcome, "CHY-2601")?;
    let Outcome::Refused { transaction, .. } = &outcome else { return Err("not refused".into()) };
    let why = lab.refusals.of(transaction.as_str()).ok_or("the server did not say why")?.cause;
    server.stop().await;
    ensure!(why.contains("linked"), "the reason is {why}");
    let mut profile = made(Preset::ScepmanUser, Platform::Windows)?;
    ensure!(!codes(&profile).contains(&"PRF-421"), "control: the preset has no UPN");
    profile.alternative_names.clear();
    ensure!(codes(&profile).contains(&"PRF-421"), "the linter does not miss the UPN");
    Ok(format!(
        "without its UPN a user's request is {code} through Intune, CHY-2601 by a rule; the linter says PRF-421"
    ))
}
