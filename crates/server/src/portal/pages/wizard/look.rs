//! What each step sees of the server, and how it is tested: by what the API says, as everybody can ask it.

use super::super::{connections, doctor, profiles, webhooks};
use super::{Stand, Step, rules};
use crate::portal::{Api, Problem, Words, url};
use serde::Deserialize;
use serde_json::json;

/// Codes of the doctor that speak of the way to here.
const WAY: [&str; 3] = ["CHY-6065", "CHY-6068", "CHY-6022"];
/// Those that speak of the CA's keys and certificates.
const KEYS: [&str; 5] = ["CHY-6061", "CHY-6062", "CHY-6064", "CHY-6066", "CHY-6067"];

#[derive(Deserialize)]
struct Authorities {
    cas: Vec<Authority>,
}

#[derive(Deserialize)]
struct Authority {
    role: String,
    subject: String,
    sha1: String,
    not_after: String,
}

#[derive(Deserialize)]
struct Templates {
    profiles: Vec<Template>,
}

#[derive(Deserialize)]
struct Template {
    name: String,
    state: String,
}

#[derive(Deserialize)]
struct Health {
    counts: Counts,
}

#[derive(Deserialize)]
struct Counts {
    certificates: u64,
    unfinished: u64,
}

#[derive(Deserialize)]
struct Made {
    findings: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    severity: String,
    sentence: String,
    fix: String,
}

/// What is configured now.
pub(super) async fn at(step: Step, api: &Api, w: &Words) -> Result<Stand, Problem> {
    match step {
        Step::Url => public_url(api, w).await,
        Step::Ca => authorities(api, w).await,
        Step::Connection => endpoints(api, w).await,
        Step::Template => templates(api, w).await,
        Step::Policy => rules::stand(api, w).await,
        Step::Profiles => profile(api, w).await,
        Step::Device => device(api, w).await,
        Step::Alerts => alerts(api, w).await,
    }
}

/// Whether it works.
pub(super) async fn tested(step: Step, api: &Api, w: &Words) -> Result<Stand, Problem> {
    let stand = at(step, api, w).await?;
    if stand.tone == "bad" {
        return Ok(stand);
    }
    match step {
        Step::Url => examined(api, &WAY, stand).await,
        Step::Ca => examined(api, &KEYS, stand).await,
        Step::Connection => all_tried(api, w, stand).await,
        Step::Policy => rules::examined(api, w, stand).await,
        Step::Alerts => all_sent(api, w, stand).await,
        Step::Template | Step::Profiles | Step::Device => Ok(stand),
    }
}

async fn public_url(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let settings = doctor::in_force(api).await?;
    let found = settings.iter().find(|one| one.key == "public_url");
    let value = found.map(|one| one.value.trim_matches('"').to_owned()).unwrap_or_default();
    if value.is_empty() {
        return Ok(Stand::new("bad", w.t("wizard-url-none")));
    }
    let stand = Stand::new("good", w.t("wizard-url-set"));
    Ok(stand.with(w.t("wizard-url"), value))
}

async fn authorities(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let Authorities { cas } = api.get(&url(&["cas"], &[])).await?;
    let has = |role: &str| cas.iter().any(|one| one.role == role);
    let whole = has("root") && has("issuing");
    let stand = if whole {
        Stand::new("good", w.t("wizard-ca-set"))
    } else {
        Stand::new("bad", w.t("wizard-ca-none"))
    };
    let shown = cas.iter().filter(|one| matches!(one.role.as_str(), "root" | "issuing"));
    Ok(shown.fold(stand, |stand, one| {
        let value = format!("{} · SHA-1 {} · {}", one.subject, one.sha1, one.not_after);
        stand.with(w.t(&format!("wizard-ca-{}", one.role)), value)
    }))
}

async fn endpoints(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let all = connections::all(api).await?;
    let stand = if all.is_empty() {
        Stand::new("bad", w.t("wizard-connection-none"))
    } else {
        Stand::new("good", w.t("wizard-connection-set"))
    };
    Ok(all.into_iter().fold(stand, |stand, one| stand.with(one.name, one.urls.join(" "))))
}

async fn templates(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let Templates { profiles } = api.get(&url(&["ca", "profiles"], &[])).await?;
    let published = profiles.iter().any(|one| one.state == "published");
    let stand = if published {
        Stand::new("good", w.t("wizard-template-set"))
    } else {
        Stand::new("bad", w.t("wizard-template-none"))
    };
    Ok(profiles.into_iter().fold(stand, |stand, one| {
        let state = w.t(if one.state == "published" { "templates-published" } else { "templates-draft" });
        stand.with(one.name, state)
    }))
}

/// The profile that most begin with, made as the page of profiles makes it.
async fn profile(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let choices = profiles::choices(api).await?;
    let Some(endpoint) = choices.endpoints.iter().find(|one| !one.urls.is_empty()) else {
        return Ok(Stand::new("bad", w.t("wizard-profiles-none")));
    };
    let wanted = json!({ "preset": "wifi-device", "platform": "windows", "endpoint": endpoint.endpoint });
    let made: Made = api.post(&url(&["mdm", "profiles", "generate"], &[]), &wanted).await?;
    let wrong = made.findings.into_iter().find(|one| one.severity == "error");
    Ok(match wrong {
        Some(found) => Stand { fix: found.fix, ..Stand::new("bad", found.sentence) },
        None => Stand::new("good", w.t("wizard-profiles-set")),
    }
    .with(w.t("connections-url"), endpoint.urls.first().cloned().unwrap_or_default()))
}

async fn device(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let Health { counts } = api.get(&url(&["health"], &[])).await?;
    let issued = counts.certificates.saturating_sub(counts.unfinished);
    let stand = if issued > 0 {
        Stand::new("good", w.t("wizard-device-set"))
    } else {
        Stand { fix: w.t("wizard-device-fix"), ..Stand::new("bad", w.t("wizard-device-none")) }
    };
    Ok(stand.with(w.t("wizard-device-count"), issued.to_string()))
}

async fn alerts(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let all = webhooks::all(api).await?;
    let stand = if all.is_empty() {
        Stand::new("bad", w.t("wizard-alerts-none"))
    } else {
        Stand::new("good", w.t("wizard-alerts-set"))
    };
    Ok(all.into_iter().fold(stand, |stand, one| stand.with(w.t("webhooks-name"), one.name)))
}

/// The first thing among these codes that the doctor finds.
async fn examined(api: &Api, codes: &[&str], stand: Stand) -> Result<Stand, Problem> {
    let found = doctor::examined(api).await?;
    let finding = found.findings.into_iter().find(|one| codes.contains(&one.code.as_str()));
    Ok(match finding {
        Some(one) => Stand { tone: "bad", said: one.sentence, fix: one.fix, ..stand },
        None => stand,
    })
}

async fn all_tried(api: &Api, w: &Words, mut stand: Stand) -> Result<Stand, Problem> {
    for one in connections::all(api).await?.into_iter().filter(connections::Connection::asks_intune) {
        let trial = connections::tried(api, &one.name).await?;
        if let Some(finding) = trial.finding.filter(|_| !trial.ok) {
            return Ok(Stand { tone: "bad", said: finding.sentence, fix: finding.fix, ..stand });
        }
        stand = stand.with(one.name, w.t("connections-ok"));
    }
    Ok(stand)
}

async fn all_sent(api: &Api, w: &Words, mut stand: Stand) -> Result<Stand, Problem> {
    for one in webhooks::all(api).await? {
        let tested = webhooks::sent(api, &one.id.to_string()).await?;
        if !tested.delivered {
            let said = format!("{}: {}", w.t("webhooks-arrived-not"), tested.outcome);
            return Ok(Stand { tone: "bad", said, fix: w.t("wizard-alerts-fix"), ..stand });
        }
        stand = stand.with(one.name, tested.outcome);
    }
    Ok(stand)
}
