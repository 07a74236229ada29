//! The part of the store that knows people.

use pki::Time;

use super::{
    AuditEvent, Credential, Elsewhere, Failures, Invitation, LinkHash, NewPerson, NewSession, Passkey,
    PasswordRow, Pending, Person, PersonChange, PersonChanged, PersonId, Session, SessionHash, SessionId,
};
use crate::people::Login;

/// People, sessions, credentials and links. A part of [`super::Store`], with the same promises.
pub trait PeopleStore: Send + Sync {
    /// Records a person. `None` if the login, or who vouches, is taken.
    fn put_person(&self, new: NewPerson) -> Pending<'_, Option<PersonId>>;

    /// One person.
    fn person(&self, id: PersonId) -> Pending<'_, Option<Person>>;

    /// The person of this login.
    fn person_by_login(&self, login: &Login) -> Pending<'_, Option<Person>>;

    /// The person whom a provider of OpenID Connect knows so.
    fn person_elsewhere(&self, elsewhere: &Elsewhere) -> Pending<'_, Option<Person>>;

    /// People, in the order of their rows.
    fn people(&self, after: PersonId, limit: u32) -> Pending<'_, Vec<Person>>;

    /// Whether an owner can sign in: one who is not locked out and has credentials, here or elsewhere.
    fn has_owner(&self) -> Pending<'_, bool>;

    /// Changes a person, with the audit row of that kind; ends sessions where rights change. The last owner stays.
    fn change_person(
        &self,
        id: PersonId,
        change: PersonChange,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, PersonChanged>;

    /// Which language they read; no row of the audit.
    fn speak(&self, id: PersonId, language: Option<String>) -> Pending<'_, ()>;

    /// Opens a session, with the audit row `session.opened`. `false` if the person is locked out or not there.
    fn put_session(&self, new: NewSession) -> Pending<'_, bool>;

    /// A session that goes on at `now`, with its person as of now; ended and overdue ones are none. Never waits for the writer.
    fn session(&self, hash: SessionHash, idle: i64, now: Time) -> Pending<'_, Option<(Session, Person)>>;

    /// Remembers that a session was used.
    fn touch_session(&self, id: SessionId, at: Time) -> Pending<'_, ()>;

    /// The sessions of a person that go on at `now`, newest first.
    fn sessions(&self, person: PersonId, idle: i64, now: Time) -> Pending<'_, Vec<Session>>;

    /// Ends sessions of this person, with an audit row of the event's kind for all of them: the one named, or all but `keep`.
    /// Gives how many.
    fn end_sessions(&self, person: PersonId, which: Ending, event: AuditEvent, at: Time) -> Pending<'_, u32>;

    /// What checks the person's password.
    fn password(&self, id: PersonId) -> Pending<'_, Option<PasswordRow>>;

    /// Uses up the code of a time step. `false` if that one, or a later one, was used.
    fn spend_step(&self, id: PersonId, step: i64) -> Pending<'_, bool>;

    /// Uses up a recovery code, with the audit row of the event. `false` if there is no such code left.
    fn spend_recovery(&self, id: PersonId, hash: [u8; 32], event: AuditEvent, at: Time) -> Pending<'_, bool>;

    /// Adds a credential, with the audit row `credential.added`. `false` if the passkey is known already.
    fn put_credential(
        &self,
        id: PersonId,
        credential: Credential,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, bool>;

    /// The passkey of that credential id.
    fn passkey(&self, credential: &[u8]) -> Pending<'_, Option<Passkey>>;

    /// A person's passkeys.
    fn passkeys(&self, person: PersonId) -> Pending<'_, Vec<Passkey>>;

    /// A passkey signed: its counter and the time of its use. `false` if another use had that counter or a higher one.
    fn use_passkey(&self, id: i64, counter: u32, at: Time) -> Pending<'_, bool>;

    /// Takes a passkey away, with the audit row `credential.removed`. `false` if there is none, or nothing else signs in.
    fn remove_passkey(&self, person: PersonId, id: i64, event: AuditEvent, at: Time) -> Pending<'_, bool>;

    /// Records a link. Others of the same person stop working.
    fn put_invitation(
        &self,
        hash: LinkHash,
        person: Option<PersonId>,
        expires_at: Time,
        at: Time,
    ) -> Pending<'_, ()>;

    /// A link, whether it still works or not.
    fn invitation(&self, hash: LinkHash) -> Pending<'_, Option<Invitation>>;

    /// Uses a link once: gives its person the credential; for the link of the first owner, records `first` before. `None` if the
    /// link does not work at `at`, the login is taken, or there is an owner already.
    fn redeem(
        &self,
        hash: LinkHash,
        first: Option<NewPerson>,
        credential: Credential,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, Option<PersonId>>;

    /// Wrong guesses at this subject.
    fn failures(&self, subject: [u8; 32]) -> Pending<'_, Failures>;

    /// Counts one more wrong guess: the window begins anew when it is over; from `most` on nobody is let try for `lock` seconds,
    /// twice as long with each further one.
    fn count_failure(&self, subject: [u8; 32], rule: FailureRule, at: Time) -> Pending<'_, Failures>;

    /// Forgets them.
    fn forget_failures(&self, subject: [u8; 32]) -> Pending<'_, ()>;
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This one, if it is the person's.
    One(SessionId),
    /// All but this one.
    AllBut(SessionId),
    /// All.
    All,
}

/// How many wrong guesses are too many.
#[derive(Clone, Copy, Debug)]
pub struct FailureRule {
    /// Wrong guesses within a window.
    pub most: u32,
    /// Length of a window, in seconds.
    pub window: i64,
    /// How long the first lock lasts, in seconds.
    pub lock: i64,
}
