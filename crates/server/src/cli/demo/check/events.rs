//! What went wrong, for whoever looks into the portal: M148.

use super::browser::Browser;
use super::html;
use super::lab::Lab;
use super::verdict::{Verdict, ensure, refusal, trouble};
use pki::name::Name;
use simulator::fleet::{Outcome, RequestPlan};
use simulator::tenant::{MintOptions, Platform, Profile, SanKind};
use std::time::Duration;

/// The row of the page of events that holds this; rows come a moment after what they tell.
async fn row(owner: &Browser, holds: &str) -> Result<String, String> {
    for _ in 0..100 {
        let page = owner.page("/events").await?;
        let found = html::all(html::main(&page), "<tr>", "</tr>").into_iter().find(|row| row.contains(holds));
        if let Some(row) = found {
            return Ok(row.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("no event has {holds}"))
}

pub(super) async fn m148(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let profile =
        Profile::new("CN={{DeviceName}},OU=Devices").with_san(SanKind::Uri, "IntuneDeviceId://{{DeviceId}}");
    let (device, profile) = (lab.device(Platform::Windows), lab.tenant.add_profile(profile));
    let delivery = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default()).map_err(trouble)?;
    // The attribute that is mapped wrongly.
    let pairs = [(pki::oid::CN, device.name.as_str()), (pki::oid::ORGANIZATIONAL_UNIT, "Servers")];
    let wrong = RequestPlan { subject: Name::from_pairs(&pairs), ..RequestPlan::honest(&delivery) };
    let outcome = lab.attempt(&front.server, "intune", (&device, &wrong, &lab.key()?)).await?;
    let code = refusal(&outcome)?;
    let Outcome::Refused { transaction, .. } = &outcome else { return Err("not refused".into()) };
    let row = html::plain(&row(&front.owner, transaction.as_str()).await?);
    for (what, text) in [
        ("name", format!("CN={}", device.name)),
        ("device", device.id.to_lowercase()),
        ("attribute", "OU=Servers".to_owned()),
        ("code", code.clone()),
    ] {
        ensure!(row.contains(&text), "the event does not say the {what} {text}: {row}");
    }
    let element = html::between(&row, "<strong><bdi>", "</bdi></strong>").unwrap_or_default();
    ensure!(element.starts_with("subject"), "the attribute is called {element:?}: {row}");
    let links = html::links(&row);
    for link in [format!("/docs/errors/{code}"), format!("/enrolments/{}", transaction.as_str())] {
        ensure!(links.contains(&link), "the event does not lead to {link}: {links:?}");
        let page = front.owner.page(&link).await?;
        ensure!(!link.starts_with("/docs") || page.contains("Fix."), "{link} has no fix");
    }
    let listed = front.owner.page(&format!("/enrolments?outcome=refused&code={code}")).await?;
    ensure!(
        html::plain(&listed).contains(&format!("CN={}", device.name)),
        "the list of enrolments does not name it"
    );
    Ok(format!("{code} for {}: device {}, {element}; its page has the fix", device.name, device.id))
}
