//! The CRL and its parts: made, recorded, then published.

use crate::authority::Authority;
use crate::clock::Clock;
use crate::config::Config;
use crate::explanation::Trouble;
use crate::fail_point::fail_point;
use crate::store::{CertificateId, Crl, Store};
use ca::crl::{CrlPlan, prepare};
use ca::profile::{SHARD, Urls, shard_of};
use pki::Time;
use pki::algorithm::Digest;
use pki::certificate::Serial;
use pki::crl::{Reason, RevokedEntry};
use std::sync::Arc;

/// Rows read at once.
const PAGE: u32 = 10_000;
/// Seconds that a list is good for.
pub const VALIDITY: i64 = 7 * 86_400;
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

/// Makes, records and returns a list of everything that is revoked now, and its parts.
///
/// # Errors
/// [`Trouble`]: the store's, the key's, or a list that would break a rule. What was recorded before stays.
pub async fn make(
    store: &dyn Store,
    authority: &Arc<Authority>,
    clock: &dyn Clock,
    parts: &Parts,
) -> Result<Vec<Crl>, Trouble> {
    let now = clock.now();
    let revoked = Arc::new(revoked(store, authority, now).await?);
    let mut made = Vec::new();
    for shard in parts.all() {
        let number = store.last_crl_number(authority.issuing.id).await? + 1;
        let draft = Draft { number, now, shard, shards: parts.shards, urls: parts.urls_of(shard) };
        let crl = draft.signed(authority, &revoked).await?;
        fail_point!("before_crl_put");
        store.put_crl(crl.clone()).await?;
        fail_point!("after_crl_put");
        made.push(crl);
    }
    Ok(made)
}

/// One list about to be made.
struct Draft {
    number: u64,
    now: Time,
    shard: Option<u16>,
    shards: u16,
    urls: Vec<String>,
}

impl Draft {
    /// A long list takes a second of a core, which belongs to no thread that serves.
    async fn signed(
        self,
        authority: &Arc<Authority>,
        revoked: &Arc<Vec<RevokedEntry>>,
    ) -> Result<Crl, Trouble> {
        let (authority, revoked) = (Arc::clone(authority), Arc::clone(revoked));
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(self.made(&authority, &revoked));
        tokio::task::spawn_blocking(work).await.map_err(|_| Trouble::Stopping)?
    }

    async fn made(self, authority: &Authority, revoked: &[RevokedEntry]) -> Result<Crl, Trouble> {
        let issuing = &authority.issuing;
        let Draft { number, now: this_update, shard, shards, urls } = self;
        let next_update = this_update.plus_seconds(VALIDITY).min(issuing.certificate.not_after());
        let here = |one: &&RevokedEntry| shard.is_none() || shard == shard_of(&one.serial, shards);
        let plan = CrlPlan {
            issuer: &issuing.certificate,
            number,
            this_update,
            next_update,
            revoked: revoked.iter().filter(here).cloned().collect(),
            part: urls,
            hash: Digest::Sha256,
        };
        let (to_be_signed, unsigned) = prepare(plan)?.spend();
        let signature = issuing.key().sign(to_be_signed.algorithm(), to_be_signed.bytes()).await?;
        let der = unsigned.complete(&signature)?.der().to_vec();
        Ok(Crl { issuer: issuing.id, shard, number, der, this_update, next_update })
    }
}

/// Everything revoked, automatic revocations too; what expired stays for two more lists, so that a relying party with
/// a slow clock still finds it (RFC 5280 §3.3).
async fn revoked(store: &dyn Store, authority: &Authority, now: Time) -> Result<Vec<RevokedEntry>, Trouble> {
    let keep_since = now.plus_seconds(-2 * VALIDITY);
    let (mut entries, mut after) = (Vec::new(), CertificateId::default());
    loop {
        let page = store.revoked(authority.issuing.id, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(entries) };
        after = last.id;
        for one in page.iter().filter(|one| one.not_after >= keep_since) {
            let reason = Reason::from_code(one.reason).unwrap_or(Reason::Unspecified);
            entries.push(RevokedEntry { serial: Serial::new(&one.serial), at: one.at.min(now), reason });
        }
    }
}
