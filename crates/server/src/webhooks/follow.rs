//! Follows the audit chain for one webhook.

use super::QUEUE;
use super::dispatch::Webhooks;
use super::told::{message, of_row};
use crate::store::{Posting, StoreError, Webhook};

/// Rows read at once.
const PAGE: u32 = 200;
/// Rows without interest to a webhook after which its mark is written: each writing is a commit, and reading them again after
/// a crash costs little.
const UNMARKED: u64 = 2_000;

impl Webhooks {
    /// Records what one webhook is to be told of the next rows; `true` where there may be more.
    pub(super) async fn follow(&self, webhook: &mut Webhook) -> Result<bool, StoreError> {
        // The chain is the queue: what finds no room here waits there.
        if self.store.deliveries_waiting(webhook.id).await? >= QUEUE {
            return Ok(false);
        }
        let after = self.place(webhook);
        let rows = self.store.audit(after, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(false) };
        let mut messages = Vec::new();
        for row in &rows {
            if let Some((kind, data)) = of_row(&*self.store, row, &webhook.events).await? {
                let id = self.message_id(&row.sequence.to_string());
                messages.push(message(id, kind, row.at, &data, self.clock.now()));
            }
        }
        if !messages.is_empty() || last.saturating_sub(webhook.mark) >= UNMARKED {
            let progress = Some((webhook.mark, last));
            let posted = self.store.post(Posting { webhook: webhook.id, progress, messages }).await?;
            if posted.is_none() {
                // It is gone, or somebody else has followed: the next look begins where that one stands.
                return Ok(false);
            }
            webhook.mark = last;
        }
        self.remember(webhook.id, last);
        Ok(rows.len() == PAGE as usize)
    }
}
