//! Names and what Intune is told of them: M110, M152, M154, M186, M187, M194.

use super::lab::{Lab, plan};
use super::verdict::{Verdict, ensure, granted, refusal, refused, trouble};
use crate::validators::BoundIdentity;
use pki::general_name::GeneralName;
use simulator::fleet::{Outcome, RequestPlan};
use simulator::tenant::{MintOptions, Platform, Profile, San, SanKind};

const DEVICE_VARIABLES: [&str; 6] = [
    "DeviceId",
    "AAD_Device_ID",
    "AzureADDeviceId",
    "DeviceName",
    "SerialNumber",
    "FullyQualifiedDomainName",
];

pub(super) async fn m110(lab: &Lab) -> Verdict {
    for variable in DEVICE_VARIABLES {
        let profile = Profile::new(format!("CN={{{{UserName}}}},OU={{{{{variable}}}}}"))
            .with_san(SanKind::Upn, "{{UserPrincipalName}}");
        let delivery = lab.deliver(Platform::Windows, profile, &MintOptions::default())?;
        let certificate = granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
        let wanted = lab.tenant.directory().expand(&format!("{{{{{variable}}}}}"), &delivery.device);
        let wanted = wanted.ok_or_else(|| format!("the device has no {variable}"))?;
        let subject = certificate.subject().to_string();
        ensure!(subject.contains(&wanted), "{variable}: {wanted} is not in {subject}");
    }
    let device = lab.tenant.enrol_device(Platform::Windows, None);
    let profile = lab.tenant.add_profile(Profile::new("CN={{UserName}}"));
    let nobody = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default());
    ensure!(nobody.is_err(), "control: a device without user got a user profile");
    Ok("six variables of the device stand in user certificates; a missing one keeps the profile away".into())
}

pub(super) async fn m152(lab: &Lab) -> Verdict {
    let delivery =
        lab.deliver(Platform::Windows, Profile::new("CN={{DeviceName}}"), &MintOptions::default())?;
    let before = lab.tenant.ledger().certificates().len();
    let certificate = granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    let notes = lab.tenant.ledger().certificates().to_vec();
    ensure!(notes.len() == before + 1, "{} notifications came", notes.len() - before);
    let note = notes.last().ok_or("no notification")?;
    let print: String = certificate.sha1().iter().map(|octet| format!("{octet:02X}")).collect();
    let day = certificate.not_after().to_string();
    let issuer = certificate.issuer().common_name().unwrap_or_default();
    for (what, seen, due) in [
        ("thumbprint", note.certificate_thumbprint.to_uppercase(), print),
        (
            "serial",
            note.certificate_serial_number.to_uppercase(),
            certificate.serial().to_string().to_uppercase(),
        ),
        (
            "expiry",
            note.certificate_expiration_date_utc.chars().take(19).collect(),
            day.chars().take(19).collect(),
        ),
    ] {
        ensure!(seen == due, "{what}: Intune has {seen}, the certificate {due}");
    }
    ensure!(
        note.issuing_certificate_authority.contains(&issuer),
        "issuer {}",
        note.issuing_certificate_authority
    );
    let breaches = lab.tenant.journal().breaches().to_vec();
    ensure!(breaches.is_empty(), "Intune complains: {breaches:?}");
    Ok("thumbprint, serial, expiry and issuer in Intune's books are the certificate's; one notification each"
        .into())
}

pub(super) async fn m154(lab: &Lab) -> Verdict {
    let mail = "ada@contoso.example";
    let named = |value: &str| RequestPlan { sans: vec![San::new(SanKind::Email, value)], ..plan("Ada") };
    let certificate = granted(lab.enrol(&lab.main, "plain", named(mail)).await?)?;
    let san = certificate.san().map_err(trouble)?;
    ensure!(san.0 == [GeneralName::Email(mail.into())], "the names are {:?}", san.0);
    // RFC 5280 §4.2.1.6: rfc822Name is [1] IA5String.
    let mut encoded = vec![0x81, 19];
    encoded.extend_from_slice(mail.as_bytes());
    let holds = certificate.der().windows(encoded.len()).any(|window| window == encoded);
    ensure!(holds, "it is not encoded as [1] IA5String");
    let mut codes = Vec::new();
    for bad in ["ada\u{e4}@contoso.example", "no-at-sign", "a@b@c"] {
        codes.push(refusal(&lab.enrol(&lab.main, "plain", named(bad)).await?)?);
    }
    let family = codes.iter().all(|code| code.starts_with("CHY-23"));
    ensure!(family, "control: malformed addresses gave {codes:?}");
    Ok(format!("rfc822Name as [1] IA5String; malformed addresses are {}", codes.join(", ")))
}

const SID: &str = "S-1-5-21-1004336348-1177238915-682003330-1105";

fn tag(sid: &str) -> String {
    format!("tag:microsoft.com,2022-09-14:sid:{sid}")
}

/// A request for `asked`, with a challenge that is bound to `bound`.
async fn with_sid(lab: &Lab, bound: Option<&str>, asked: &str) -> Result<Outcome, String> {
    let identity =
        bound.map(|sid| BoundIdentity { uri: vec![tag(sid)], ..BoundIdentity::common_name("mapped") });
    let challenge = lab.challenge(&lab.main, "plain", identity).await?;
    let sans = vec![San::new(SanKind::Uri, tag(asked))];
    let plan = RequestPlan { challenge: Some(challenge), sans, ..plan("mapped") };
    let device = lab.device(Platform::Windows);
    lab.attempt(&lab.main, "plain", (&device, &plan, &lab.key()?)).await
}

pub(super) async fn m186(lab: &Lab) -> Verdict {
    let certificate = granted(with_sid(lab, Some(SID), SID).await?)?;
    let uri = tag(SID);
    let exact = certificate.der().windows(uri.len()).filter(|window| *window == uri.as_bytes()).count();
    ensure!(exact == 1, "the URI stands {exact} times in the certificate");
    let san = certificate.san().map_err(trouble)?;
    ensure!(san.0 == [GeneralName::Uri(uri)], "the names are {:?}", san.0);
    refused(&with_sid(lab, None, SID).await?, "CHY-2314")?;
    Ok("a vouched SID's URI is in the certificate octet for octet; without voucher it is CHY-2314".into())
}

pub(super) async fn m187(lab: &Lab) -> Verdict {
    let long = "S-1-5-21-4294967295-4294967295-4294967295-4294967295";
    granted(with_sid(lab, Some(long), long).await?)?;
    let mut codes = Vec::new();
    for odd in ["S-1-5-21-x", "S-1-5-21-99999999999-1-1-1", "S-1", "", "S-1-5-21-1-2-3-500 "] {
        let outcome = with_sid(lab, Some(odd), odd).await?;
        let code = refusal(&outcome).map_err(|why| format!("{odd:?}: {why}"))?;
        ensure!(code.starts_with("CHY-23"), "{odd:?} is {code}");
        codes.push(code);
    }
    Ok(format!("a long SID passes; five malformed ones are {}", codes.join(", ")))
}

pub(super) async fn m194(lab: &Lab) -> Verdict {
    let other = "S-1-5-21-1004336348-1177238915-682003330-500";
    let before = lab.reserved(&lab.main).await?;
    let bound = refusal(&with_sid(lab, Some(SID), other).await?)?;
    let delivery =
        lab.deliver(Platform::Windows, Profile::new("CN={{DeviceName}}"), &MintOptions::default())?;
    let mut plan = RequestPlan::honest(&delivery);
    plan.sans.push(San::new(SanKind::Uri, tag(other)));
    refused(&lab.intune(&delivery, &plan).await?, "CHY-2314")?;
    ensure!(lab.reserved(&lab.main).await? == before, "a spoofed SID was issued to");
    granted(with_sid(lab, Some(SID), SID).await?)?;
    Ok(format!(
        "another account's SID: {bound} against a bound challenge, CHY-2314 through Intune; one's own enrols"
    ))
}
