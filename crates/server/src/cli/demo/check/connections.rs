//! Whom the CA believes, on one page: M149, M151.

use super::html;
use super::lab::{Lab, plan};
use super::verdict::{Verdict, ensure, granted};
use simulator::fleet::RequestPlan;
use simulator::tenant::{MintOptions, Platform, Profile};

/// The cards of the page.
async fn cards(lab: &Lab) -> Result<Vec<String>, String> {
    let page = lab.front().await?.owner.page("/connections").await?;
    Ok(html::all(html::main(&page), "<section class=\"card\">", "</section>")
        .into_iter()
        .map(str::to_owned)
        .collect())
}

fn leads_to(card: &str, endpoint: &str) -> bool {
    html::links(card).contains(&format!("/connections/{endpoint}"))
}

pub(super) async fn m149(lab: &Lab) -> Verdict {
    let (front, cards) = (lab.front().await?, cards(lab).await?);
    for (tenant, own, foreign) in [
        (lab.tenant.tenant_id(), ["intune", "phones"].as_slice(), "tablets"),
        (front.other.tenant_id(), ["tablets"].as_slice(), "intune"),
    ] {
        let of: Vec<&String> = cards.iter().filter(|card| card.contains(tenant)).collect();
        let [card] = of.as_slice() else { return Err(format!("{tenant} has {} cards", of.len())) };
        let whole = own.iter().all(|endpoint| leads_to(card, endpoint)) && !leads_to(card, foreign);
        ensure!(whole, "the card of {tenant} leads to {:?}", html::links(card));
        for endpoint in own {
            let tried = front.owner.send(&format!("/connections/{endpoint}"), &[]).await?.text();
            ensure!(tried.contains("Everything answers as it must."), "{endpoint} is tested in vain");
        }
    }
    let others = cards.iter().filter(|card| leads_to(card, "plain") || leads_to(card, "staff")).count();
    ensure!(others == 2, "control: what asks no MDM has {others} cards");
    Ok(format!(
        "{} cards: one for each of two tenants, with all of its endpoints; each connection's test is green",
        cards.len()
    ))
}

pub(super) async fn m151(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let (device, profile) =
        (lab.device(Platform::Windows), lab.tenant.add_profile(Profile::new("CN=m151-{{DeviceName}}")));
    let delivery = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default());
    let delivery = delivery.map_err(super::verdict::trouble)?;
    let (asked, key) = (RequestPlan::honest(&delivery), lab.key()?);
    let (by_intune, by_challenge) = tokio::join!(
        lab.attempt(&front.server, "intune", (&delivery.device, &asked, &key)),
        lab.enrol(&front.server, "plain", plan("m151-by-challenge")),
    );
    let serials = [granted(by_intune?)?.serial().to_string(), granted(by_challenge?)?.serial().to_string()];
    let cards = cards(lab).await?;
    for (endpoint, believes) in [
        ("intune", "Microsoft Intune, asked about each request"),
        ("plain", "Challenges that are spent once"),
    ] {
        let shown = cards.iter().any(|card| leads_to(card, endpoint) && card.contains(believes));
        ensure!(shown, "no card says that {endpoint} believes: {believes}");
    }
    for (serial, endpoint) in serials.iter().zip(["intune", "plain"]) {
        let page = front.owner.page(&format!("/certificates/{serial}")).await?;
        ensure!(
            html::main(&page).contains(&format!("<dd>{endpoint}</dd>")),
            "{serial} is not from {endpoint}"
        );
    }
    Ok("at once, Intune's endpoint and one of one-time challenges issue; the page says of each whom it believes".into())
}
