//! What the server said of each refusal, as it said it to its operator.

use crate::telemetry::Told;
use std::collections::{BTreeMap, VecDeque};
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
    /// Which element was not as it had to be, where something was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) element: Option<String>,
    /// What it had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) expected: Option<String>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) found: Option<String>,
}

/// Events that are kept to be looked at.
const RECENT: usize = 4_096;

/// Refusals by transaction, as the server tells them, and the newest events of any kind.
#[derive(Clone, Default)]
pub(in crate::cli) struct Refusals(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    refusals: BTreeMap<String, Refusal>,
    recent: VecDeque<Told>,
}

impl Refusals {
    /// Hears every event of this process from now on. One process has one such ear.
    pub(in crate::cli) fn hear() -> Refusals {
        let refusals = Refusals::default();
        let ear = refusals.clone();
        crate::telemetry::start_tap(move |told| {
            ear.note(&told);
            ear.keep(told);
        });
        refusals
    }

    fn keep(&self, told: Told) {
        let mut heard = self.lock();
        if heard.recent.len() >= RECENT {
            heard.recent.pop_front();
        }
        heard.recent.push_back(told);
    }

    /// The newest events, oldest first.
    pub(in crate::cli) fn recent(&self) -> Vec<Told> {
        self.lock().recent.iter().cloned().collect()
    }

    fn note(&self, told: &Told) {
        if told.text("event") != Some("scep_refused") {
            return;
        }
        let text = |field| told.text(field).unwrap_or_default().to_owned();
        let side = |field| told.text(field).map(str::to_owned);
        let refusal = Refusal {
            code: text("error_code"),
            cause: text("msg"),
            fix: text("fix"),
            page: text("page"),
            element: side("element"),
            expected: side("expected"),
            found: side("found"),
        };
        self.lock().refusals.insert(text("scep_transaction"), refusal);
    }

    /// What was said last of a transaction.
    pub(in crate::cli) fn of(&self, transaction: &str) -> Option<Refusal> {
        self.lock().refusals.get(transaction).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
