//! The state that all pretend services of a tenant share.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::challenge::Seals;
use super::configurations::Configurations;
use super::directory::Directory;
use super::entra::{Application, DeviceCodes, TokenIssuer};
use super::fault::FaultBook;
use super::graph::Pager;
use super::journal::Journal;
use super::ledger::Ledger;
use super::revocation::RevocationQueue;
use super::subject::SubjectRule;
use crate::clock::Clock;
use crate::dice::Dice;

/// What is unknown of Intune's comparison, and so a switch.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How subjects are compared.
    pub subject: SubjectRule,
    /// Whether URIs with an account's SID are compared like other names. Intune seems not to (contract section 10).
    pub sid_uri_compared: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { subject: SubjectRule::StrictString, sid_uri_compared: false }
    }
}

/// Base addresses of the services.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Urls {
    /// Entra's authority, with trailing slash; the tenant follows.
    pub authority: String,
    /// Graph, with trailing slash.
    pub graph: String,
    /// Intune's scale unit, with trailing slash.
    pub intune: String,
    /// What discovery says of the validation service.
    pub scep_service: String,
    /// What discovery says of the revocation service.
    pub pki_service: String,
    /// Control API: `{control}sim/…`.
    pub control: String,
}

impl Urls {
    /// Host and port of the authority.
    #[must_use]
    pub fn authority_host(&self) -> String {
        let host = self.authority.split("://").nth(1).unwrap_or_default();
        host.trim_end_matches('/').to_owned()
    }
}

/// Where the services stand: one base each, with trailing slash.
#[derive(Clone, Debug)]
pub(super) struct Bases {
    pub(super) entra: String,
    pub(super) graph: String,
    pub(super) intune: String,
}

/// A tenant's state.
pub struct World {
    /// The simulated clock.
    pub clock: Clock,
    pub(super) tokens: TokenIssuer,
    pub(super) seals: Seals,
    pub(super) rules: Rules,
    pub(super) bases: Bases,
    pub(super) tenant: (String, String),
    pub(super) applications: Mutex<Vec<Application>>,
    pub(super) directory: Mutex<Directory>,
    pub(super) codes: Mutex<DeviceCodes>,
    pub(super) configurations: Mutex<Configurations>,
    pub(super) ledger: Mutex<Ledger>,
    pub(super) revocations: Mutex<RevocationQueue>,
    pub(super) pager: Mutex<Pager>,
    pub(super) faults: Mutex<FaultBook>,
    pub(super) journal: Mutex<Journal>,
    pub(super) dice: Mutex<Dice>,
    pub(super) scale_unit: AtomicU32,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// Where everything is at present.
    #[must_use]
    pub fn urls(&self) -> Urls {
        let unit = self.scale_unit.load(Ordering::Relaxed);
        let intune = format!("{}msuc{unit:02}/", self.bases.intune);
        Urls {
            authority: self.bases.entra.clone(),
            graph: self.bases.graph.clone(),
            scep_service: format!(
                "{intune}RACerts/ScepRequestValidationFEService/Gateway/StatelessScepRequestValidationService"
            ),
            pki_service: format!(
                "{intune}RACerts/StatelessPkiConnectorService/Gateway/StatelessPkiConnectorService"
            ),
            control: self.bases.entra.clone(),
            intune,
        }
    }

    /// Moves the tenant to another scale unit: the old address answers 404, discovery names the new one.
    pub fn move_scale_unit(&self) {
        self.scale_unit.fetch_add(1, Ordering::Relaxed);
    }

    /// The tenant's GUID.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        &self.tenant.0
    }

    /// The tenant's domain.
    #[must_use]
    pub fn tenant_domain(&self) -> &str {
        &self.tenant.1
    }

    /// True for the GUID and the domain.
    #[must_use]
    pub fn is_tenant(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.tenant.0) || name.eq_ignore_ascii_case(&self.tenant.1)
    }

    /// The registered application.
    #[must_use]
    pub fn application(&self, client_id: &str) -> Option<Application> {
        locked(&self.applications).iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id)).cloned()
    }

    /// Registers an application.
    pub fn register(&self, app: Application) {
        let mut apps = locked(&self.applications);
        apps.retain(|known| known.client_id != app.client_id);
        apps.push(app);
    }

    /// Addresses that an assertion may name as its audience.
    #[must_use]
    pub fn token_endpoints(&self, tenant: &str) -> Vec<String> {
        let at = |tenant: &str| format!("{}{tenant}/oauth2/v2.0/token", self.bases.entra);
        vec![at(tenant), at(&self.tenant.0), at(&self.tenant.1)]
    }

    /// Graph by its public name, or by this tenant's own address (clients that override the resource).
    #[must_use]
    pub fn is_graph_audience(&self, resource: &str) -> bool {
        let resource = resource.trim_end_matches('/');
        resource == "https://graph.microsoft.com" || resource == self.bases.graph.trim_end_matches('/')
    }

    /// Intune by its public name, with and without the slash that the reference clients keep, or its application id.
    #[must_use]
    pub fn is_intune_audience(&self, resource: &str) -> bool {
        let resource = resource.trim_end_matches('/');
        ["https://api.manage.microsoft.com", super::graph::INTUNE_APP_ID].contains(&resource)
            || resource == self.bases.intune.trim_end_matches('/')
    }

    /// A GUID of the seeded dice.
    #[must_use]
    pub fn guid(&self) -> String {
        locked(&self.dice).guid()
    }

    /// Devices, users and profiles.
    pub fn directory(&self) -> MutexGuard<'_, Directory> {
        locked(&self.directory)
    }

    /// Sign-ins by device code.
    pub fn codes(&self) -> MutexGuard<'_, DeviceCodes> {
        locked(&self.codes)
    }

    /// Configuration profiles.
    pub(super) fn configurations(&self) -> MutexGuard<'_, Configurations> {
        locked(&self.configurations)
    }

    /// Verdicts, certificates and failures.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        locked(&self.ledger)
    }

    /// What Intune wants revoked.
    pub fn revocations(&self) -> MutexGuard<'_, RevocationQueue> {
        locked(&self.revocations)
    }

    /// How Graph cuts its answers, and the links that it gave.
    pub fn pager(&self) -> MutexGuard<'_, Pager> {
        locked(&self.pager)
    }

    /// Faults to order.
    pub fn faults(&self) -> MutexGuard<'_, FaultBook> {
        locked(&self.faults)
    }

    /// Requests and breaches.
    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        locked(&self.journal)
    }

    /// Notes a breach of the contract by the caller.
    pub fn breach(&self, text: impl Into<String>) {
        self.journal().breach(text);
    }
}
