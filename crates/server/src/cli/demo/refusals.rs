//! What the server said of each refusal, as it said it to its operator.

use crate::telemetry::Told;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A refusal in the operator's words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(in crate::cli) struct Refusal {
    /// `CHY-…`
    pub(in crate::cli) code: String,
    /// What happened, with values.
    pub(in crate::cli) cause: String,
    /// What to do.
    pub(in crate::cli) fix: String,
    /// Where it is explained.
    pub(in crate::cli) page: String,
}

/// Refusals by transaction, as the server tells them.
#[derive(Clone, Default)]
pub(in crate::cli) struct Refusals(Arc<Mutex<BTreeMap<String, Refusal>>>);

impl Refusals {
    /// Hears every event of this process from now on. One process has one such ear.
    pub(in crate::cli) fn hear() -> Refusals {
        let refusals = Refusals::default();
        let ear = refusals.clone();
        crate::telemetry::start_tap(move |told| ear.note(&told));
        refusals
    }

    fn note(&self, told: &Told) {
        if told.text("event") != Some("scep_refused") {
            return;
        }
        let text = |field| told.text(field).unwrap_or_default().to_owned();
        let refusal =
            Refusal { code: text("error_code"), cause: text("msg"), fix: text("fix"), page: text("page") };
        self.lock().insert(text("scep_transaction"), refusal);
    }

    /// What was said last of a transaction.
    pub(in crate::cli) fn of(&self, transaction: &str) -> Option<Refusal> {
        self.lock().get(transaction).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Refusal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
