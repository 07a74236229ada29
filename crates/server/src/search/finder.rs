//! What the routes ask.

use std::sync::Arc;

use serde::Serialize;

use super::answers::{CertificateRow, Renewals};
use super::filters::CertificateFilter;
use super::{Around, rows};
use crate::clock::Clock;
use crate::explanation::{administrator, ours};
use crate::http::{ApiProblem, Cursor, Page};
use crate::revocation;
use crate::store::{Found, PageSought, Place, Store, Stored};

/// Finds what the administrative API and the command line ask for.
pub struct Finder {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) around: Arc<dyn Around>,
}

/// Which page: rows at most, and where it begins.
#[derive(Clone, Copy, Debug)]
pub struct Paging<P> {
    /// Rows at most.
    pub limit: u32,
    /// `None` for the first page.
    pub after: Option<P>,
}

/// Rows, and where the next ones begin.
#[derive(Clone, Debug)]
pub struct Sequel<T, P> {
    /// Rows.
    pub items: Vec<T>,
    /// `None` where nothing follows.
    pub next: Option<P>,
}

impl<T, P: Serialize> Sequel<T, P> {
    /// As the list of that name answers it.
    #[must_use]
    pub fn page(self, list: &str) -> Page<T> {
        Page { items: self.items, next: self.next.map(|place| Cursor::new(list, &place)) }
    }
}

/// A page of certificates.
pub(super) type Certificates = Sequel<CertificateRow, Place>;

impl Finder {
    /// The name of the list of those who are late with a renewal.
    pub const RENEWALS: &'static str = "renewals";

    /// Over this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, around: Arc<dyn Around>) -> Finder {
        Finder { store, clock, around }
    }

    /// A page of certificates.
    ///
    /// # Errors
    /// What is sought cannot be, or the store cannot be read.
    pub async fn certificates(
        &self,
        filter: CertificateFilter,
        paging: Paging<Place>,
    ) -> Result<Certificates, ApiProblem> {
        let now = self.clock.now();
        let sought = filter.sought(now)?;
        let page = PageSought { limit: paging.limit, after: paging.after, now };
        let found = self.store.seek(sought, page).await.map_err(|_| unread())?;
        Ok(self.rows(found))
    }

    pub(super) fn rows(&self, found: Found) -> Certificates {
        let now = self.clock.now();
        let items = found.hits.into_iter().map(|hit| rows::certificate(hit, now)).collect();
        Sequel { items, next: found.next }
    }

    /// Whose renewal may come when, and who is late.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn renewals(&self, paging: Paging<Place>) -> Result<Renewals, ApiProblem> {
        let page = PageSought { limit: paging.limit, after: paging.after, now: self.clock.now() };
        let forecast = self.store.forecast(page).await.map_err(|_| unread())?;
        let late = self.rows(forecast.found);
        let renewals = Renewals {
            opening: super::summary::days(self.clock.now(), 0, 90, &forecast.opening),
            at_risk_count: forecast.at_risk,
            at_risk: late.page(Finder::RENEWALS),
        };
        Ok(renewals)
    }

    /// The certificate with this serial number, hexadecimal.
    pub(super) async fn stored(&self, serial: &str) -> Result<Stored, ApiProblem> {
        let found = revocation::find(&*self.store, serial).await.map_err(|_| unread())?;
        found.ok_or_else(|| ApiProblem::new(404, administrator::SERIAL))
    }
}

pub(super) fn unread() -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}
