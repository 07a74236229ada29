//! OCSP (RFC 6960, RFC 5019): what the store knows of a certificate, signed.
//!
//! An answer is signed when it is first asked for, kept, and signed anew once half of its life is over. A revocation makes the
//! kept answer stale at once, whoever recorded it: [`Responder::forget_changed`] reads what changed. Where the store cannot
//! be read, kept answers go on until their nextUpdate, and nothing else is said: never `good` for want of knowledge.

mod bounded;
mod cache;
mod marks;
mod sightings;

use crate::authority::{Authority, Ca, Signer};
use crate::clock::Clock;
use crate::config::{NeverIssued, Ocsp};
use crate::directory::Health;
use crate::explanation::{Trouble, ours};
use crate::http::{BoxFuture, Freshness, OcspReply, OcspResponder};
use crate::store::{Revocation, Status, Store, StoreError};
use cache::{Cache, Kept, LONGEST_SERIAL};
use marks::Mark;
use pki::Time;
use pki::crl::Reason;
use pki::ocsp::{CertId, CertStatus, ErrorStatus, IssuerHashes, OcspRequest, ResponseData, SingleResponse};
use sightings::Sightings;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Seconds between two lines of the log that say the same.
const TOLD_EVERY: u64 = 10;
/// Changes read at once.
const PAGE: u32 = 10_000;
/// Seconds after a reading of what changed in which a kept status is as good as the store's own: two readings.
const FRESH: i64 = 2;

/// Answers for both CAs.
pub struct Responder {
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    clock: Arc<dyn Clock>,
    settings: Ocsp,
    directories: Vec<Arc<Health>>,
    issuers: [(Ca, IssuerHashes); 2],
    cache: Cache,
    sightings: Sightings,
    /// The last change that was read.
    seen: AtomicU64,
    /// When what changed was last read to its end, Unix seconds.
    read: AtomicI64,
    /// When it was last told that no answer could be given, Unix seconds.
    told: AtomicI64,
}

impl Responder {
    /// A responder that has answered nothing yet.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        authority: Arc<Authority>,
        clock: Arc<dyn Clock>,
        settings: Ocsp,
        directories: Vec<Arc<Health>>,
    ) -> Responder {
        let issuers = [Ca::Issuing, Ca::Root].map(|ca| (ca, IssuerHashes::of(authority.certificate(ca))));
        let cache = Cache::new(settings.cache);
        Responder {
            store,
            authority,
            clock,
            settings,
            directories,
            issuers,
            cache,
            sightings: Sightings::new(),
            seen: AtomicU64::new(0),
            read: AtomicI64::new(0),
            told: AtomicI64::new(0),
        }
    }

    /// Makes stale what was said of certificates whose status changed since the last call. To be called often: this is
    /// how long a revocation may wait.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn forget_changed(&self) -> Result<(), StoreError> {
        loop {
            let now = self.clock.now();
            let changes = self.store.status_changes(self.seen.load(Ordering::Relaxed), PAGE).await?;
            let Some(last) = changes.last() else {
                self.read.store(now.unix(), Ordering::Release);
                return Ok(());
            };
            changes.iter().for_each(|change| self.cache.forget(&change.serial));
            self.seen.store(last.sequence, Ordering::Relaxed);
        }
    }

    /// Writes down some of the certificates that were asked about. To be called often; while the store cannot be written, they wait.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn write_sightings(&self) -> Result<u32, StoreError> {
        self.sightings.write(&*self.store).await
    }

    /// How many sightings were forgotten for want of room.
    #[must_use]
    pub fn sightings_lost(&self) -> u64 {
        self.sightings.lost()
    }

    async fn answered(&self, body: &[u8]) -> OcspReply {
        let now = self.clock.now();
        // What has a nonce was never kept, and is not looked for.
        let key = OcspRequest::is_bare(body).then(|| cache::key(body));
        let kept = key.and_then(|key| self.cache.answer(&key));
        if let Some(kept) = kept.as_ref().filter(|kept| self.cache.is_young(kept, now)) {
            return self.reply(kept, now, true);
        }
        let request = match OcspRequest::parse(body) {
            Ok(request) => request,
            Err(why) => {
                tracing::debug!(event = "ocsp_malformed", "an OCSP request is malformed: {why}");
                return OcspReply::error(ErrorStatus::MalformedRequest, "malformed");
            }
        };
        let Some(ca) = self.issuer_of(&request) else {
            return OcspReply::error(ErrorStatus::Unauthorized, "unauthorized");
        };
        match self.sign(ca, &request, now).await {
            Ok((signed, lasting)) => {
                let cacheable = lasting && is_plain(&request, body);
                let reply = self.reply(&signed, now, cacheable);
                if let Some(key) = key.filter(|_| cacheable) {
                    self.cache.keep_answer(key, signed);
                }
                reply
            }
            Err(trouble) => match kept.filter(|kept| self.cache.is_valid(kept, now)) {
                Some(kept) => self.reply(&kept, now, true),
                None => self.unable(&trouble, now),
            },
        }
    }

    /// Whose certificates are asked about. One answer has one signer, and speaks for one CA.
    fn issuer_of(&self, request: &OcspRequest) -> Option<&(Ca, IssuerHashes)> {
        let named =
            |(_, hashes): &&(Ca, IssuerHashes)| request.certificates.iter().any(|one| one.names(hashes));
        self.issuers.iter().find(named)
    }

    /// The answer, and whether it stays true until something is revoked.
    async fn sign(
        &self,
        (ca, hashes): &(Ca, IssuerHashes),
        request: &OcspRequest,
        now: Time,
    ) -> Result<(Kept, bool), Trouble> {
        let signer = self.authority.responder(*ca).filter(|one| one.certificate.is_valid_at(now));
        let signer = signer.ok_or(Trouble::NoResponder)?;
        // Before the store is asked: what changes between the question and the keeping makes the answer stale.
        let mark = self.cache.mark(request.certificates.first().map_or(&[], |one| one.serial().octets()));
        let mut singles = Vec::with_capacity(request.certificates.len());
        let mut lasting = true;
        for one in &request.certificates {
            let known =
                if one.names(hashes) { self.status(*ca, one, now).await? } else { Known::nothing(now) };
            lasting &= known.status.is_some();
            singles.push(self.single(one, known, &signer));
        }
        self.signed(singles, request, (signer, mark), now).await.map(|kept| (kept, lasting))
    }

    async fn status(&self, ca: Ca, certificate: &CertId, now: Time) -> Result<Known, Trouble> {
        let serial = certificate.serial();
        if self.authority.has_own(ca, serial) {
            return Ok(Known { status: Some(Status::Good), at: now });
        }
        let serial = serial.octets();
        // The root signs nothing else.
        if ca == Ca::Root || serial.len() > LONGEST_SERIAL {
            return Ok(Known::nothing(now));
        }
        let known = match self.remembered(serial, now) {
            Some(known) => known,
            None => self.looked_up(serial, now).await?,
        };
        // What was never issued is nobody's certificate, however often it is asked about.
        if known.status.is_some() {
            self.sightings.note(serial, now);
        }
        if known.status == Some(Status::Good) && self.is_silent_about(serial).await? {
            return Err(Trouble::Stale);
        }
        Ok(known)
    }

    /// What the store said before, if what changed since was read just now. It was true then: not at any later time. A
    /// reading that lies in the future, since the clock was set back, is of no known age.
    fn remembered(&self, serial: &[u8], now: Time) -> Option<Known> {
        let at = Time::from_unix(self.read.load(Ordering::Acquire));
        let is_fresh = at <= now && now <= at.plus_seconds(FRESH);
        let status = self.cache.status(serial).filter(|_| is_fresh)?;
        Some(Known { status: Some(status), at })
    }

    async fn looked_up(&self, serial: &[u8], now: Time) -> Result<Known, StoreError> {
        let mark = self.cache.mark(serial);
        let status = self.store.status(self.authority.issuing.id, serial).await?;
        if let Some(status) = status {
            self.cache.keep_status(serial, status, mark);
        }
        Ok(Known { status, at: now })
    }

    /// Whether it follows a directory that has not been read for too long, and whose administrator wants no answers then.
    async fn is_silent_about(&self, serial: &[u8]) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let silent: Vec<&str> =
            self.directories.iter().filter(|one| one.is_silent(now)).map(|one| one.name()).collect();
        if silent.is_empty() {
            return Ok(false);
        }
        for stored in self.store.by_serial(serial).await? {
            let bindings = self.store.bindings(stored.id).await?;
            if bindings.iter().any(|binding| silent.contains(&binding.source.as_str())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn single<'a>(&self, certificate: &'a CertId, known: Known, signer: &Signer) -> SingleResponse<'a> {
        const HOLD: u8 = Reason::CertificateHold as u8;
        let now = known.at;
        let (status, life) = match known.status {
            Some(Status::Good) => (CertStatus::Good, self.settings.good),
            Some(Status::Revoked(one)) if one.reason == HOLD => (revoked(one, now), self.settings.held),
            Some(Status::Revoked(one)) => (revoked(one, now), self.settings.revoked),
            None if self.settings.never_issued == NeverIssued::Unknown => {
                (CertStatus::Unknown, self.settings.held)
            }
            None => (CertStatus::NEVER_ISSUED, self.settings.held),
        };
        let seconds = i64::try_from(life.as_secs()).unwrap_or(0);
        // Threat 57: nobody could verify it after the signer's own end.
        let next_update = now.plus_seconds(seconds).min(signer.certificate.not_after());
        SingleResponse { certificate, status, this_update: now, next_update }
    }

    async fn signed(
        &self,
        responses: Vec<SingleResponse<'_>>,
        request: &OcspRequest,
        (signer, mark): (Arc<Signer>, Mark),
        now: Time,
    ) -> Result<Kept, Trouble> {
        let next_update = responses.iter().map(|one| one.next_update).min().unwrap_or(now);
        let data = ResponseData {
            responder: signer.certificate.key().key_id(),
            produced_at: now,
            extended_revoke: responses.iter().any(|one| one.status == CertStatus::NEVER_ISSUED),
            responses,
            nonce: request.nonce.as_ref(),
        }
        .to_der();
        let signature = signer.key().sign(signer.key().algorithm(), &data).await?;
        Ok(Kept { data, signature, signer, this_update: now, next_update, mark })
    }

    /// RFC 6960 §2.3: the responder cannot tell just now. Anybody may ask a thousand times a second: it is told once a while.
    fn unable(&self, trouble: &Trouble, now: Time) -> OcspReply {
        let before = self.told.load(Ordering::Relaxed);
        if now.unix().abs_diff(before) >= TOLD_EVERY {
            self.told.store(now.unix(), Ordering::Relaxed);
            let code = ours::OCSP;
            tracing::error!(event = "ocsp_failed", error_code = %code, "no OCSP answer could be given: {trouble}");
        }
        OcspReply::error(ErrorStatus::TryLater, "try_later")
    }

    fn reply(&self, kept: &Kept, now: Time, cacheable: bool) -> OcspReply {
        let left = u64::try_from(kept.next_update.unix() - now.unix()).unwrap_or(0);
        let max_age = self.settings.max_age.min(Duration::from_secs(left));
        OcspReply {
            der: kept.der(),
            result: "answered",
            fresh: cacheable.then(|| Freshness {
                from: kept.this_update,
                until: kept.next_update,
                max_age,
                signature: kept.signature.clone(),
            }),
        }
    }
}

impl OcspResponder for Responder {
    fn answer<'a>(&'a self, request: &'a [u8]) -> BoxFuture<'a, OcspReply> {
        Box::pin(self.answered(request))
    }
}

/// What is known of a certificate.
struct Known {
    status: Option<Status>,
    /// When it was known to be true (RFC 6960 §2.4: thisUpdate).
    at: Time,
}

impl Known {
    /// Never issued.
    fn nothing(now: Time) -> Known {
        Known { status: None, at: now }
    }
}

/// A clock that was set back must not make a revocation lie in the future.
fn revoked(one: Revocation, now: Time) -> CertStatus {
    let reason = Reason::from_code(one.reason).unwrap_or(Reason::Unspecified);
    CertStatus::Revoked { at: one.at.min(now), reason }
}

/// Whether this is the one spelling of a question about one certificate: of the many others none is kept, or anybody could
/// fill the cache with one certificate.
fn is_plain(request: &OcspRequest, body: &[u8]) -> bool {
    let [one] = request.certificates.as_slice() else { return false };
    request.nonce.is_none() && *body == OcspRequest::plain(one)
}
