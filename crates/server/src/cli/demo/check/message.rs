//! The SCEP message: M49 to M52.

use super::lab::{Lab, plan};
use super::letter::Letter;
use super::verdict::{Verdict, ensure, granted, trouble};
use pki::Oid;
use pki::algorithm::Digest;
use pki::attribute::Attribute;
use pki::certificate::Certificate;
use pki::cms::signed::SignedData;
use pki::name::Name;
use scep::FailInfo;
use simulator::fleet::{Outcome, RequestPlan, Target, style};
use simulator::identity::self_signed;
use simulator::keys::RsaKey;
use simulator::tenant::{MintOptions, Platform, Profile};

type Meaning = (Vec<u8>, Vec<Vec<u8>>, Vec<Vec<u8>>, Vec<Oid>, Vec<u8>, bool);

/// Everything that a signed message says: content, certificates, and of its signer attributes, algorithms, signature
/// and name. Versions, absent parameters and the letter case of names say nothing.
fn meaning(message: &[u8]) -> Option<Meaning> {
    let signed = SignedData::parse(message).ok()?;
    let [signer] = signed.signers.as_slice() else { return None };
    let certificate = Certificate::parse(signed.certificates.first()?).ok()?;
    let attributes = signer.attributes.as_ref()?.all().iter().map(Attribute::to_der).collect();
    let named = signer.sid.means(&certificate);
    let mut algorithms: Vec<Oid> = signed.digest_algorithms.iter().map(|one| one.oid).collect();
    algorithms.extend([signer.digest.oid, signer.signature_algorithm.oid]);
    let signature = signer.signature.clone();
    Some((signed.content?, signed.certificates, attributes, algorithms, signature, named))
}

fn holds(message: &[u8], text: &str) -> bool {
    message.windows(text.len().max(1)).any(|window| window == text.as_bytes())
}

pub(super) async fn m49(lab: &Lab) -> Verdict {
    let to = lab.introduction(&lab.main, "plain").await?;
    let now = lab.tenant.clock.now();
    let key = RsaKey::generate(2_048).map_err(trouble)?;
    let name = Name::from_pairs(&[(pki::oid::CN, "Somebody else")]);
    let der = self_signed(&key, name, &[7], now).map_err(trouble)?;
    let stranger = Certificate::parse(&der).map_err(trouble)?;
    let mut letter = Letter::new("envelope-subject", lab.key()?);
    let challenge = lab.challenge(&lab.main, "plain", None).await?;
    letter.challenge = Some(challenge.clone());
    let url = lab.main.url("plain");
    let wrong = letter.seal(&stranger, now)?;
    let (_, body) = lab.send(&url, wrong.message.clone()).await?;
    let outcome = wrong.read(&body, &to, &letter.key)?;
    let check = matches!(outcome, Outcome::Refused { fail_info: FailInfo::BadMessageCheck, .. });
    ensure!(check, "to another recipient: {}", outcome.sentence());
    let right = letter.seal(to.certificates.recipient().ok_or("no recipient")?, now)?;
    ensure!(!holds(&right.message, &challenge), "the challenge can be read on the wire");
    // The signer's certificate carries the subject; the request's attributes must not be there a second time.
    let csr_mark = pki::oid::CHALLENGE_PASSWORD.as_bytes().to_vec();
    let open = right.message.windows(csr_mark.len()).any(|window| window == csr_mark);
    ensure!(!open, "the request can be read on the wire");
    let (_, body) = lab.send(&url, right.message.clone()).await?;
    granted(right.read(&body, &to, &letter.key)?)?;
    Ok("to another recipient badMessageCheck; no request and no challenge in the clear; to the RA it enrols"
        .into())
}

pub(super) async fn m50(lab: &Lab) -> Verdict {
    let to = lab.introduction(&lab.main, "plain").await?;
    let recipient = to.certificates.recipient().ok_or("no recipient")?;
    let mut letter = Letter::new("flipped", lab.key()?);
    letter.challenge = Some(lab.challenge(&lab.main, "plain", None).await?);
    let sealed = letter.seal(recipient, lab.tenant.clock.now())?;
    let (url, before) = (lab.main.url("plain"), lab.reserved(&lab.main).await?);
    let said = meaning(&sealed.message).ok_or("our own message does not parse")?;
    let (mut flips, mut idle) = (0, 0);
    for at in 0..sealed.message.len() {
        let mut message = sealed.message.clone();
        message.iter_mut().skip(at).take(1).for_each(|octet| *octet ^= 1 << (at % 8));
        if meaning(&message).as_ref() == Some(&said) {
            idle += 1;
            continue;
        }
        let (status, _) = lab.send(&url, message).await?;
        ensure!(status < 500, "a flip at octet {at} answers {status}");
        let after = lab.reserved(&lab.main).await?;
        ensure!(after == before, "a flip at octet {at} was issued to");
        flips += 1;
    }
    ensure!(idle <= 16, "{idle} octets carry no meaning");
    let panicked = lab.refusals.recent().iter().any(|told| told.text("event") == Some("panic"));
    ensure!(!panicked, "a task panicked");
    let (_, body) = lab.send(&url, sealed.message.clone()).await?;
    granted(sealed.read(&body, &to, &letter.key)?)?;
    Ok(format!(
        "{flips} flipped bits, one in each octet: nothing issued; unflipped it enrols ({idle} octets say nothing: CMS \
         versions, NULLs and the letter case of a name)"
    ))
}

pub(super) async fn m51(lab: &Lab) -> Verdict {
    for platform in Platform::ALL {
        let profile = Profile::new("CN={{DeviceName}}");
        let delivery = lab.deliver(platform, profile, &MintOptions::default())?;
        granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)
            .map_err(|why| format!("{platform:?}: {why}"))?;
        // Nobody is asked later either: a refusal is an answer, not a question.
        let none = RequestPlan { challenge: None, ..RequestPlan::honest(&delivery) };
        let outcome = lab.intune(&delivery, &none).await?;
        let at_once = matches!(outcome, Outcome::Refused { .. });
        ensure!(at_once, "{platform:?}: without a challenge it ends with {}", outcome.sentence());
    }
    Ok("four platforms enrol unattended; what is refused is refused at once, never pending".into())
}

pub(super) async fn m52(lab: &Lab) -> Verdict {
    let device = lab.device(Platform::Android);
    let target = Target::at(lab.main.url("plain"));
    let to = lab.handset(&device, &target).introduce().await.map_err(trouble)?;
    let text = to.capabilities.to_string();
    for word in ["SHA-256", "SHA-512"] {
        ensure!(text.lines().any(|line| line == word), "GetCACaps lacks {word}: {text:?}");
    }
    let old = text.lines().any(|line| matches!(line, "SHA-1" | "DES3" | "MD5"));
    ensure!(!old, "control: GetCACaps offers what is broken: {text:?}");
    let habits = style(Platform::Android).habits(&to.capabilities).ok_or("Android finds no algorithm")?;
    ensure!(
        matches!(habits.digest, Digest::Sha256 | Digest::Sha512),
        "Android signs with {:?}",
        habits.digest
    );
    let challenge = lab.challenge(&lab.main, "plain", None).await?;
    let plan = RequestPlan { challenge: Some(challenge), ..plan("android") };
    granted(lab.attempt(&lab.main, "plain", (&device, &plan, &lab.key()?)).await?)?;
    Ok(format!("GetCACaps lists SHA-256 and SHA-512, and no SHA-1; Android signs with {:?}", habits.digest))
}
