//! What programs asked to be done once, in the store.

use crate::clock::Clock;
use crate::explanation::ours;
use crate::http::{ApiProblem, BoxFuture, Once, Repetitions};
use crate::store::{Begun, KeptAnswer, NewRepetition, OnceKey, Store};
use std::sync::Arc;

/// Remembers it for 24 hours.
pub struct Memory {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Memory {
    /// In this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Memory {
        Memory { store, clock }
    }
}

impl Repetitions for Memory {
    fn begin(&self, once: Once) -> BoxFuture<'_, Result<Begun, ApiProblem>> {
        let Once { key, caller, fingerprint } = once;
        let begun = self.store.begin_once(NewRepetition { key, caller, fingerprint, at: self.clock.now() });
        Box::pin(async move { begun.await.map_err(|_| ApiProblem::new(503, ours::STORE)) })
    }

    fn end(&self, key: OnceKey, answer: Option<KeptAnswer>) -> BoxFuture<'_, ()> {
        let ended = self.store.end_once(key, answer);
        Box::pin(async move {
            if let Err(error) = ended.await {
                // What was done is done, and told; a repetition does it again once this one counts as lost.
                tracing::warn!(event = "repetition", %error, "what was done once could not be recorded");
            }
        })
    }
}
