//! The part of the store that knows how certificates are asked for by name, which are seen in use, and which conversations stalled.

use pki::Time;

use super::{
    AskedRequest, AskedSearch, AuditEvent, CertificateId, NewAsked, NewStalled, Pending, Seen, Sighting,
    Stalled, StalledSearch, Verdict,
};

/// Requests in callers' own names, sightings, stalled conversations. A part of [`super::Store`], with the same promises.
pub trait UsageStore: Send + Sync {
    /// Records that somebody asks for a certificate by name, with the audit row `request.asked`. Before anything is decided.
    fn put_asked(&self, new: NewAsked) -> Pending<'_, ()>;

    /// Records why nothing came of it, with the audit row `request.refused`.
    fn refuse_asked(&self, id: &str, verdict: Verdict, event: AuditEvent, at: Time) -> Pending<'_, ()>;

    /// The request of this id.
    fn asked(&self, id: &str) -> Pending<'_, Option<AskedRequest>>;

    /// Requests, newest first.
    fn all_asked(&self, search: AskedSearch) -> Pending<'_, Vec<AskedRequest>>;

    /// Records that certificates were seen in use, those that this CA issued; gives how many were seen for the first time.
    /// `event` becomes an audit row `certificate.seen` for each of these.
    fn see(&self, seen: Vec<Seen>, event: Option<AuditEvent>) -> Pending<'_, u32>;

    /// When a certificate was seen in use.
    fn sighting(&self, id: CertificateId) -> Pending<'_, Option<Sighting>>;

    /// Records conversations that stalled, those of the same peer and reason as one row; one audit row `enrolment.stalled` for each row
    /// that is new. Gives how many those were.
    fn stall(&self, stalled: Vec<NewStalled>) -> Pending<'_, u32>;

    /// Conversations that stalled, the latest first.
    fn stalled(&self, search: StalledSearch) -> Pending<'_, Vec<Stalled>>;
}
