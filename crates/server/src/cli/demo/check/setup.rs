//! What an installation needs, and whom it believes: M9, M62, M63, M71, M202, M206.

use super::super::running::{Running, believe};
use super::super::stage;
use super::lab::{Lab, plan, told};
use super::settings;
use super::verdict::{Verdict, ensure, granted, refusal, refused, trouble};
use crate::keys::SystemRandom;
use crate::validators::challenge;
use simulator::fleet::{Event, Fleet, FleetOptions, Keys, Outcome, RequestPlan, Target, Trick};
use simulator::tenant::{Fault, Hop, MintOptions, Platform, Profile, Rule, When};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc;

fn usual(lab: &Lab) -> Result<simulator::tenant::Delivery, String> {
    lab.deliver(Platform::Windows, Profile::new("CN={{DeviceName}}"), &MintOptions::default())
}

pub(super) async fn m9(lab: &Lab) -> Verdict {
    let delivery = usual(lab)?;
    granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    let hops: Vec<Hop> = lab.tenant.journal().requests().iter().filter_map(|one| one.hop).collect();
    for hop in
        [Hop::GraphToken, Hop::Endpoints, Hop::IntuneToken, Hop::ValidateRequest, Hop::SuccessNotification]
    {
        ensure!(hops.contains(&hop), "{hop:?} was never asked");
    }
    lab.tenant.faults().order(Rule {
        hop: Hop::ValidateRequest,
        fault: Fault::Close,
        when: When::Always,
        after: 0,
    });
    let other = usual(lab)?;
    let outcome = lab.intune(&other, &RequestPlan::honest(&other)).await?;
    ensure!(outcome.certificate().is_none(), "control: without Intune's word a certificate was issued");
    Ok("enrolled over HTTPS to Intune's services alone, on this machine; without Intune's word nothing"
        .into())
}

/// A server with a static endpoint, and its challenge.
pub(super) async fn fixed(lab: &Lab, name: &str) -> Result<(Running, String), String> {
    let directory = lab.scratch.path().join(name);
    let start =
        async |text: String| Running::start(&directory, &text).await.map_err(|failure| told(&failure));
    // The hash needs the key that the first start makes.
    let first = start(settings::small("", "")).await?;
    let text = challenge::mint(&mut SystemRandom).map_err(trouble)?.to_string();
    let hash = first.challenge_key.hash(&text).to_string();
    first.stop().await;
    Ok((start(settings::fixed(&hash)).await?, text))
}

pub(super) async fn m62(lab: &Lab) -> Verdict {
    let (server, challenge) = fixed(lab, "m62").await?;
    let delivery = usual(lab)?;
    lab.tenant.directory().devices.remove(&delivery.device.id);
    let checked = lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?;
    refused(&checked, "CHY-3122")?;
    let plan =
        |challenge: &str| RequestPlan { challenge: Some(challenge.into()), ..plan(&delivery.device.name) };
    let (device, key) = (&delivery.device, lab.key()?);
    granted(lab.attempt(&server, "fixed", (device, &plan(&challenge), &key)).await?)?;
    let wrong = lab.attempt(&server, "fixed", (device, &plan("wrong"), &lab.key()?)).await?;
    refused(&wrong, "CHY-3002")?;
    server.stop().await;
    Ok("the same unmanaged device: refused where Intune is asked, accepted with the shared challenge".into())
}

pub(super) async fn m63(lab: &Lab) -> Verdict {
    let (server, challenge) = fixed(lab, "m63").await?;
    let plan = RequestPlan { challenge: Some(challenge.clone()), ..plan("shared") };
    let device = lab.device(Platform::Windows);
    granted(lab.attempt(&server, "fixed", (&device, &plan, &lab.key()?)).await?)?;
    // A client that puts the secret where it does not belong.
    let url = format!("{}?operation=GetCACaps&message={challenge}", server.url("fixed"));
    lab.get(&url).await?;
    server.stop().await;
    let events = lab.refusals.recent();
    let told =
        events.iter().any(|told| told.fields.values().any(|value| value.to_string().contains(&challenge)));
    ensure!(!told, "the challenge stands in the log");
    let control = events.iter().any(|told| told.text("event") == Some("certificate_issued"));
    ensure!(control, "control: the log holds no issuance");
    let files = files_with(&lab.scratch.path().join("m63"), &challenge)?;
    ensure!(files.is_empty(), "the challenge stands in {files:?}");
    ensure!(
        !files_with(&lab.scratch.path().join("m63"), "CN=shared")?.is_empty(),
        "control: nothing is found"
    );
    Ok("the shared challenge stands in no event, setting or file of the store".into())
}

/// Files below `directory` that hold `text`.
fn files_with(directory: &Path, text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        if path.is_dir() {
            found.extend(files_with(&path, text)?);
            continue;
        }
        let bytes = std::fs::read(&path).map_err(trouble)?;
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

/// Runs a fleet of 100 and gives its last events.
async fn fleet(lab: &Lab, tricks: Vec<Trick>, seed: u64) -> Result<Vec<Event>, String> {
    let options = FleetOptions {
        devices: 100,
        tricks,
        attempts: 1,
        concurrency: 4,
        spread: Duration::ZERO,
        keys: Keys::Quick,
        seed,
        ..FleetOptions::default()
    };
    let target = Target::at(lab.main.url("intune"));
    let fleet = Fleet::new(lab.tenant.world(), lab.http.clone(), target, options).map_err(trouble)?;
    let (sender, mut receiver) = mpsc::unbounded_channel();
    fleet.run(sender).await;
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    Ok(events)
}

fn p99(events: &[Event]) -> Duration {
    let honest = events.iter().filter(|event| event.trick.is_none());
    let mut times: Vec<Duration> = honest.map(|event| event.took).collect();
    times.sort_unstable();
    times.get(times.len().saturating_sub(2)).copied().unwrap_or_default()
}

pub(super) async fn m71(lab: &Lab) -> Verdict {
    let calm = fleet(lab, Vec::new(), 11).await?;
    let rough = fleet(lab, Trick::ALL.to_vec(), 12).await?;
    let got = |events: &[Event], hostile: bool| {
        let of = events.iter().filter(|event| event.trick.is_some() == hostile);
        of.filter(|event| matches!(event.outcome, Outcome::Granted(_))).count()
    };
    ensure!(got(&calm, false) == 100, "control: {} of 100 enrolled", got(&calm, false));
    ensure!(got(&rough, true) == 0, "{} hostile devices enrolled", got(&rough, true));
    ensure!(got(&rough, false) == 90, "{} of 90 honest devices enrolled", got(&rough, false));
    let (before, after) = (p99(&calm), p99(&rough));
    let bound = before * 3 + Duration::from_millis(100);
    ensure!(after <= bound, "p99 went from {before:?} to {after:?}");
    Ok(format!("10 of 100 hostile: none enrolled, 90 of 90 others did; p99 {before:.0?} and {after:.0?}"))
}

/// A prerequisite that is missing: what is written instead of what in the settings, and what the tenant does.
type Lack = (&'static str, fn(&Lab) -> (String, String), Option<(Hop, Fault)>);

pub(super) async fn m202(lab: &Lab) -> Verdict {
    const NOBODY: &str = "00000000-1111-2222-3333-444444444444";
    let same = |_: &Lab| (String::new(), String::new());
    let lacks: [Lack; 5] = [
        ("tenant", |lab| (lab.tenant.tenant_id().into(), NOBODY.into()), None),
        ("app registration", |lab| (lab.tenant.credentials().client_id.clone(), NOBODY.into()), None),
        ("secret", |_| ("client-secret".into(), "wrong-secret".into()), None),
        ("permission", same, Some((Hop::IntuneToken, Fault::NoRoles))),
        ("Intune subscription", same, Some((Hop::Endpoints, Fault::MissingEndpoint))),
    ];
    lab.scratch.write("wrong-secret", "not-the-secret").map_err(|failure| told(&failure))?;
    let text = stage::endpoint(&lab.scratch, &lab.tenant, "plain").map_err(|failure| told(&failure))?;
    let text = format!("[listen]\nscep = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n{text}");
    let mut codes = BTreeSet::new();
    for (what, swap, fault) in lacks {
        let (from, to) = swap(lab);
        let wrong = if from.is_empty() { text.clone() } else { text.replace(&from, &to) };
        if let Some((hop, fault)) = fault {
            lab.tenant.faults().order(Rule { hop, fault, when: When::Always, after: 0 });
        }
        let outcome = connected(lab, &wrong).await?;
        lab.tenant.faults().clear();
        codes.insert(format!("{what} {}", refusal(&outcome).map_err(|why| format!("{what}: {why}"))?));
    }
    granted(connected(lab, &text).await?)?;
    Ok(format!("each missing prerequisite has its explanation: {codes:?}; with all it enrols"))
}

/// An enrolment through a server of these settings.
async fn connected(lab: &Lab, text: &str) -> Result<Outcome, String> {
    let server = lab.server(text).await?;
    let delivery = usual(lab)?;
    let plan = RequestPlan::honest(&delivery);
    let outcome = lab.attempt(&server, "plain", (&delivery.device, &plan, &lab.key()?)).await;
    server.stop().await;
    outcome
}

pub(super) async fn m206(lab: &Lab) -> Verdict {
    let directory = lab.scratch.path().join("m206");
    let bare = "[listen]\nscep = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n";
    let server = Running::start(&directory, bare).await.map_err(|failure| told(&failure))?;
    granted(lab.enrol(&server, "default", plan("first")).await?)?;
    server.stop().await;
    let mode =
        |path: &Path| Ok::<_, String>(std::fs::metadata(path).map_err(trouble)?.permissions().mode() & 0o777);
    let data = directory.join("data");
    ensure!(mode(&data)? == 0o700, "the data directory has mode {:o}", mode(&data)?);
    for key in std::fs::read_dir(data.join("keys")).map_err(trouble)? {
        let path = key.map_err(trouble)?.path();
        ensure!(mode(&path)? == 0o600, "{} has mode {:o}", path.display(), mode(&path)?);
    }
    let nowhere = data.join("chancery.db");
    ensure!(believe(&nowhere, bare).is_err(), "control: settings below a file are believed");
    Ok("an empty directory and no settings: the CA is made and enrols; no domain, no role, no service account".into())
}
