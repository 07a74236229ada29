//! The policy: M69, M70, M153.

use super::super::running::{Running, believe};
use super::editors;
use super::lab::{Lab, plan, told};
use super::letter::Letter;
use super::settings;
use super::verdict::{Verdict, ensure, granted, refused, trouble};
use crate::clock::{Clock as _, SystemClock};
use crate::policy::preview;
use ca::decide::Order;
use ca::policy::{Facts, Policy, RequestKind};
use pki::csr::CertificateRequest;
use simulator::fleet::Outcome;

const RULES: &str = "\
[[policy]]\nname = \"kiosks\"\nrefuse = \"Kiosks do not enrol here.\"\nwhen.subject = [\"CN=kiosk-*\"]\n\
[[policy]]\nname = \"guests\"\nuse_profile = \"short\"\nwhen.subject = [\"CN=guest-device-*\"]\n";

pub(super) async fn m69(lab: &Lab) -> Verdict {
    let short = settings::one_time("short", "validity_days = 30");
    let text = format!("{}{short}{RULES}", settings::small("", ""));
    let place = lab.scratch.path().join("m69");
    let server = Running::start(&place, &text).await.map_err(|failure| told(&failure))?;
    let days = async |name: &str| -> Result<i64, String> {
        let certificate = granted(lab.enrol(&server, "plain", plan(name)).await?)?;
        Ok((certificate.not_after().unix() - certificate.not_before().unix()) / 86_400)
    };
    let (usual, chosen) = (days("laptop-1").await?, days("guest-device-1").await?);
    ensure!(usual > 300 && chosen <= 31, "{usual} days by the usual profile, {chosen} by the rule's");
    let outcome = lab.enrol(&server, "plain", plan("kiosk-1")).await?;
    refused(&outcome, "CHY-2601")?;
    let Outcome::Refused { transaction, .. } = &outcome else { return Err("not refused".into()) };
    let why = lab.refusals.of(transaction.as_str()).ok_or("the server did not say why")?.cause;
    ensure!(why.contains("kiosks") && why.contains("cn=kiosk-1"), "the reason is {why:?}");
    server.stop().await;
    Ok(format!("{usual} days, {chosen} by a rule; {why}"))
}

pub(super) async fn m70(lab: &Lab) -> Verdict {
    let list = lab.scratch.path().join("m70.csv");
    std::fs::write(&list, "id,enabled\nknown-device,true\n").map_err(trouble)?;
    let directory = format!("[endpoint.directory]\nfile = {list:?}\nevery = \"1s\"\n");
    let rule = "[[policy]]\nname = \"verified\"\nrefuse = \"Unknown device.\"\nwhen.device_known = false\n";
    let text = format!("{}{directory}{rule}", settings::small("", ""));
    let place = lab.scratch.path().join("m70");
    let server = Running::start(&place, &text).await.map_err(|failure| told(&failure))?;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    granted(lab.enrol(&server, "plain", plan("known-device")).await?)?;
    refused(&lab.enrol(&server, "plain", plan("IMEI-356938035643809")).await?, "CHY-2601")?;
    server.stop().await;
    Ok("a rule asks for a device that the directory knows; one by its IMEI alone is refused".into())
}

/// A rule is edited, and the preview follows; what is issued then is what the preview said.
pub(super) async fn m153(lab: &Lab) -> Verdict {
    let short = settings::one_time(
        "short",
        "validity_days = 30\nextended_key_usage = [\"clientAuth\", \"emailProtection\"]",
    );
    let text = format!("{}{short}{RULES}", settings::small("", ""));
    let place = lab.scratch.path().join("m153");
    let config = believe(&place, &text).map_err(|failure| told(&failure))?;
    let server = Running::start(&place, &text).await.map_err(|failure| told(&failure))?;
    let asked = Letter::new("guest-device-7", lab.key()?).csr()?;
    let asked = CertificateRequest::parse(&asked).map_err(trouble)?;
    let facts = Facts::of_request("plain", "plain", RequestKind::First, &asked);
    let under = |policy: &Policy| -> Result<Order, String> {
        let chosen = policy.decide(&facts).profile(&facts).map_err(|fault| fault.operator())?;
        let name = chosen.map_or("plain", |name| name.as_str());
        let profile = config.profiles.find(name).map_err(trouble)?;
        preview::made(&asked, profile, &server.authority, SystemClock.now()).map_err(|one| one.operator())
    };
    let (before, after) = (under(&Policy::default())?, under(&config.policy)?);
    let days = |order: &Order| (order.not_after().unix() - order.not_before().unix()) / 86_400;
    ensure!(
        days(&before) > 300 && days(&after) <= 31 && before.extended() != after.extended(),
        "{} days and {} days",
        days(&before),
        days(&after)
    );
    editors::previewed(lab, &server, &asked, RULES).await?;
    let certificate = granted(lab.enrol(&server, "plain", plan("guest-device-7")).await?)?;
    let purposes = certificate.extended_key_usage().map_err(trouble)?.map(|all| all.0);
    let lasts = (certificate.not_after().unix() - certificate.not_before().unix()) / 86_400;
    ensure!(
        certificate.subject() == after.subject()
            && purposes.as_deref() == Some(after.extended())
            && lasts == days(&after),
        "issued otherwise: {lasts} days, {purposes:?}"
    );
    server.stop().await;
    Ok(format!(
        "the preview goes from {} days to {} with the rule, as the portal's editor does, and the certificate is as it said",
        days(&before),
        lasts
    ))
}
