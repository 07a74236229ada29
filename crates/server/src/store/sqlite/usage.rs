//! Requests by name, sightings and stalled conversations, operation by operation.

mod asked;
mod sightings;
mod stalled;

use pki::Time;

use super::audit::{self, Entry};
use super::{Failure, Sqlite, Writing};
use crate::store::*;

impl UsageStore for Sqlite {
    fn put_asked(&self, new: NewAsked) -> Pending<'_, ()> {
        self.write(move |writing| asked::put(writing, &new))
    }

    fn refuse_asked(&self, id: &str, verdict: Verdict, event: AuditEvent, at: Time) -> Pending<'_, ()> {
        let id = id.to_owned();
        self.write(move |writing| asked::refuse(writing, &id, &verdict, &event, at))
    }

    fn asked(&self, id: &str) -> Pending<'_, Option<AskedRequest>> {
        let id = id.to_owned();
        self.look(move |connection| asked::one(connection, &id))
    }

    fn all_asked(&self, search: AskedSearch) -> Pending<'_, Vec<AskedRequest>> {
        self.scan(move |connection| asked::list(connection, &search))
    }

    fn see(&self, seen: Vec<Seen>, event: Option<AuditEvent>) -> Pending<'_, u32> {
        self.write(move |writing| sightings::see(writing, &seen, event.as_ref()))
    }

    fn sighting(&self, id: CertificateId) -> Pending<'_, Option<Sighting>> {
        self.look(move |connection| sightings::of(connection, id))
    }

    fn stall(&self, stalled: Vec<NewStalled>) -> Pending<'_, u32> {
        self.write(move |writing| stalled::put(writing, &stalled))
    }

    fn stalled(&self, search: StalledSearch) -> Pending<'_, Vec<Stalled>> {
        self.scan(move |connection| stalled::list(connection, &search))
    }
}

fn audited(
    writing: &Writing<'_>,
    kind: &str,
    certificate: Option<CertificateId>,
    detail: &str,
    at: Time,
) -> Result<(), Failure> {
    audit::append(writing, &Entry { kind, certificate, detail, at }).map(|_| ())
}
