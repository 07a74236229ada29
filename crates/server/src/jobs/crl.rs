//! The CRL: made, recorded, then published.

use crate::authority::Authority;
use crate::clock::Clock;
use crate::explanation::Trouble;
use crate::fail_point::fail_point;
use crate::store::{CertificateId, Crl, Store};
use ca::crl::{CrlPlan, prepare};
use pki::Time;
use pki::algorithm::Digest;
use pki::certificate::Serial;
use pki::crl::{Reason, RevokedEntry};

/// Rows read at once.
const PAGE: u32 = 10_000;
/// Seconds that a list is good for.
pub const VALIDITY: i64 = 7 * 86_400;
/// Seconds after which a new one is made at the latest.
pub const EVERY: i64 = 86_400;

/// Makes, records and returns a list of everything that is revoked now.
///
/// # Errors
/// [`Trouble`]: the store's, the key's, or a list that would break a rule.
pub async fn make(store: &dyn Store, authority: &Authority, clock: &dyn Clock) -> Result<Crl, Trouble> {
    let now = clock.now();
    let issuing = &authority.issuing;
    let newest = store.newest_crl(issuing.id).await?;
    let number = newest.map_or(1, |crl| crl.number + 1);
    let next_update = now.plus_seconds(VALIDITY).min(issuing.certificate.not_after());
    let plan = CrlPlan {
        issuer: &issuing.certificate,
        number,
        this_update: now,
        next_update,
        revoked: revoked(store, authority, now).await?,
        hash: Digest::Sha256,
    };
    let (to_be_signed, unsigned) = prepare(plan)?.spend();
    let signature = issuing.key().sign(to_be_signed.algorithm(), to_be_signed.bytes()).await?;
    let list = unsigned.complete(&signature)?;
    let crl = Crl { issuer: issuing.id, number, der: list.der().to_vec(), this_update: now, next_update };
    fail_point!("before_crl_put");
    store.put_crl(crl.clone()).await?;
    fail_point!("after_crl_put");
    Ok(crl)
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
