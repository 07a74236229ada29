//! Intune's challenge and what is compared with it: M56 to M61, M64, M66 to M68.

use super::lab::Lab;
use super::verdict::{Verdict, ensure, granted, refusal, refused, trouble};
use crate::cli::demo::refusals::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::algorithm::Digest;
use pki::cms::enveloped::EnvelopedData;
use pki::cms::signed::SignedData;
use pki::name::Name;
use simulator::fleet::{Outcome, RequestPlan, Target};
use simulator::tenant::{
    BlobFault, Code, Delivery, Fault, Hop, MintOptions, Platform, Profile, Rule, San, SanKind, When,
};
use std::collections::BTreeSet;

fn device_profile() -> Profile {
    Profile::new("CN={{DeviceName}},OU=Devices,O=Contoso")
        .with_san(SanKind::Uri, "IntuneDeviceId://{{DeviceId}}")
}

fn delivered(lab: &Lab, fault: Option<BlobFault>) -> Result<Delivery, String> {
    lab.deliver(Platform::Windows, device_profile(), &MintOptions { fault, ..MintOptions::default() })
}

/// What the server told its operator of a refused attempt.
fn cause(lab: &Lab, outcome: &Outcome) -> Result<(String, String), String> {
    told(lab, outcome).map(|refusal| (refusal.code, refusal.cause))
}

fn told(lab: &Lab, outcome: &Outcome) -> Result<Refusal, String> {
    let Outcome::Refused { transaction, .. } = outcome else {
        return Err(format!("a refusal was due, and this came: {}", outcome.sentence()));
    };
    lab.refusals.of(transaction.as_str()).ok_or_else(|| "the server did not say why".to_owned())
}

pub(super) async fn m56(lab: &Lab) -> Verdict {
    let (one, two) = (delivered(lab, None)?, delivered(lab, None)?);
    ensure!(one.challenge != two.challenge, "two deliveries carry one challenge");
    let blob = STANDARD.decode(&one.challenge).map_err(trouble)?;
    let signed = SignedData::parse(&blob).map_err(trouble)?;
    let content = signed.content.as_deref().ok_or("the blob is signed, but empty")?;
    EnvelopedData::parse(content).map_err(|error| format!("the blob is not encrypted: {error}"))?;
    for secret in [&one.device.id, &one.subject] {
        let open = blob.windows(secret.len()).any(|window| window == secret.as_bytes());
        ensure!(!open, "{secret} can be read in the blob");
    }
    let mut letters: Vec<char> = one.challenge.chars().collect();
    let middle = letters.len() / 2;
    letters.iter_mut().skip(middle).take(1).for_each(|c| *c = if *c == 'A' { 'B' } else { 'A' });
    let bent = RequestPlan { challenge: Some(letters.into_iter().collect()), ..RequestPlan::honest(&one) };
    let code = refusal(&lab.intune(&one, &bent).await?)?;
    granted(lab.intune(&one, &RequestPlan::honest(&one)).await?)?;
    Ok(format!("{} octets, signed and encrypted; a changed letter is {code}", one.challenge.len()))
}

pub(super) async fn m57(lab: &Lab) -> Verdict {
    let delivery = delivered(lab, None)?;
    let (plan, key) = (RequestPlan::honest(&delivery), lab.key()?);
    granted(lab.attempt(&lab.main, "intune", (&delivery.device, &plan, &key)).await?)?;
    let csr = STANDARD.encode(plan.sign(&key, Digest::Sha256).map_err(trouble)?);
    let asked = lab.tenant.journal().requests();
    let call = asked.iter().rev().find(|one| one.hop == Some(Hop::ValidateRequest));
    let body: serde_json::Value =
        serde_json::from_slice(&call.ok_or("Intune was not asked")?.body).map_err(trouble)?;
    let member = |name: &str| body.pointer(&format!("/request/{name}")).and_then(|one| one.as_str());
    ensure!(member("certificateRequest") == Some(&csr), "Intune was shown another request");
    ensure!(member("transactionId").is_some_and(|id| id.len() == 40), "the transactionId is missing");
    let mut codes = Vec::new();
    for fault in [BlobFault::ForgedSignature, BlobFault::ForeignSigner, BlobFault::ForeignRecipient] {
        let forged = delivered(lab, Some(fault))?;
        codes.push(refusal(&lab.intune(&forged, &RequestPlan::honest(&forged)).await?)?);
    }
    Ok(format!("Intune sees transactionID and request as received; forged blobs are {}", codes.join(", ")))
}

type Bend = fn(&mut RequestPlan);

/// One element changed at a time, and what the operator must find in the sentence.
const BENDS: [(&str, &str, Bend); 6] = [
    ("common name", "intruder", |plan| plan.subject = renamed("intruder", "Devices", "Contoso")),
    ("OU", "Servers", |plan| plan.subject = renamed("", "Servers", "Contoso")),
    ("O", "Fabrikam", |plan| plan.subject = renamed("", "Devices", "Fabrikam")),
    ("URI changed", "Uri 'IntuneDeviceId://", |plan| {
        plan.sans = vec![San::new(SanKind::Uri, "IntuneDeviceId://other")];
    }),
    ("UPN added", "root@contoso.example", |plan| {
        plan.sans.push(San::new(SanKind::Upn, "root@contoso.example"));
    }),
    ("DNS name added", "dc01.contoso.example", |plan| {
        plan.sans.push(San::new(SanKind::Dns, "dc01.contoso.example"));
    }),
];

fn renamed(name: &str, unit: &str, organization: &str) -> Name {
    let pairs =
        [(pki::oid::CN, name), (pki::oid::ORGANIZATIONAL_UNIT, unit), (pki::oid::ORGANIZATION, organization)];
    Name::from_pairs(&pairs)
}

pub(super) async fn m58(lab: &Lab) -> Verdict {
    let before = lab.reserved(&lab.main).await?;
    for (what, word, bend) in BENDS {
        let delivery = delivered(lab, None)?;
        let mut plan = RequestPlan::honest(&delivery);
        bend(&mut plan);
        if plan.subject.common_name().is_some_and(|name| name.is_empty()) {
            let name = &delivery.device.name;
            let unit = if what == "OU" { "Servers" } else { "Devices" };
            plan.subject = renamed(name, unit, if what == "O" { "Fabrikam" } else { "Contoso" });
        }
        let (code, cause) = cause(lab, &lab.intune(&delivery, &plan).await?)?;
        ensure!(matches!(code.as_str(), "CHY-3109" | "CHY-3111"), "{what}: {code}");
        ensure!(cause.contains(word), "{what}: {word:?} is not named: {cause}");
    }
    ensure!(lab.reserved(&lab.main).await? == before, "a changed request was issued to");
    let delivery = delivered(lab, None)?;
    granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    Ok("six elements of subject and alternative names changed: each refused and named; unchanged it enrols"
        .into())
}

pub(super) async fn m59(lab: &Lab) -> Verdict {
    let before = lab.reserved(&lab.main).await?;
    let delivery = delivered(lab, None)?;
    let honest = RequestPlan::honest(&delivery);
    for challenge in [None, Some(String::new())] {
        let plan = RequestPlan { challenge, ..honest.clone() };
        refused(&lab.intune(&delivery, &plan).await?, "CHY-3001")?;
    }
    ensure!(lab.reserved(&lab.main).await? == before, "a request without challenge was issued to");
    granted(lab.intune(&delivery, &honest).await?)?;
    Ok("no challenge and an empty one are CHY-3001 and nothing is issued; with both it enrols".into())
}

pub(super) async fn m60(lab: &Lab) -> Verdict {
    let before = lab.reserved(&lab.main).await?;
    let mut codes = BTreeSet::new();
    for code in Code::ALL.iter().filter(|code| **code != Code::Success) {
        let fault = Fault::Code { code: code.as_str().into() };
        lab.tenant.faults().order(Rule { hop: Hop::ValidateRequest, fault, when: When::Times(1), after: 0 });
        let delivery = delivered(lab, None)?;
        let (seen, _) = cause(lab, &lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
        codes.insert(seen);
    }
    ensure!(codes.len() == 24, "24 codes of Intune became {}: {codes:?}", codes.len());
    ensure!(lab.reserved(&lab.main).await? == before, "a refused request was issued to");
    let delivery = delivered(lab, None)?;
    granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    Ok("24 codes of Intune: a failure and an event of its own code each, nothing issued; Success issues"
        .into())
}

pub(super) async fn m61(lab: &Lab) -> Verdict {
    let delivery = delivered(lab, None)?;
    let plan = RequestPlan::honest(&delivery);
    let removed = lab.tenant.directory().devices.remove(&delivery.device.id);
    refused(&lab.intune(&delivery, &plan).await?, "CHY-3122")?;
    let device = removed.ok_or("the device was not there")?;
    lab.tenant.directory().devices.insert(device.id.clone(), device);
    granted(lab.intune(&delivery, &plan).await?)?;
    Ok("a device that Intune does not know is CHY-3122; known again, it enrols with the same challenge"
        .into())
}

/// Each character three ways: escaped, quoted, removed.
pub(super) async fn m64(lab: &Lab) -> Verdict {
    for c in ['+', ',', ';', '='] {
        let written = [format!("CN=Test\\{c}LLC"), format!("CN=\"Test{c}LLC\""), "CN=TestLLC".to_owned()];
        for subject in written {
            let profile = Profile::new(format!("{subject},O=Contoso"));
            let delivery = lab.deliver(Platform::Windows, profile, &MintOptions::default())?;
            let outcome = lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?;
            if !subject.contains('\\') {
                granted(outcome).map_err(|why| format!("{subject}: {why}"))?;
                continue;
            }
            let refusal = told(lab, &outcome)?;
            let expected = refusal.expected.unwrap_or_default();
            ensure!(
                refusal.code == "CHY-3109" && expected == subject,
                "{subject}: {}, {expected}",
                refusal.code
            );
        }
    }
    Ok("+ , ; = escaped are CHY-3109, whose two sides show the backslash; quoted and removed they enrol"
        .into())
}

pub(super) async fn m66(lab: &Lab) -> Verdict {
    let delivery = delivered(lab, None)?;
    let plan = RequestPlan {
        subject: renamed(&delivery.device.name, "Servers", "Contoso"),
        ..RequestPlan::honest(&delivery)
    };
    let Refusal { code, cause, element, expected, found, .. } =
        told(lab, &lab.intune(&delivery, &plan).await?)?;
    ensure!(code == "CHY-3109", "{code}: {cause}");
    for part in ["OU=Servers", delivery.subject.as_str()] {
        ensure!(cause.contains(part), "the event lacks {part:?}: {cause}");
    }
    let both = [element, expected, found].map(Option::unwrap_or_default);
    ensure!(both == ["subject, RDN 2", "OU=Devices", "OU=Servers"], "the event compares {both:?}");
    granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    Ok("the event has both subjects, and shows OU=Devices and OU=Servers of the second RDN; the right subject enrols".into())
}

pub(super) async fn m67(lab: &Lab) -> Verdict {
    let delivery = delivered(lab, None)?;
    let honest = RequestPlan::honest(&delivery);
    let without = RequestPlan { sans: Vec::new(), ..honest.clone() };
    let code = refusal(&lab.intune(&delivery, &without).await?)?;
    ensure!(code == "CHY-3110" || code == "CHY-3111", "without its alternative name: {code}");
    granted(lab.intune(&delivery, &honest).await?)?;
    let head = lab.main.store.audit_head().await.map_err(trouble)?.sequence;
    let rows = lab.main.store.audit(head.saturating_sub(6), 10).await.map_err(trouble)?;
    let told = rows.iter().any(|row| row.event.contains("intune"));
    ensure!(told, "the audit does not say who checked");
    Ok(format!("alternative names are compared without being asked for ({code}); the audit says by whom"))
}

pub(super) async fn m68(lab: &Lab) -> Verdict {
    let delivery = delivered(lab, None)?;
    // The call and its one repetition.
    let down = Fault::Status { status: 503, retry_after: None };
    lab.tenant.faults().order(Rule {
        hop: Hop::ValidateRequest,
        fault: down,
        when: When::Times(2),
        after: 0,
    });
    refusal(&lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    let (profile, device) = (delivery.profile.clone(), &delivery.device);
    let next = lab.tenant.deliver(&device.id, &profile, &MintOptions::default()).map_err(trouble)?;
    let target = Target::at(lab.main.url("intune"));
    let handset = lab.handset(device, &target);
    let to = handset.introduce().await.map_err(trouble)?;
    let prepared = handset.prepare(&to, &RequestPlan::honest(&next), &lab.key()?).map_err(trouble)?;
    let before = (lab.reserved(&lab.main).await?, lab.tenant.ledger().certificates().len());
    let first = granted(handset.deliver(&to, &prepared).await.map_err(trouble)?)?;
    let again = granted(handset.deliver(&to, &prepared).await.map_err(trouble)?)?;
    ensure!(first.der() == again.der(), "a retransmission got another certificate");
    let after = (lab.reserved(&lab.main).await?, lab.tenant.ledger().certificates().len());
    ensure!(after == (before.0 + 1, before.1 + 1), "certificates and notifications: {before:?} to {after:?}");
    Ok("an outage of Intune, then a new cycle enrols; its retransmission gets the same certificate, once told".into())
}
