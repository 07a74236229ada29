//! The CA's certificate profiles, AD CS' templates: M28 to M31.

use super::super::running::{Running, believe};
use super::api::token;
use super::browser::Browser;
use super::editors;
use super::lab::{Lab, plan, told};
use super::letter::Letter;
use super::settings;
use super::verdict::{Verdict, ensure, granted, refused, trouble};
use crate::clock::{Clock as _, SystemClock};
use crate::profiles::document::{copy, differences, members};
use crate::profiles::publish;
use crate::tokens::Scope;
use ca::profile::{ProfileName, Settings};
use pki::extension::{Extension, KeyUsage};
use serde_json::Value;
use std::time::Duration;

/// HTTP status and answer of the administrative API.
async fn api(lab: &Lab, server: &Running, path: &str, token: &str) -> Result<(u16, Value), String> {
    let url = format!("http://{}/api/v1/{path}", server.addresses.admin);
    let request = if path == "challenges" { lab.http.post(url).body("{}") } else { lab.http.get(url) };
    let answer = request.bearer_auth(token).send().await.map_err(trouble)?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(trouble)?;
    Ok((status, serde_json::from_slice(&body).map_err(trouble)?))
}

pub(super) async fn m28(lab: &Lab) -> Verdict {
    let reader = token(&lab.main, "m28", Scope::ProfileRead).await?;
    let (status, body) = api(lab, &lab.main, "ca/profiles", &reader).await?;
    let many = body["profiles"].as_array().map_or(0, Vec::len);
    ensure!(status == 200 && many > 0, "the list: {status} {body}");
    let (status, body) = api(lab, &lab.main, "challenges", &reader).await?;
    ensure!(status == 403 && body["code"] == "CHY-6033", "a challenge to enrol with: {status} {body}");
    granted(lab.enrol(&lab.main, "plain", plan("m28")).await?)
        .map_err(|why| format!("control: the enrolment service cannot: {why}"))?;
    editors::reader(lab).await?;
    Ok(format!(
        "profile.read lists {many} profiles, in the portal too, and gets no challenge (403); the enrolment service enrols"
    ))
}

pub(super) async fn m29(lab: &Lab) -> Verdict {
    let directory = lab.scratch.path().join("m29");
    let start = Running::start(&directory, &settings::small("", "state = \"draft\"")).await;
    let server = start.map_err(|failure| told(&failure))?;
    let owner = Browser::first_owner(&lab.http, &server).await?;
    let shown = editors::standing(&owner, "plain").await?;
    ensure!(shown == "Draft", "the portal calls a draft {shown:?}");
    refused(&lab.enrol(&server, "plain", plan("draft")).await?, "CHY-2004")?;
    let config = believe(&directory, &settings::small("", "")).map_err(|failure| told(&failure))?;
    let new =
        publish(&*server.store, &config, |_| true, "check", SystemClock.now()).await.map_err(trouble)?;
    ensure!(new.len() == 1, "{} versions were published", new.len());
    let reader = token(&server, "m29", Scope::ProfileRead).await?;
    for _ in 0..100 {
        let (_, body) = api(lab, &server, "ca/profiles/plain", &reader).await?;
        if body["state"] == "published" && body["version"] == 1 {
            granted(lab.enrol(&server, "plain", plan("published")).await?)?;
            let shown = editors::standing(&owner, "plain").await?;
            ensure!(shown == "Published", "the portal calls what is published {shown:?}");
            server.stop().await;
            return Ok(
                "a draft is refused (CHY-2004); published beside the running server it is listed, in the portal too, and issues"
                    .into(),
            );
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("what was published is not listed after 5 s".into())
}

/// A purpose, the key usage that means it, and the profile's.
const SLOTS: [(&str, KeyUsage, &str); 3] = [
    ("signature", KeyUsage::DIGITAL_SIGNATURE, "\"digitalSignature\""),
    ("encryption", KeyUsage::KEY_ENCIPHERMENT, "\"keyEncipherment\""),
    (
        "general",
        KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT),
        "\"digitalSignature\", \"keyEncipherment\"",
    ),
];

pub(super) async fn m30(lab: &Lab) -> Verdict {
    let section = |(name, _, usage): &(&str, KeyUsage, &str)| {
        format!(
            "[[profile]]\nname = \"{name}\"\nextended_key_usage = [\"emailProtection\"]\n\
             key_usage = [{usage}]\n[[endpoint]]\nname = \"{name}\"\n\
             validator = \"one_time\"\n[endpoint.slots]\n{name} = \"{name}\"\n"
        )
    };
    let text: String = SLOTS.iter().map(section).collect();
    let server = lab.server(&format!("{}{text}", settings::small("", ""))).await?;
    for (asked, usage, _) in &SLOTS {
        for (slot, ..) in &SLOTS {
            let mut letter = Letter::new(&format!("{asked} at {slot}"), lab.key()?);
            letter.extensions = vec![Extension::key_usage(*usage)];
            let outcome = lab.post(&server, slot, letter).await?;
            if asked == slot {
                let given = granted(outcome)?.key_usage().map_err(trouble)?;
                ensure!(given == Some(*usage), "{asked}: the certificate has {given:?}");
            } else {
                refused(&outcome, "CHY-2012").map_err(|why| format!("{asked} at {slot}: {why}"))?;
            }
        }
    }
    server.stop().await;
    Ok("3 key usages at 3 slots: each gets its own profile, the six others are CHY-2012".into())
}

pub(super) async fn m31(lab: &Lab) -> Verdict {
    let original = Settings { validity_days: 90, ..Settings::named("web-server") };
    let name = ProfileName::try_from("wifi".to_owned())?;
    let made = copy(&original, &name, None);
    let changed = differences(&members(&original), &members(&made));
    let names: Vec<&str> = changed.iter().map(|(setting, ..)| setting.as_str()).collect();
    ensure!(names == ["name"], "the copy differs in {names:?}");
    ensure!(made.validity_days == 90, "the copy has {} days", made.validity_days);
    let text = toml::to_string(&made).map_err(trouble)?;
    let place = lab.scratch.path().join("m31");
    let config = believe(&place, &format!("{}\n[[profile]]\n{text}", settings::small("", "")));
    let config = config.map_err(|failure| told(&failure))?;
    let found = config.profiles.find("wifi").map_err(trouble)?;
    ensure!(!found.is_offered(), "a copy issues before anybody looked at it");
    Ok("a copy differs in its name alone, is believed as written, and is a draft".into())
}
