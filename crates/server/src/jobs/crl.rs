//! The CRL and its parts: made, recorded, then published.

use crate::aside::aside;
use crate::authority::Authority;
use crate::clock::Clock;
use crate::config::Config;
use crate::explanation::Trouble;
use crate::fail_point::fail_point;
use crate::store::{AuthorityId, CertificateId, Crl, RevokedSerial, Store};
use ca::crl::{CrlPlan, Revocations, prepare};
use ca::profile::{SHARD, Urls, shard_of};
use pki::Time;
use pki::algorithm::Digest;
use pki::crl::{Reason, RevokedEntry};
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows read at once.
const PAGE: u32 = 10_000;
/// Seconds that a list is good for.
pub const VALIDITY: i64 = 7 * 86_400;
/// Where a start remembers the number of parts, which is for ever.
pub(crate) const SHARDS: &str = "crl-shards";
/// Seconds after which a new one is made at the latest.
pub const EVERY: i64 = 86_400;

/// How the list is divided.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// How many; 0 and 1 are the list of everything alone.
    pub shards: u16,
    /// Their distribution points, with [`SHARD`] for the number.
    pub urls: Vec<String>,
}

impl Parts {
    /// As configured: the server's own addresses, and those of profiles that have their own.
    #[must_use]
    pub fn of(config: &Config) -> Parts {
        let own = config.profiles.iter().flat_map(|profile| profile.urls.crl.clone());
        let mut urls: Vec<String> = crate::installation::urls(config).crl.into_iter().chain(own).collect();
        urls.retain(|url| url.contains(SHARD));
        urls.dedup();
        Parts { shards: config.crl_shards, urls }
    }

    /// The list of everything, then the parts.
    pub fn all(&self) -> impl Iterator<Item = Option<u16>> + use<> {
        let shards = if self.shards > 1 { self.shards } else { 0 };
        std::iter::once(None).chain((0..shards).map(Some))
    }

    fn urls_of(&self, shard: Option<u16>) -> Vec<String> {
        let urls = Urls { crl: self.urls.clone(), ..Urls::default() };
        shard.map_or_else(Vec::new, |shard| urls.crl_of_shard(shard))
    }
}

/// Makes, records and returns a list of everything that is revoked now, and its parts. A part that would say what the
/// one before it says is given back as it is, while that one is young: most revocations concern one part.
///
/// # Errors
/// [`Trouble`]: the store's, the key's, or a list that would break a rule. What was recorded before stays.
pub async fn make(
    store: &dyn Store,
    authority: &Arc<Authority>,
    clock: &dyn Clock,
    parts: &Parts,
) -> Result<Vec<Crl>, Trouble> {
    let (now, issuer, began) = (clock.now(), authority.issuing.id, Instant::now());
    let mut read = Read::all(store, issuer, now, parts.shards).await?;
    let mut made = Vec::new();
    for shard in parts.all() {
        let before = if shard.is_some() { store.newest_crl(issuer, shard).await? } else { None };
        let number = store.last_crl_number(issuer).await? + 1;
        let draft =
            Draft { number, now, shard, urls: parts.urls_of(shard), revoked: read.take(shard), before };
        match draft.signed(authority).await? {
            Outcome::Kept(crl) => made.push(crl),
            Outcome::New(crl) => {
                fail_point!("before_crl_put");
                store.put_crl(crl.clone()).await?;
                fail_point!("after_crl_put");
                tell(&crl, began.elapsed());
                made.push(crl);
            }
        }
    }
    Ok(made)
}

/// How long a list takes tells when it is time to divide it.
fn tell(crl: &Crl, since: Duration) {
    let (octets, milliseconds) = (crl.der.len(), u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    let part = crl.shard.map_or_else(|| "all".to_owned(), |shard| shard.to_string());
    tracing::info!(
        event = "crl_made",
        number = crl.number,
        part,
        octets,
        milliseconds,
        "a CRL was made and recorded"
    );
}

enum Outcome {
    /// The one that was there is as good.
    Kept(Crl),
    /// To be recorded.
    New(Crl),
}

/// One list about to be made.
struct Draft {
    number: u64,
    now: Time,
    shard: Option<u16>,
    urls: Vec<String>,
    revoked: Revocations,
    before: Option<Crl>,
}

impl Draft {
    async fn signed(self, authority: &Arc<Authority>) -> Result<Outcome, Trouble> {
        let authority = Arc::clone(authority);
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(self.made(&authority));
        aside(work).await.ok_or(Trouble::Stopping)?
    }

    async fn made(self, authority: &Authority) -> Result<Outcome, Trouble> {
        let issuing = &authority.issuing;
        let Draft { number, now: this_update, shard, urls, revoked, before } = self;
        let next_update = this_update.plus_seconds(VALIDITY).min(issuing.certificate.not_after());
        let plan = CrlPlan {
            issuer: &issuing.certificate,
            number,
            this_update,
            next_update,
            revoked,
            part: urls,
            hash: Digest::Sha256,
        };
        if let Some(before) =
            before.filter(|before| is_young(before, this_update) && plan.is_said_by(&before.der))
        {
            return Ok(Outcome::Kept(before));
        }
        let (to_be_signed, unsigned) = prepare(plan)?.spend();
        let signature = issuing.key().sign(to_be_signed.algorithm(), to_be_signed.bytes()).await?;
        drop(to_be_signed);
        let der = Arc::new(unsigned.complete(&signature)?.into_der());
        Ok(Outcome::New(Crl { issuer: issuing.id, shard, number, der, this_update, next_update }))
    }
}

/// Half a day at most: the next look may be [`EVERY`] away, and then this list is still good for most of its life. A
/// clock that was set back makes it anew.
fn is_young(crl: &Crl, now: Time) -> bool {
    crl.this_update <= now && now < crl.this_update.plus_seconds(EVERY / 2) && now < crl.next_update
}

/// What is revoked, for the list of everything and for each part.
#[derive(Default)]
struct Read {
    whole: Revocations,
    parts: Vec<Revocations>,
}

impl Read {
    /// Everything revoked, automatic revocations too. Read and written down in turns: half as long on two cores is not
    /// worth that those who enrol have neither for themselves.
    async fn all(store: &dyn Store, issuer: AuthorityId, now: Time, shards: u16) -> Result<Read, Trouble> {
        let parts = if shards > 1 { shards } else { 0 };
        let mut read = Read { parts: vec![Revocations::default(); usize::from(parts)], ..Read::default() };
        let mut after = CertificateId::default();
        loop {
            let page = store.revoked(issuer, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(read) };
            after = last.id;
            let add = move || {
                read.add(page, now, shards);
                read
            };
            read = aside(add).await.ok_or(Trouble::Stopping)?;
        }
    }

    /// What expired stays for two more lists, so that a relying party with a slow clock still finds it (RFC 5280 §3.3).
    fn add(&mut self, page: Vec<RevokedSerial>, now: Time, shards: u16) {
        let keep_since = now.plus_seconds(-2 * VALIDITY);
        for one in page.into_iter().filter(|one| one.not_after >= keep_since) {
            let reason = Reason::from_code(one.reason).unwrap_or(Reason::Unspecified);
            let entry = RevokedEntry { serial: one.serial.into(), at: one.at.min(now), reason };
            self.whole.push(&entry);
            let shard = shard_of(&entry.serial, shards);
            if let Some(part) = shard.and_then(|shard| self.parts.get_mut(usize::from(shard))) {
                part.push(&entry);
            }
        }
    }

    /// What goes into one list, which is made once.
    fn take(&mut self, shard: Option<u16>) -> Revocations {
        let Some(shard) = shard else { return mem::take(&mut self.whole) };
        self.parts.get_mut(usize::from(shard)).map(mem::take).unwrap_or_default()
    }
}
