//! The index of what can be found, kept up with the audit chain.

use std::sync::Arc;
use std::time::Duration;

use crate::explanation::ours;
use crate::store::Store;

/// How long nothing is looked at once everything was followed.
const PAUSE: Duration = Duration::from_secs(1);
/// How long after a failure that came again and again; after the first, [`PAUSE`], and twice as long each time.
const LONG_PAUSE: Duration = Duration::from_secs(30);
/// Rows at once: some milliseconds of a thread at the lowest priority. Where many are left, more at once cost less.
const FEW: u32 = 500;
const MANY: u32 = 5_000;

/// Follows, without end.
pub async fn run(store: Arc<dyn Store>) {
    let (mut most, mut pause) = (FEW, PAUSE);
    loop {
        match store.follow(most).await {
            Ok(followed) if followed.behind > 0 => {
                pause = PAUSE;
                most = if followed.behind > u64::from(MANY) { MANY } else { FEW };
            }
            Ok(_) => {
                (most, pause) = (FEW, PAUSE);
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                let code = ours::STORE;
                tracing::error!(event = "index_failed", error_code = %code, "the search index cannot follow: {error}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONG_PAUSE);
            }
        }
    }
}
