//! Certificates whose successor has been in use for long enough.

use crate::config::Config;
use crate::standing::Rule;
use crate::store::{Ground, Ruling, Store, StoreError};
use pki::Time;
use pki::certificate::Serial;
use std::time::Duration;

/// Certificates ruled on in one transaction.
const TOGETHER: usize = 50;

/// The endpoints that revoke what was renewed, and after how long.
#[derive(Clone, Debug, Default)]
pub struct Superseding(Vec<(String, Duration)>);

impl Superseding {
    /// As configured.
    #[must_use]
    pub fn of(config: &Config) -> Superseding {
        let each = config.endpoints.iter();
        let each = each.filter_map(|one| Some((one.name.as_str().to_owned(), one.superseded_after?)));
        Superseding(each.collect())
    }

    /// Revokes all that are due.
    ///
    /// # Errors
    /// The store.
    pub async fn run_once(&self, store: &dyn Store, now: Time) -> Result<(), StoreError> {
        for (endpoint, overlap) in &self.0 {
            let seconds = i64::try_from(overlap.as_secs()).unwrap_or(i64::MAX);
            let before = Time::from_unix(now.unix().saturating_sub(seconds));
            loop {
                let due = store.superseded(endpoint, before, now).await?;
                if due.is_empty() {
                    break;
                }
                let rulings: Vec<Ruling> = due
                    .iter()
                    .map(|one| {
                        let by = Serial::new(&one.by);
                        let said = format!("its successor {by} was issued at {}", one.since);
                        let (rule, reason) = (Rule::Superseded, Rule::Superseded.reason().code());
                        let ground = Ground { rule, at: now, reason, said };
                        Ruling {
                            id: one.id,
                            asked: &[Rule::Superseded],
                            grounds: vec![ground],
                            found: Vec::new(),
                        }
                    })
                    .collect();
                for page in rulings.chunks(TOGETHER) {
                    store.rule(page.to_vec(), now).await?;
                }
            }
        }
        Ok(())
    }
}
