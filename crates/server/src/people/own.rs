//! What is one's own: sessions, passkeys, language, tokens for programs.

use serde_json::json;

use super::door::problem;
use super::reception::{Reception, unable, unread};
use crate::config::{Period, Secret};
use crate::explanation::{administrator, people};
use crate::http::{ApiProblem, Caller};
use crate::keys::SystemRandom;
use crate::portal::Language;
use crate::store::{AuditEvent, Ending, Passkey, PersonId, Session, SessionId};
use crate::tokens::{Grant, NotGranted, Scope, TokenName, grant_to};

/// A person's token ends within this.
const LONGEST: &str = "365d";
/// Unless it is said.
const USUAL: &str = "90d";

/// A token for a program of one's own.
#[derive(Clone, Copy, Debug)]
pub struct Mine<'a> {
    /// As [`TokenName`].
    pub name: &'a str,
    /// Words of [`Scope`]; each must be the caller's.
    pub scopes: &'a [String],
    /// Such as `90d`.
    pub expires: Option<&'a str>,
}

impl Reception {
    /// The sessions of a person that go on.
    ///
    /// # Errors
    /// The store's.
    pub async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, ApiProblem> {
        self.store.sessions(person, self.lengths.idle, self.clock.now()).await.map_err(unread)
    }

    /// Ends one session of a person, or all; gives how many. Another's is not found.
    ///
    /// # Errors
    /// [`people::NO_PERSON`], or the store.
    pub async fn end_session(&self, person: PersonId, one: Option<SessionId>) -> Result<u32, ApiProblem> {
        let who = self.who(&person.0.to_string()).await?;
        self.end(person, &who.login, one.map_or(Ending::All, Ending::One)).await
    }

    /// The passkeys of a person.
    ///
    /// # Errors
    /// The store's.
    pub async fn passkeys(&self, person: PersonId) -> Result<Vec<Passkey>, ApiProblem> {
        self.store.passkeys(person).await.map_err(unread)
    }

    /// Takes a passkey away, unless nothing else signs the person in; their sessions go on.
    ///
    /// # Errors
    /// [`people::LAST_CREDENTIAL`], or the store.
    pub async fn remove_passkey(&self, person: PersonId, id: i64) -> Result<(), ApiProblem> {
        let who = self.who(&person.0.to_string()).await?;
        let detail = json!({ "by": format!("person {}", who.login), "credential": "passkey", "number": id });
        let event = AuditEvent::detail(detail.to_string());
        let removed = self.store.remove_passkey(person, id, event, self.clock.now()).await.map_err(unread)?;
        if removed { Ok(()) } else { Err(ApiProblem::new(409, people::LAST_CREDENTIAL)) }
    }

    /// Which language somebody reads; an empty word for what the browser says.
    ///
    /// # Errors
    /// [`people::PERSON`], or the store.
    pub async fn speak(&self, person: PersonId, language: Option<&str>) -> Result<(), ApiProblem> {
        let Some(word) = language else { return Ok(()) };
        let language = match (word, Language::parse(word)) {
            ("", _) => None,
            (_, Some(language)) => Some(language.tag().to_owned()),
            _ => return Err(problem(400, people::PERSON, "There are no pages in that language.")),
        };
        self.store.speak(person, language).await.map_err(unread)
    }

    /// Makes a token with rights of the caller's own, no more than the caller has now; at each use it has no more than its person
    /// has then.
    ///
    /// # Errors
    /// [`administrator::TOKEN`], [`administrator::SCOPE`], [`administrator::NAME_TAKEN`], or the store.
    pub async fn own_token(
        &self,
        person: PersonId,
        wanted: Mine<'_>,
        caller: &Caller,
    ) -> Result<(Secret, Grant), ApiProblem> {
        let usage = |sentence: &str| problem(400, administrator::TOKEN, sentence);
        let name = TokenName::parse(wanted.name)
            .ok_or_else(|| usage("A name is 1 to 64 of A-Z a-z 0-9 - _ . and first a letter or digit."))?;
        let mut scopes = Vec::new();
        for word in wanted.scopes {
            let scope = Scope::parse(word).ok_or_else(|| usage("One of the scopes is none."))?;
            if !caller.may(scope) {
                return Err(problem(
                    403,
                    administrator::SCOPE,
                    &format!("You lack the right {scope} yourself."),
                ));
            }
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        if scopes.is_empty() {
            return Err(usage("A token has at least one scope."));
        }
        let period = Period::parse(wanted.expires.unwrap_or(USUAL)).zip(Period::parse(LONGEST));
        let period =
            period.filter(|(one, longest)| one <= longest && one.0.as_secs() > 0).map(|(one, _)| one);
        let period = period.ok_or_else(|| usage("A token of a person lives for 1s to 365d."))?;
        let now = self.clock.now();
        let expires_at = Some(now.plus_seconds(i64::try_from(period.0.as_secs()).unwrap_or_default()));
        let grant = Grant { name, scopes, expires_at };
        let mut random = SystemRandom;
        let made = grant_to(&*self.store, &mut random, (grant.clone(), Some(person)), caller.as_str(), now);
        match made.await {
            Ok(secret) => Ok((secret, grant)),
            Err(NotGranted::NameTaken(_)) => Err(ApiProblem::new(409, administrator::NAME_TAKEN)),
            Err(NotGranted::Random(failure)) => Err(unable(failure)),
            Err(NotGranted::Store(error)) => Err(unread(error)),
        }
    }
}
