//! The administrative API's certificates, revocations and lists.

use crate::clock::Clock;
use crate::config::Config;
use crate::directory::file;
use crate::explanation::{administrator, asking, ours};
use crate::history::{Enrolment, History};
use crate::http::{
    ApiProblem, BoxFuture, Caller, Hint, Noted, Records, Revocations, Sightings, StalledConversations, Whose,
};
use crate::revocation::{self, Row, Summary, Target, Wish};
use crate::store::{AuditEvent, Seen, Stalled, StalledSearch, Store, StoreError};
use crate::telemetry::Metrics;
use crate::why::{CertificateStatus, Why};
use pki::certificate::Serial;
use pki::crl::Reason;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the API's routes ask.
pub struct Archive {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The list of each endpoint that follows one.
    lists: BTreeMap<String, PathBuf>,
    metrics: Arc<Metrics>,
}

impl Archive {
    /// For the endpoints of a configuration.
    #[must_use]
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
    ) -> Archive {
        let list = |one: &crate::config::Endpoint| {
            let file = one.follow.as_ref()?.file.clone()?;
            Some((one.name.as_str().to_owned(), file))
        };
        let lists = config.endpoints.iter().filter_map(list).collect();
        Archive { store, clock, lists, metrics }
    }

    async fn explained(&self, serial: &str) -> Result<CertificateStatus, ApiProblem> {
        let unknown = || ApiProblem::new(404, administrator::SERIAL);
        let found = revocation::find(&*self.store, serial).await.map_err(|_| store())?;
        let stored = found.ok_or_else(unknown)?;
        let why = Why::of(&*self.store, &stored, self.clock.now()).await.map_err(|_| store())?;
        Ok(why.status)
    }

    async fn told(&self, transaction: &str) -> Result<Enrolment, ApiProblem> {
        let found = History::of(&*self.store, transaction).await.map_err(|_| store())?;
        found.map(|one| one.enrolment).ok_or_else(|| ApiProblem::new(404, administrator::NO_ENROLMENT))
    }

    fn wish<'a>(&'a self, reason: Reason, caller: &'a Caller) -> Wish<'a> {
        Wish { store: &*self.store, clock: &*self.clock, reason, by: caller.as_str() }
    }

    async fn revoked(&self, serial: &str, reason: Reason, caller: &Caller) -> Result<Row, ApiProblem> {
        let found = revocation::find(&*self.store, serial).await.map_err(|_| store())?;
        let stored = found.ok_or_else(|| ApiProblem::new(404, administrator::SERIAL))?;
        self.wish(reason, caller).one(&Target::from(&stored)).await.map_err(|_| store())
    }

    async fn all_revoked(
        &self,
        whose: Whose,
        reason: Reason,
        caller: &Caller,
    ) -> Result<Summary, ApiProblem> {
        let (targets, unknown) = match whose {
            Whose::Serials(serials) => self.sought(&serials).await.map_err(|_| store())?,
            Whose::Named(key) => (self.named(&key).await?, Vec::new()),
        };
        let mut rows = self.wish(reason, caller).all(&targets, |_| ()).await.map_err(|_| store())?;
        rows.extend(unknown);
        Ok(Summary::from(rows))
    }

    /// What is there under these serial numbers, and a row for each that is not: the others are revoked all the same.
    async fn sought(&self, serials: &[String]) -> Result<(Vec<Target>, Vec<Row>), StoreError> {
        let (mut targets, mut unknown) = (Vec::with_capacity(serials.len()), Vec::new());
        for serial in serials {
            match revocation::find(&*self.store, serial).await? {
                Some(stored) => targets.push(Target::from(&stored)),
                None => unknown.push(Row::unknown(serial)),
            }
            // A look-up is done where it is asked: twenty thousand in a row would keep others from this thread.
            tokio::task::yield_now().await;
        }
        Ok((targets, unknown))
    }

    /// A clock may be a little ahead; further in the future, or before the certificate was asked for, nobody saw it.
    async fn noted(&self, serial: &str, hint: Hint, caller: &Caller) -> Result<Noted, ApiProblem> {
        const AHEAD: i64 = 300;
        let found = revocation::find(&*self.store, serial).await.map_err(|_| store())?;
        let stored = found.ok_or_else(|| ApiProblem::new(404, administrator::SERIAL))?;
        let now = self.clock.now();
        let at = hint.at.unwrap_or(now);
        if at > now.plus_seconds(AHEAD) || at < stored.reserved_at.plus_seconds(-AHEAD) {
            return Err(ApiProblem::new(400, asking::SEEN));
        }
        let event = AuditEvent::detail(json!({ "by": caller.as_str(), "seen_by": hint.by }).to_string());
        let seen = Seen { serial: stored.serial.clone(), by: hint.by, at: at.min(now) };
        let new = self.store.see(vec![seen], Some(event)).await.map_err(|_| store())?;
        self.metrics.certificates_seen(new);
        Ok(Noted { serial: Serial::new(&stored.serial).to_string(), first: new > 0 })
    }

    async fn named(&self, key: &str) -> Result<Vec<Target>, ApiProblem> {
        let targets = revocation::naming(&*self.store, &[key], self.clock.now()).await;
        let targets = targets.map_err(|_| store())?;
        if targets.is_empty() {
            let sentence = format!("No certificate names {key}.");
            return Err(ApiProblem { sentence, ..ApiProblem::new(404, administrator::SERIAL) });
        }
        Ok(targets)
    }

    async fn replaced(&self, endpoint: &str, text: String) -> Result<usize, ApiProblem> {
        let path = self.lists.get(endpoint).ok_or_else(|| ApiProblem::new(404, administrator::NO_LIST))?;
        let entries = file::parse(&text).map_err(|why| {
            let sentence = format!("The list is not taken: {why}.");
            ApiProblem { sentence, ..ApiProblem::new(400, administrator::BODY) }
        })?;
        let path = path.clone();
        let written = tokio::task::spawn_blocking(move || write(&path, &text)).await;
        match written {
            Ok(Ok(())) => Ok(entries.len()),
            _ => Err(ApiProblem::new(503, ours::FACTS)),
        }
    }
}

impl Records for Archive {
    fn why<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Result<CertificateStatus, ApiProblem>> {
        Box::pin(self.explained(serial))
    }

    fn enrolment<'a>(&'a self, transaction: &'a str) -> BoxFuture<'a, Result<Enrolment, ApiProblem>> {
        Box::pin(self.told(transaction))
    }

    fn take_list<'a>(&'a self, endpoint: &'a str, text: String) -> BoxFuture<'a, Result<usize, ApiProblem>> {
        Box::pin(self.replaced(endpoint, text))
    }
}

impl StalledConversations for Archive {
    fn stalled(&self, search: StalledSearch) -> BoxFuture<'_, Result<Vec<Stalled>, ApiProblem>> {
        Box::pin(async move { self.store.stalled(search).await.map_err(|_| store()) })
    }
}

impl Sightings for Archive {
    fn seen<'a>(
        &'a self,
        serial: &'a str,
        hint: Hint,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Noted, ApiProblem>> {
        Box::pin(self.noted(serial, hint, caller))
    }
}

impl Revocations for Archive {
    fn revoke<'a>(
        &'a self,
        serial: &'a str,
        reason: Reason,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Row, ApiProblem>> {
        Box::pin(self.revoked(serial, reason, caller))
    }

    fn revoke_all<'a>(
        &'a self,
        whose: Whose,
        reason: Reason,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Summary, ApiProblem>> {
        Box::pin(self.all_revoked(whose, reason, caller))
    }
}

/// The old list or the new one, never half of either.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let file = std::fs::File::create(&beside)?;
    std::io::Write::write_all(&mut &file, text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

fn store() -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}
