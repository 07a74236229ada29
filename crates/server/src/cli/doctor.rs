//! `chancery doctor`.

mod certificates;
mod clock;
mod data_directory;
mod holder;
mod keys;
mod listeners;
mod reachability;
mod store;
mod tls;

use super::{Complaint, Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::explanation::{Entry, administrator};
use crate::installation::database;
use crate::store::sqlite::Sqlite;
use crate::store::{Authority, AuthorityRole, Store};
use pki::Time;
use pki::certificate::Certificate;
use serde_json::json;

/// Look for what will go wrong: settings, disk, keys, certificates, listeners, clock; exit code 3 if something is found
///
/// Changes nothing, and may run beside a server. Nothing is called outside this machine without --via.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Also go the way that devices go: GET from this base URL [default: public_url]
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    via: Option<String>,
}

/// What has been looked at so far.
#[derive(Default)]
struct Examination {
    /// What is well, one line each.
    well: Vec<(&'static str, String)>,
    /// What is not.
    findings: Vec<Complaint>,
}

impl Examination {
    fn well(&mut self, what: &'static str, said: impl Into<String>) {
        self.well.push((what, said.into()));
    }

    /// A finding: its code, what is wrong and why, what to do.
    fn found(&mut self, code: Entry, sentence: impl Into<String>, fix: impl Into<String>) {
        self.findings.extend(Failure::new(code, sentence).fix(fix).complaints);
    }

    fn outcome(self) -> Outcome {
        let well = self.well.iter().map(|(what, said)| format!("ok       {what}: {said}"));
        let findings = self.findings.iter().map(|one| format!("FINDING  {}", one.text()));
        let text: Vec<String> = well.chain(findings).collect();
        let (found, number) = (!self.findings.is_empty(), self.findings.len());
        let last = if found { format!("{number} findings") } else { "nothing found".to_owned() };
        let well: Vec<_> =
            self.well.iter().map(|(what, said)| json!({ "what": what, "said": said })).collect();
        let json = json!({ "well": well, "findings": self.findings });
        Outcome::new(format!("{}\n{last}", text.join("\n")), json).finding(found)
    }
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let mut examination = Examination::default();
    let config = match context.config() {
        Ok(config) => config,
        Err(failure) => {
            // Without settings there is nothing else to look at.
            examination.findings = failure.complaints;
            return Ok(examination.outcome());
        }
    };
    examination.well("settings", "every key is known and every value believed");
    examination.findings.extend(config.warnings.iter().map(Complaint::from));
    let now = SystemClock.now();
    context.block_on(async {
        data_directory::examine(&config, &mut examination);
        if let Some(data) = opened(&config, &mut examination).await {
            store::examine(&config, &data.store, &mut examination);
            keys::examine(&config, &data.authorities, &mut examination);
            certificates::examine(&config, &data, now, &mut examination);
            clock::examine(&data, now, &mut examination).await;
        }
        listeners::examine(&config, &mut examination);
        tls::examine(&config, now, &mut examination);
        if let Some(via) = &args.via {
            reachability::examine(&config, via, &mut examination).await;
        }
        Ok(())
    })?;
    Ok(examination.outcome())
}

/// The data of a CA, opened to be read.
struct Data {
    store: Sqlite,
    authorities: Vec<Authority>,
}

impl Data {
    /// The newest certificate of this role that is not retired.
    fn current(&self, role: AuthorityRole) -> Option<Certificate> {
        let mut newest = self.authorities.iter().rev().filter(|one| one.retired_at.is_none());
        Certificate::parse(&newest.find(|one| one.role == role)?.certificate).ok()
    }
}

async fn opened(config: &Config, examination: &mut Examination) -> Option<Data> {
    let path = database(&config.data_dir);
    if !path.exists() {
        let what = format!("there is no CA in {} yet", config.data_dir.display());
        examination.found(administrator::NO_CA, what, "run chancery init, or name the right --data-dir");
        return None;
    }
    let read = async {
        let store = Sqlite::open_to_read(&path)?;
        let authorities = store.authorities().await?;
        Ok(Data { store, authorities })
    };
    let failed =
        |error: crate::store::StoreError| examination.findings.extend(Failure::from(error).complaints);
    read.await.map_err(failed).ok()
}

/// Days from `now` to `then`, whole ones.
fn days(now: Time, then: Time) -> i64 {
    (then.unix() - now.unix()).div_euclid(86_400)
}
