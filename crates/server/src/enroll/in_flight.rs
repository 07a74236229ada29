use crate::store::TransactionHash;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// Transactions that are being worked on: one at a time each.
///
/// The store is what keeps a transaction to one certificate; this only spares the second of two equal requests the
/// validator and the answer "come again".
#[derive(Default)]
pub struct InFlight {
    turns: Mutex<HashMap<TransactionHash, Arc<tokio::sync::Mutex<()>>>>,
}

/// A transaction's turn; it ends when this is dropped.
pub(super) struct Turn<'a> {
    all: &'a InFlight,
    transaction: TransactionHash,
    held: Option<OwnedMutexGuard<()>>,
}

impl InFlight {
    pub(super) async fn enter(&self, transaction: TransactionHash) -> Turn<'_> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(transaction).or_default())
        };
        Turn { all: self, transaction, held: Some(turn.lock_owned().await) }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.held = None;
        let mut turns = self.all.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // Only the map holds it: nobody waits.
        if turns.get(&self.transaction).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&self.transaction);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn q27_the_second_waits_for_the_first_and_nothing_is_left() {
        let all = Arc::new(InFlight::default());
        let first = all.enter(TransactionHash([1; 32])).await;
        let _other = all.enter(TransactionHash([2; 32])).await;
        let waiting = tokio::spawn({
            let all = Arc::clone(&all);
            async move { drop(all.enter(TransactionHash([1; 32])).await) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
        assert_eq!(all.turns.lock().unwrap().len(), 1, "only the other is left");
    }
}
