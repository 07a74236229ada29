//! What will go wrong: settings, disk, keys, certificates, listeners, clock. Looked for by `chancery doctor` and by the
//! administrative API. Changes nothing.

mod certificates;
mod clock;
mod data_directory;
mod holder;
mod keys;
mod listeners;
mod reachability;
mod store;
mod tls;

use crate::cli::{Complaint, Failure};
use crate::config::Config;
use crate::explanation::{Entry, administrator};
use crate::installation::database;
use crate::store::sqlite::Sqlite;
use crate::store::{Authority, AuthorityRole, Store};
use pki::Time;
use pki::certificate::Certificate;
use serde::Serialize;
use utoipa::ToSchema;

/// What has been looked at so far.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Examination {
    /// What is well.
    pub well: Vec<Well>,
    /// What is not.
    pub findings: Vec<Complaint>,
}

/// Something that is as it must be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Well {
    /// What was looked at.
    pub what: &'static str,
    /// How it is.
    pub said: String,
}

impl Examination {
    fn well(&mut self, what: &'static str, said: impl Into<String>) {
        self.well.push(Well { what, said: said.into() });
    }

    /// A finding: its code, what is wrong and why, what to do.
    fn found(&mut self, code: Entry, sentence: impl Into<String>, fix: impl Into<String>) {
        self.findings.extend(Failure::new(code, sentence).fix(fix).complaints);
    }

    /// Of settings that were believed. With `via`, devices' way is gone, too: from that base URL on, or where it is empty from
    /// `public_url` on. Nothing else is called outside this machine.
    pub async fn of(config: &Config, via: Option<&str>, now: Time) -> Examination {
        let mut examination = Examination::default();
        examination.well("settings", "every key is known and every value believed");
        examination.findings.extend(config.warnings.iter().map(Complaint::from));
        data_directory::examine(config, &mut examination);
        if let Some(data) = opened(config, &mut examination).await {
            store::examine(config, &data.store, &mut examination);
            keys::examine(config, &data.authorities, &mut examination);
            certificates::examine(config, &data, now, &mut examination);
            clock::examine(&data, now, &mut examination).await;
        }
        listeners::examine(config, &mut examination);
        tls::examine(config, now, &mut examination);
        if let Some(via) = via {
            reachability::examine(config, via, &mut examination).await;
        }
        examination
    }
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
