//! Keys, names and profiles: M20 to M23, M35.

use super::super::running::{Running, believe};
use super::lab::{Lab, plan, told};
use super::letter::Letter;
use super::settings;
use super::verdict::{Verdict, ensure, granted, refusal, refused, trouble};
use crate::config::{Disk, Sources};
use pki::algorithm::{ContentCipher, Digest};
use pki::key::KeyKind;
use scep::FailInfo;
use scep::client::Habits;
use simulator::fleet::{DeviceKey, Outcome};

pub(super) async fn m20(lab: &Lab) -> Verdict {
    let ca = &lab.main.authority.issuing.certificate;
    for digest in [Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        let mut letter = Letter::new("sha-2", lab.key()?);
        letter.habits = Habits { digest, ..Habits::default() };
        let certificate = granted(lab.post(&lab.main, "plain", letter).await?)?;
        ensure!(certificate.verify_signed_by(ca.key()).is_ok(), "{digest:?}: the CA did not sign it");
        let bits = match certificate.key().kind() {
            KeyKind::Rsa { modulus, .. } => modulus.len() * 8,
            _ => 0,
        };
        ensure!(bits == 2_048, "{digest:?}: the key has {bits} bits");
    }
    let mut old = Letter::new("3des", lab.key()?);
    old.habits = Habits { cipher: ContentCipher::TripleDesCbc, ..Habits::default() };
    let outcome = lab.post(&lab.main, "plain", old).await?;
    let bad = matches!(outcome, Outcome::Refused { fail_info: FailInfo::BadAlg, .. });
    ensure!(bad, "control: 3DES ended with {}", outcome.sentence());
    Ok("RSA-2048 with SHA-256, SHA-384 and SHA-512; 3DES is badAlg".into())
}

pub(super) async fn m21(lab: &Lab) -> Verdict {
    let large = tokio::task::spawn_blocking(|| DeviceKey::generate(4_096)).await.map_err(trouble)?;
    for (bits, key) in [(2_048, lab.key()?), (4_096, large.map_err(trouble)?)] {
        granted(lab.post(&lab.main, "plain", Letter::new(&format!("rsa-{bits}"), key)).await?)?;
    }
    let challenge = lab.challenge(&lab.main, "plain", None).await?;
    let plan = simulator::fleet::RequestPlan { challenge: Some(challenge), ..plan("rsa-1024") };
    let device = lab.device(simulator::tenant::Platform::Windows);
    let weak = lab.attempt(&lab.main, "plain", (&device, &plan, &DeviceKey::weak())).await?;
    refused(&weak, "CHY-2102")?;
    let Outcome::Refused { transaction, .. } = &weak else { return Err("not refused".into()) };
    let why = lab.refusals.of(transaction.as_str()).ok_or("the server did not say why")?;
    ensure!(why.cause.contains("1024"), "the reason is {:?}", why.cause);
    Ok(format!("2048 and 4096 bits; 1024: {}", why.cause))
}

pub(super) async fn m22(lab: &Lab) -> Verdict {
    for length in [64, 65, 200] {
        let name = "n".repeat(length);
        let lax = lab.enrol(&lab.main, "long-names", plan(&name)).await?;
        let certificate = granted(lax)?;
        ensure!(certificate.subject().common_name() == Some(name.clone()), "{length}: another name");
        let strict = lab.enrol(&lab.main, "plain", plan(&name)).await?;
        match length {
            64 => drop(granted(strict)?),
            _ => {
                let code = refusal(&strict)?;
                ensure!(code.starts_with("CHY-22"), "{length}: {code}");
            }
        }
    }
    Ok("64 characters always, 65 and 200 only where enforce_dn_length is off".into())
}

pub(super) async fn m23(lab: &Lab) -> Verdict {
    let directory = lab.scratch.path().join("m23");
    let shown = |name: &str| settings::small("", &format!("display_name = \"{name}\""));
    for name in ["Laptops", "Notebooks"] {
        let server = Running::start(&directory, &shown(name)).await.map_err(|failure| told(&failure))?;
        granted(lab.enrol(&server, "plain", plan("renamed")).await?)?;
        server.stop().await;
    }
    let wrong = shown("Laptops").replace("profile = \"plain\"", "profile = \"Laptops\"");
    let Err(failure) = believe(&directory, &wrong) else {
        return Err("a reference by display name is believed".into());
    };
    let fix: String = failure.complaints.iter().map(|one| one.fix.as_str()).collect();
    ensure!(fix.contains("\"plain\""), "the fix does not name the profile: {fix}");
    Ok(format!("a new display name changes nothing; a reference by it is refused: {fix}"))
}

/// The ten attributes of a template, and a value of each that is not the default.
const TEN: [(&str, &str); 10] = [
    ("certificate_type", "\"user\""),
    ("subject_required", "[\"CN\", \"O\"]"),
    ("san_allowed", "[\"upn\"]"),
    ("validity_days", "90"),
    ("key_storage", "\"tpm\""),
    ("key_usage", "[\"digitalSignature\"]"),
    ("rsa_sizes", "[3072]"),
    ("hash", "\"sha384\""),
    ("authority", "\"default\""),
    ("extended_key_usage", "[\"clientAuth\", \"emailProtection\"]"),
];

pub(super) async fn m35(lab: &Lab) -> Verdict {
    let place = lab.scratch.path().join("m35");
    let more: String = TEN.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    believe(&place, &settings::small("", &more)).map_err(|failure| told(&failure))?;
    let sources = Sources { file: Some(place.join("chancery.toml")), local: true, ..Sources::default() };
    let effective = sources.load(&Disk).map_err(|_| "the file does not load")?.effective();
    for (key, value) in TEN {
        let found = effective.iter().find(|one| one.key.ends_with(&format!("profile.0.{key}")));
        let found = found.or_else(|| effective.iter().find(|one| one.key.ends_with(&format!(".{key}"))));
        let seen = found.map(|one| one.value.replace(' ', ""));
        ensure!(seen == Some(value.replace(' ', "")), "{key} = {value} came back as {seen:?}");
    }
    let unknown = believe(&place, &settings::small("", "key_strage = \"tpm\""));
    let Err(failure) = unknown else { return Err("control: an unknown attribute is believed".into()) };
    ensure!(told(&failure).contains("CHY-6003"), "control: {}", told(&failure));
    Ok("ten attributes come back as written; a misspelt one is refused".into())
}
