//! Status that follows device and user: M124, M125, M140, M159, M160, M161, M162, M190, M192.

use super::super::running::Running;
use super::super::{ask, stage};
use super::editors;
use super::lab::{Lab, told};
use super::verdict::{Verdict, ensure, granted, trouble};
use crate::clock::{Clock, SystemClock};
use crate::report::{WithoutSid, without_sid};
use crate::standing::Rule;
use crate::store::{AuditEvent, NewRevocation, Revoked, Whom};
use pki::certificate::Certificate;
use pki::crl::{CertificateList, Reason};
use pki::extension::find;
use pki::oid;
use simulator::fleet::RequestPlan;
use simulator::tenant::{AndroidManagement, Device, MintOptions, Platform, Profile, SanKind, User};

const HOLD: Option<Reason> = Some(Reason::CertificateHold);

fn of_device() -> Profile {
    Profile::new("CN={{DeviceName}}").with_san(SanKind::Uri, "IntuneDeviceId://{{DeviceId}}")
}

fn of_user() -> Profile {
    Profile::new("CN={{UserName}}").with_san(SanKind::Upn, "{{UserPrincipalName}}")
}

/// Somebody with a device.
fn owner(lab: &Lab, upn: &str, platform: Platform) -> (User, Device) {
    let user = lab.tenant.add_user(upn, None);
    let device = lab.tenant.enrol_device(platform, Some(&user.id));
    (user, device)
}

async fn enrolled(lab: &Lab, device: &Device, profile: Profile) -> Result<Certificate, String> {
    let profile = lab.tenant.add_profile(profile);
    let delivery = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default()).map_err(trouble)?;
    granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)
}

/// Waits until the directory's record of whom the certificate names was found: a deletion before that is another rule's.
async fn known(lab: &Lab, certificate: &Certificate) -> Result<(), String> {
    let store = &lab.main.store;
    for _ in 0..400 {
        let found = store.by_serial(certificate.serial().octets()).await.map_err(trouble)?;
        let id = found.first().ok_or("the certificate is not in the store")?.id;
        let bindings = store.bindings(id).await.map_err(trouble)?;
        if bindings.iter().any(|binding| binding.record.is_some()) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err("the directory never heard of the device".into())
}

async fn until(
    lab: &Lab,
    certificate: &Certificate,
    expected: Option<Reason>,
) -> Result<std::time::Duration, String> {
    ask::until(&lab.http, &lab.main, certificate, expected).await
}

pub(super) async fn m124(lab: &Lab) -> Verdict {
    let (_, device) = owner(lab, "m124@contoso.example", Platform::Android);
    let (_, other) = owner(lab, "m124-other@contoso.example", Platform::Android);
    lab.tenant.manage_android_as(&device.id, AndroidManagement::DeviceOwner);
    let certificate = enrolled(lab, &device, of_device()).await?;
    enrolled(lab, &other, of_device()).await?;
    let states = lab.tenant.certificate_states();
    let shown = |id: &str| states.iter().filter(|row| row["deviceId"] == id).count();
    ensure!(shown(&other.id) == 1, "control: Intune does not show the other device's certificate");
    ensure!(shown(&device.id) == 0, "Intune shows a certificate of a device owner's");
    let key = device.id.to_lowercase();
    let whom = Whom::These { records: Vec::new(), keys: vec![key] };
    let (_, bound) = lab.main.store.bound(whom, SystemClock.now()).await.map_err(trouble)?;
    let [one] = bound.as_slice() else { return Err(format!("{} certificates of the device", bound.len())) };
    let stored =
        lab.main.store.certificate(one.id).await.map_err(trouble)?.ok_or("it is not in the store")?;
    ensure!(stored.serial == certificate.serial().octets(), "another certificate is the device's");
    Ok("Intune's list leaves a device owner's certificate out; the authority's own has it, by device".into())
}

pub(super) async fn m125(lab: &Lab) -> Verdict {
    let (_, device) = owner(lab, "m125@contoso.example", Platform::Android);
    let certificate = enrolled(lab, &device, of_device()).await?;
    lab.tenant.manage_android_as(&device.id, AndroidManagement::DeviceOwner);
    let before = lab.tenant.revocations().requests().len();
    known(lab, &certificate).await?;
    ensure!(lab.tenant.retire_device(&device.id), "the tenant does not know the device");
    ensure!(lab.tenant.revocations().requests().len() == before, "Intune wants it revoked itself");
    let took = until(lab, &certificate, Some(Reason::CessationOfOperation)).await?;
    Ok(format!("Intune revokes nothing of a device owner's; the directory's rule did, in {took:.1?}"))
}

pub(super) async fn m140(lab: &Lab) -> Verdict {
    let (_, device) = owner(lab, "m140@contoso.example", Platform::Ios);
    let mut all = Vec::new();
    for _ in ["the SCEP profile", "Wi-Fi", "VPN"] {
        all.push(enrolled(lab, &device, of_device()).await?);
    }
    let distinct = |key: fn(&Certificate) -> Vec<u8>| {
        all.iter().map(key).collect::<std::collections::BTreeSet<_>>().len()
    };
    let serials = distinct(|one| one.serial().octets().to_vec());
    let keys = distinct(|one| one.key().spki().to_vec());
    let subjects = distinct(|one| one.subject().der().to_vec());
    ensure!((serials, keys, subjects) == (3, 3, 1), "{serials} serials, {keys} keys, {subjects} subjects");
    for certificate in &all {
        known(lab, certificate).await?;
    }
    ensure!(lab.tenant.wipe_device(&device.id), "the tenant does not know the device");
    for certificate in &all {
        until(lab, certificate, Some(Reason::CessationOfOperation)).await?;
    }
    Ok("three certificates of one device: one subject, own serials and keys; one wipe revokes all three"
        .into())
}

/// Two hours from now: Intune hands out revocation requests once an hour.
struct Later;

impl Clock for Later {
    fn now(&self) -> pki::Time {
        SystemClock.now().plus_seconds(7_200)
    }
}

pub(super) async fn m159(lab: &Lab) -> Verdict {
    let text = stage::endpoint(&lab.scratch, &lab.tenant, "plain").map_err(|failure| told(&failure))?;
    let rules = "device_retired = \"off\"\ndevice_deleted = \"off\"\n";
    let text = format!("[listen]\nscep = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n{text}{rules}");
    let directory = lab.scratch.path().join("m159");
    let server = Running::start(&directory, &text).await.map_err(|failure| told(&failure))?;
    let (_, device) = owner(lab, "m159@contoso.example", Platform::Windows);
    let profile = lab.tenant.add_profile(of_device());
    let delivery = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default()).map_err(trouble)?;
    let plan = RequestPlan::honest(&delivery);
    let certificate = granted(lab.attempt(&server, "plain", (&device, &plan, &lab.key()?)).await?)?;
    server.stop().await;
    ensure!(lab.tenant.retire_device(&device.id), "the tenant does not know the device");
    let later = std::sync::Arc::new(Later);
    let server = Running::start_by(&directory, &text, later).await.map_err(|failure| told(&failure))?;
    let took = ask::until(&lab.http, &server, &certificate, Some(Reason::Unspecified)).await;
    let settled =
        || lab.tenant.revocations().requests().iter().any(|one| one.device == device.id && one.is_settled());
    for _ in 0..200 {
        if settled() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    server.stop().await;
    let took = took?;
    ensure!(settled(), "Intune was not told what became of it");
    Ok(format!("what Intune asked for is revoked {took:.1?} after the server looked, and Intune was told"))
}

pub(super) async fn m160(lab: &Lab) -> Verdict {
    let (_, device) = owner(lab, "m160@contoso.example", Platform::Windows);
    let (_, other) = owner(lab, "m160-other@contoso.example", Platform::Windows);
    let certificate = enrolled(lab, &device, of_device()).await?;
    let control = enrolled(lab, &other, of_device()).await?;
    known(lab, &certificate).await?;
    known(lab, &control).await?;
    ensure!(ask::status(&lab.http, &lab.main, &certificate).await?.is_none(), "control: not good before");
    ensure!(lab.tenant.delete_device(&device.id), "the tenant does not know the device");
    let took = until(lab, &certificate, Some(Reason::CessationOfOperation)).await?;
    ensure!(ask::status(&lab.http, &lab.main, &control).await?.is_none(), "another device's is not good");
    Ok(format!("a device deleted in Intune: OCSP says revoked after {took:.1?}, another's is good"))
}

pub(super) async fn m161(lab: &Lab) -> Verdict {
    const MANY: usize = 100;
    let (_, device) = owner(lab, "m161@contoso.example", Platform::Android);
    let mut all = Vec::new();
    for _ in 0..MANY {
        all.push(enrolled(lab, &device, of_device()).await?);
    }
    for certificate in &all {
        let revocation = NewRevocation {
            issuer: lab.main.authority.issuing.id,
            serial: certificate.serial().octets().to_vec(),
            reason: Reason::CessationOfOperation.code(),
            at: pki::Time::from_unix(lab.tenant.clock.now()),
            rule: Rule::Manual,
            event: AuditEvent::detail("{\"by\":\"check\"}".into()),
        };
        let done = lab.main.store.revoke(revocation).await.map_err(trouble)?;
        ensure!(done == Revoked::Done, "{done:?}");
    }
    let listed = listed(lab).await?;
    let missing = all.iter().filter(|one| !listed.contains(&one.serial().octets().to_vec())).count();
    ensure!(missing == 0, "{missing} of {MANY} are not on the CRL");
    Ok(format!("{MANY} certificates of one device revoked at once; the next CRL has all of them"))
}

async fn listed(lab: &Lab) -> Result<Vec<Vec<u8>>, String> {
    let list = CertificateList::parse(&lab.crl().await?).map_err(trouble)?;
    list.verify_signed_by(lab.main.authority.issuing.certificate.key()).map_err(trouble)?;
    Ok(list.revoked.iter().map(|entry| entry.serial.octets().to_vec()).collect())
}

pub(super) async fn m162(lab: &Lab) -> Verdict {
    let (user, device) = owner(lab, "m162@contoso.example", Platform::Macos);
    let of_device = enrolled(lab, &device, of_device()).await?;
    let certificate = enrolled(lab, &device, of_user()).await?;
    ensure!(lab.tenant.enable_user(&user.id, false), "the tenant does not know the user");
    let took = until(lab, &certificate, HOLD).await?;
    ensure!(ask::status(&lab.http, &lab.main, &of_device).await?.is_none(), "the device's is not good");
    ensure!(lab.tenant.enable_user(&user.id, true), "the tenant does not know the user");
    let back = until(lab, &certificate, None).await?;
    Ok(format!(
        "a disabled user's certificate is on hold after {took:.1?} and good again after {back:.1?}; the device's was good all along"
    ))
}

pub(super) async fn m190(lab: &Lab) -> Verdict {
    const SID: &str = "S-1-5-21-3623811015-3361044348-30300820-1190";
    const OTHER: &str = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-3623811015-3361044348-30300820-500";
    let synchronised = lab.tenant.add_user("m190@contoso.example", Some(SID.into()));
    let device = lab.tenant.enrol_device(Platform::Windows, Some(&synchronised.id));
    let (_, cloud) = owner(lab, "m190-cloud@contoso.example", Platform::Windows);
    let certificate = enrolled(lab, &device, of_user()).await?;
    known(lab, &certificate).await?;
    let own = of_user().with_san(SanKind::Uri, "{{OnPremisesSecurityIdentifier}}");
    enrolled(lab, &device, own).await?;
    let profile = lab.tenant.add_profile(of_user().with_san(SanKind::Uri, OTHER));
    let forged = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default()).map_err(trouble)?;
    super::verdict::refused(&lab.intune(&forged, &RequestPlan::honest(&forged)).await?, "CHY-2318")?;
    let without = enrolled(lab, &cloud, of_user()).await?;
    ensure!(find(without.extensions(), &oid::MS_SID).is_none(), "a cloud-only account has a SID");
    Ok("the directory's own SID passes, another's is CHY-2318 with both named, a cloud-only account has none"
        .into())
}

pub(super) async fn m192(lab: &Lab) -> Verdict {
    const SID: &str = "S-1-5-21-3623811015-3361044348-30300820-1192";
    let count = async || -> Result<WithoutSid, String> {
        let all = without_sid(&*lab.main.store, SystemClock.now()).await.map_err(trouble)?;
        Ok(all.values().fold(WithoutSid::default(), |sum, one| WithoutSid {
            live: sum.live + one.live,
            without: sum.without + one.without,
        }))
    };
    let user = lab.tenant.add_user("m192@contoso.example", Some(SID.into()));
    let device = lab.tenant.enrol_device(Platform::Windows, Some(&user.id));
    let before = count().await?;
    let certificate = enrolled(lab, &device, of_user()).await?;
    let with = of_user().with_san(SanKind::Uri, "{{OnPremisesSecurityIdentifier}}");
    known(lab, &certificate).await?;
    enrolled(lab, &device, with).await?;
    let after = count().await?;
    let more = (after.live - before.live, after.without - before.without);
    ensure!(more == (2, 1), "two more live, one of them without SID: {more:?}");
    let all = without_sid(&*lab.main.store, SystemClock.now()).await.map_err(trouble)?;
    let all = all.into_iter().map(|(profile, one)| (profile, (one.without, one.live))).collect();
    editors::unmapped(lab, &all).await?;
    Ok(format!(
        "{} of {} live certificates name no SID, by profile on the first page too; one more after one more was issued",
        after.without, after.live
    ))
}
