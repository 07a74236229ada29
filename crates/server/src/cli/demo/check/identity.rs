//! Who a certificate is for, and who is told: M17, M24, M27, M210.

use super::lab::{Lab, plan};
use super::letter::Letter;
use super::verdict::{Verdict, ensure, granted, refused, trouble};
use crate::clock::{Clock as _, SystemClock};
use ca::issue::{Node, serial};
use simulator::fleet::RequestPlan;
use simulator::keys::SystemDice;
use simulator::tenant::{MintOptions, Platform, Profile};
use std::collections::BTreeSet;

pub(super) async fn m17(lab: &Lab) -> Verdict {
    let mut serials = BTreeSet::new();
    for _ in 0..10_000 {
        let number = serial::draw(Node::FIRST, SystemClock.now(), &mut SystemDice).map_err(trouble)?;
        let good = number.octets().len() <= 20 && number.octets().first().is_some_and(|first| *first < 0x80);
        ensure!(good, "{number} is too long or negative");
        serials.insert(number.octets().to_vec());
    }
    ensure!(serials.len() == 10_000, "{} of 10000 are unique", serials.len());
    for _ in 0..3 {
        let certificate = granted(lab.enrol(&lab.main, "plain", plan("again")).await?)?;
        let octets = certificate.serial().octets().to_vec();
        let found = lab.main.store.by_serial(&octets).await.map_err(trouble)?;
        let bound = found.iter().any(|row| row.subject == "CN=again" && !row.transaction_id.is_empty());
        ensure!(bound, "the row of {} does not bind it to the device", certificate.serial());
        ensure!(serials.insert(octets), "{} came twice", certificate.serial());
    }
    let nobody = lab.main.store.by_serial(&[0x7f; 20]).await.map_err(trouble)?;
    ensure!(nobody.is_empty(), "control: a serial of nobody is bound");
    Ok("10003 unique serials; what binds one to its device is a row, found by the serial".into())
}

pub(super) async fn m24(lab: &Lab) -> Verdict {
    let before = lab.reserved(&lab.main).await?;
    let delivery =
        lab.deliver(Platform::Windows, Profile::new("CN={{DeviceName}}"), &MintOptions::default())?;
    let honest = RequestPlan::honest(&delivery);
    let other = RequestPlan { subject: plan("Domain Admin").subject, ..honest.clone() };
    refused(&lab.intune(&delivery, &other).await?, "CHY-3109")?;
    let direct = RequestPlan { challenge: None, ..honest.clone() };
    refused(&lab.intune(&delivery, &direct).await?, "CHY-3001")?;
    ensure!(lab.reserved(&lab.main).await? == before, "something was issued without a vouched subject");
    let certificate = granted(lab.intune(&delivery, &honest).await?)?;
    ensure!(certificate.subject().matches(&honest.subject), "the subject is {}", certificate.subject());
    Ok("another subject and a request without challenge get nothing; the vouched subject is issued".into())
}

pub(super) async fn m27(lab: &Lab) -> Verdict {
    let before = lab.tenant.journal().total();
    granted(lab.enrol(&lab.main, "plain", plan("unpublished")).await?)?;
    let after = lab.tenant.journal().total();
    ensure!(before == after, "an enrolment without MDM made {} outbound requests", after - before);
    let delivery =
        lab.deliver(Platform::Windows, Profile::new("CN={{DeviceName}}"), &MintOptions::default())?;
    granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    let journal = lab.tenant.journal();
    ensure!(journal.total() > after, "control: an enrolment through Intune asked nobody");
    let elsewhere = journal.requests().into_iter().find(|one| one.hop.is_none());
    ensure!(elsewhere.is_none(), "a path beyond the contract was asked: {elsewhere:?}");
    Ok("no outbound request without an MDM; with Intune, none but those of the contract".into())
}

pub(super) async fn m210(lab: &Lab) -> Verdict {
    let device = lab.device(Platform::Ios);
    let (mut keys, mut serials) = (BTreeSet::new(), BTreeSet::new());
    for number in 0..10 {
        let profile =
            lab.tenant.add_profile(Profile::new(format!("CN={{{{DeviceName}}}},OU=profile {number}")));
        let delivery =
            lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default()).map_err(trouble)?;
        let certificate = granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
        keys.insert(certificate.key().spki().to_vec());
        serials.insert(certificate.serial().octets().to_vec());
    }
    ensure!((keys.len(), serials.len()) == (10, 10), "{} keys, {} serials", keys.len(), serials.len());
    let key = lab.key()?;
    granted(lab.post(&lab.main, "plain", Letter::new("one", key.clone())).await?)?;
    refused(&lab.post(&lab.main, "plain", Letter::new("two", key)).await?, "CHY-2112")
        .map_err(|why| format!("control: one key for two subjects: {why}"))?;
    Ok("10 profiles on one device: 10 keys, 10 serials; one key for two subjects is refused".into())
}
