//! The outbox: whom to tell about a certificate, and how far that has come.

use pki::Time;

use super::{CertificateId, NotificationId};

/// A notification about to be recorded.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// What to say to whom, for example `intune.success`.
    pub kind: String,
    /// What the sender needs beside the certificate's own row, as JSON; no secrets.
    pub payload: String,
    /// Before this the outbox leaves it alone: whoever enqueued it tries first.
    pub next_attempt_at: Time,
    /// After this the sender gives up.
    pub deadline_at: Time,
}

/// How far a notification has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotificationState {
    /// To be sent (again).
    Pending,
    /// The other side has acknowledged it.
    Accepted,
    /// Given up: deadline, final refusal, or the certificate was abandoned.
    Dead,
}

/// A notification as recorded.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Its row.
    pub id: NotificationId,
    /// The certificate that it is about.
    pub certificate: Option<CertificateId>,
    /// What to say to whom.
    pub kind: String,
    /// What the sender needs beside the certificate's own row, as JSON.
    pub payload: String,
    /// How far it has come.
    pub state: NotificationState,
    /// Attempts that failed.
    pub attempts: u32,
    /// Not before.
    pub next_attempt_at: Time,
    /// Give up after.
    pub deadline_at: Time,
    /// What went wrong last, for the operator.
    pub last_error: Option<String>,
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// Acknowledged.
    Accepted,
    /// Failed; try again then.
    Retry {
        /// Not before.
        at: Time,
        /// For the operator.
        error: String,
    },
    /// Failed for good.
    Dead {
        /// For the operator.
        error: String,
    },
}

/// Which notifications to list.
#[derive(Clone, Copy, Debug)]
pub struct NotificationSearch {
    /// In this state.
    pub state: NotificationState,
    /// After this row.
    pub after: NotificationId,
    /// Rows at most.
    pub limit: u32,
}
