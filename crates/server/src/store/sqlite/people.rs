//! People, operation by operation.

mod credentials;
mod failures;
mod links;
mod persons;
mod sessions;

use pki::Time;

use super::audit::{self, Entry};
use super::{Failure, Sqlite, Writing};
use crate::people::Login;
use crate::store::*;

#[cfg(test)]
pub(super) use credentials::BY_CREDENTIAL;
#[cfg(test)]
pub(super) use links::BY_LINK;
#[cfg(test)]
pub(super) use persons::{BY_ELSEWHERE, BY_LOGIN};
#[cfg(test)]
pub(super) use sessions::BY_SESSION;

impl PeopleStore for Sqlite {
    fn put_person(&self, new: NewPerson) -> Pending<'_, Option<PersonId>> {
        self.write(move |writing| persons::put(writing, &new))
    }

    fn person(&self, id: PersonId) -> Pending<'_, Option<Person>> {
        self.look(move |connection| persons::by_id(connection, id))
    }

    fn person_by_login(&self, login: &Login) -> Pending<'_, Option<Person>> {
        let login = login.clone();
        self.look(move |connection| persons::by_login(connection, &login))
    }

    fn person_elsewhere(&self, elsewhere: &Elsewhere) -> Pending<'_, Option<Person>> {
        let elsewhere = elsewhere.clone();
        self.look(move |connection| persons::elsewhere(connection, &elsewhere))
    }

    fn people(&self, after: PersonId, limit: u32) -> Pending<'_, Vec<Person>> {
        self.scan(move |connection| persons::all(connection, after, limit))
    }

    fn has_owner(&self) -> Pending<'_, bool> {
        self.look(persons::has_owner)
    }

    fn change_person(
        &self,
        id: PersonId,
        change: PersonChange,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, PersonChanged> {
        self.write(move |writing| persons::change(writing, id, &change, &event, at))
    }

    fn speak(&self, id: PersonId, language: Option<String>) -> Pending<'_, ()> {
        self.write(move |writing| persons::speak(writing, id, language.as_deref()))
    }

    fn put_session(&self, new: NewSession) -> Pending<'_, bool> {
        self.write(move |writing| sessions::put(writing, &new))
    }

    fn session(&self, hash: SessionHash, idle: i64, now: Time) -> Pending<'_, Option<(Session, Person)>> {
        self.look(move |connection| sessions::one(connection, hash, idle, now))
    }

    fn touch_session(&self, id: SessionId, at: Time) -> Pending<'_, ()> {
        self.write(move |writing| sessions::touch(writing, id, at))
    }

    fn sessions(&self, person: PersonId, idle: i64, now: Time) -> Pending<'_, Vec<Session>> {
        self.look(move |connection| sessions::of(connection, person, idle, now))
    }

    fn end_sessions(&self, person: PersonId, which: Ending, event: AuditEvent, at: Time) -> Pending<'_, u32> {
        self.write(move |writing| sessions::end(writing, person, which, &event, at))
    }

    fn password(&self, id: PersonId) -> Pending<'_, Option<PasswordRow>> {
        self.look(move |connection| credentials::password(connection, id))
    }

    fn spend_step(&self, id: PersonId, step: i64) -> Pending<'_, bool> {
        self.write(move |writing| credentials::spend_step(writing, id, step))
    }

    fn spend_recovery(&self, id: PersonId, hash: [u8; 32], event: AuditEvent, at: Time) -> Pending<'_, bool> {
        self.write(move |writing| credentials::spend_recovery(writing, id, hash, &event, at))
    }

    fn put_credential(
        &self,
        id: PersonId,
        credential: Credential,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, bool> {
        self.write(move |writing| {
            let put = credentials::put(writing, id, &credential, at)?;
            if put {
                audited(writing, "credential.added", &event, at)?;
            }
            Ok(put)
        })
    }

    fn passkey(&self, credential: &[u8]) -> Pending<'_, Option<Passkey>> {
        let credential = credential.to_owned();
        self.look(move |connection| credentials::passkey(connection, &credential))
    }

    fn passkeys(&self, person: PersonId) -> Pending<'_, Vec<Passkey>> {
        self.look(move |connection| credentials::passkeys(connection, person))
    }

    fn use_passkey(&self, id: i64, counter: u32, at: Time) -> Pending<'_, bool> {
        self.write(move |writing| credentials::use_passkey(writing, id, counter, at))
    }

    fn remove_passkey(&self, person: PersonId, id: i64, event: AuditEvent, at: Time) -> Pending<'_, bool> {
        self.write(move |writing| credentials::remove_passkey(writing, person, id, &event, at))
    }

    fn put_invitation(
        &self,
        hash: LinkHash,
        person: Option<PersonId>,
        expires_at: Time,
        at: Time,
    ) -> Pending<'_, ()> {
        self.write(move |writing| links::put(writing, hash, person, expires_at, at))
    }

    fn invitation(&self, hash: LinkHash) -> Pending<'_, Option<Invitation>> {
        self.look(move |connection| links::one(connection, hash))
    }

    fn redeem(
        &self,
        hash: LinkHash,
        first: Option<NewPerson>,
        credential: Credential,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, Option<PersonId>> {
        self.write(move |writing| links::redeem(writing, hash, first.as_ref(), &credential, &event, at))
    }

    fn failures(&self, subject: [u8; 32]) -> Pending<'_, Failures> {
        self.look(move |connection| failures::of(connection, subject).map_err(super::values::unread))
    }

    fn count_failure(&self, subject: [u8; 32], rule: FailureRule, at: Time) -> Pending<'_, Failures> {
        self.write(move |writing| failures::count(writing, subject, rule, at))
    }

    fn forget_failures(&self, subject: [u8; 32]) -> Pending<'_, ()> {
        self.write(move |writing| failures::forget(writing, subject))
    }
}

fn audited(writing: &Writing<'_>, kind: &str, event: &AuditEvent, at: Time) -> Result<(), Failure> {
    audit::append(writing, &Entry { kind, certificate: None, detail: &event.detail, at }).map(|_| ())
}
