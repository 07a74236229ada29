//! Logs and metrics. Neither carries a secret; no metric label carries an identity.

mod line;
mod log;
mod metrics;
mod tap;

pub use self::log::{LogStarted, start_log};
pub use self::metrics::{Metrics, ScepRequest};
pub use self::tap::{Told, start_tap};
