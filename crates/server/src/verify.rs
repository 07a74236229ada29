//! Re-checks everything that is recorded: the invariants I1 to I12, read-only, safe beside a running server.
//!
//! It trusts no index and no earlier check: every certificate is parsed, verified, linted, held against the version of the
//! profile that it was made by, and compared with its row and its request again. Rows are read in pages, so that a million certificates need no more memory than a thousand;
//! what grows is one bit for each certificate, and the newest CRL with its parts.

mod audit;
mod certificate;
mod certificates;
mod crl;
mod own;
mod primes;
mod profiles;
mod report;

pub use report::{Invariant, Report, Row};

use crate::config::Config;
use crate::installation::{InstallationError, database};
use crate::keys::KeyDirectory;
use crate::store::sqlite::Sqlite;
use crate::store::{Check, Counts, Store, StoreError};
use audit::Walk;
use own::Hierarchy;
use pki::Time;
use std::path::PathBuf;
use std::sync::Arc;

/// Findings told of each check of the store's own.
const TOLD: u32 = 20;

/// What is to be verified, and how.
pub struct Verification {
    /// Everything recorded.
    pub store: Arc<dyn Store>,
    /// Where the private keys are; `None` leaves them out.
    pub keys: Option<KeyDirectory>,
    /// Now.
    pub now: Time,
    /// Seconds after which something that a server does by itself (finish a reservation, list a revocation) is overdue.
    pub grace: i64,
    /// Look for primes shared among so many RSA keys, the newest first; 0 for not at all.
    pub shared_primes: usize,
}

impl Verification {
    /// The verification of a data directory, which is only read.
    ///
    /// # Errors
    /// [`InstallationError`] where there is no CA, or none that can be read.
    pub fn of(config: &Config, now: Time) -> Result<Verification, InstallationError> {
        let path = database(&config.data_dir);
        if !path.exists() {
            return Err(InstallationError::Empty(config.data_dir.clone()));
        }
        let keys: PathBuf = config.data_dir.join("keys");
        let keys = if keys.is_dir() { Some(KeyDirectory::open(&keys)?) } else { None };
        let store = Arc::new(Sqlite::open_to_read(&path)?);
        Ok(Verification { store, keys, now, grace: 120, shared_primes: 0 })
    }

    /// Checks every invariant.
    ///
    /// # Errors
    /// The store's, where it cannot be read at all; what is wrong in it is in the report.
    pub async fn run(&self) -> Result<Report, StoreError> {
        let mut report = Report::default();
        // In this order, so that what a server writes meanwhile is never half seen: a row's audit event is there with it.
        let counts: Counts = self.store.counts().await?;
        let hierarchy = Arc::new(Hierarchy::read(&*self.store).await?);
        own::check(&hierarchy, self.keys.as_ref(), &mut report);
        let lists = crl::newest(self, &hierarchy, &mut report).await?;
        let since = lists.iter().filter_map(crl::Newest::made_at).min();
        let walk = Walk::over(&*self.store, counts.certificates, since, &mut report).await?;
        let seen = certificates::check(self, &hierarchy, counts.certificates, &mut report).await?;
        walk.compare(&seen.rows, &mut report);
        for list in lists {
            crl::compare(self, list, &walk, &mut report).await?;
        }
        self.ask_the_store(&mut report).await?;
        primes::check(&seen.moduli, self.shared_primes, &mut report);
        Ok(report)
    }

    async fn ask_the_store(&self, report: &mut Report) -> Result<(), StoreError> {
        let overdue = self.now.plus_seconds(-self.grace);
        for (invariant, check) in [
            (Invariant::Serials, Check::Serials),
            (Invariant::OneEach, Check::Transactions),
            (Invariant::OneEach, Check::Claims),
            (Invariant::OneEach, Check::Held),
            (Invariant::Notifications, Check::Notifications { now: overdue }),
            (Invariant::CrlNumbers, Check::Crls),
            (Invariant::Audit, Check::Issuance),
            (Invariant::Outcomes, Check::Reservations { before: overdue.plus_seconds(1) }),
            (Invariant::References, Check::Database),
        ] {
            for fault in self.store.faults(check, TOLD).await? {
                let row = fault.certificate.map(|id| format!("certificate {}: ", id.0)).unwrap_or_default();
                report.found(invariant, format!("{row}{}", fault.what));
            }
        }
        Ok(())
    }
}
