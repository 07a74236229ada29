//! Signing in and out. A wrong login, a wrong password and a wrong code look alike and cost alike.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::passkey::{Algorithm, Assertion, Expected, Refused};
use super::reception::{Reception, unable, unread};
use super::throttle::Subjects;
use super::{Login, password, session, totp};
use crate::explanation::{Entry, people};
use crate::http::{ApiProblem, SignedIn};
use crate::keys::SystemRandom;
use crate::store::{AuditEvent, Ending, PasswordRow, Person};

/// What challenges for signing in are made for.
const SIGN_IN: &str = "sign in";
/// What TOTP's secrets are sealed for.
pub(super) const TOTP: &str = "totp";

/// What somebody typed. No `Debug`: it holds a password.
pub struct Attempt<'a> {
    /// The login.
    pub login: &'a str,
    /// The password.
    pub password: &'a str,
    /// The app's six digits, or a recovery code.
    pub code: &'a str,
}

/// Somebody got in.
#[derive(Debug)]
pub struct Opened {
    /// For `Set-Cookie`.
    pub cookie: HeaderValue,
    /// Who.
    pub person: Person,
}

impl Reception {
    /// By password and code.
    ///
    /// # Errors
    /// [`people::WRONG`], [`people::THROTTLED`], or the store.
    pub async fn sign_in(
        &self,
        attempt: Attempt<'_>,
        headers: &HeaderMap,
        peer: Option<IpAddr>,
    ) -> Result<Opened, ApiProblem> {
        self.site.prove(headers)?;
        let peer = self.source(headers, peer);
        let (now, subjects) = (self.clock.now(), Subjects::of(attempt.login.trim(), peer));
        if let Some(left) = subjects.locked(&*self.store, now).await.map_err(unread)? {
            let sentence = format!("There were too many tries; the next is possible in {left} seconds.");
            return Err(ApiProblem { sentence, ..ApiProblem::new(429, people::THROTTLED) });
        }
        let login = Login::parse(attempt.login.trim());
        let person = match &login {
            Some(login) => self.store.person_by_login(login).await.map_err(unread)?,
            None => None,
        };
        let row = match &person {
            Some(person) => self.store.password(person.id).await.map_err(unread)?,
            None => None,
        };
        let right = self.is_right(&attempt, person.as_ref(), row).await?;
        match person.filter(|person| right && person.locked_at.is_none()) {
            Some(person) => {
                subjects.right(&*self.store).await.map_err(unread)?;
                self.open(person, "password", headers).await
            }
            None => Err(self.wrong(login.as_ref(), &subjects).await?),
        }
    }

    /// Whose address counts: behind a proxy, what the proxy added to `X-Forwarded-For` last; what stands before it, anybody may write.
    fn source(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        if !self.behind_proxy {
            return peer;
        }
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    }

    /// Password first, then the code, which is spent only by whoever knew the password. Without a person both are compared with
    /// what nobody has.
    async fn is_right(
        &self,
        attempt: &Attempt<'_>,
        person: Option<&Person>,
        row: Option<PasswordRow>,
    ) -> Result<bool, ApiProblem> {
        let phc = row.as_ref().map_or_else(|| password::DECOY.to_owned(), |row| row.password.clone());
        let knows = self.verified(attempt.password, phc).await?;
        let secret = row.and_then(|row| self.seal.open(TOTP, &row.totp));
        let known = secret.is_some();
        let secret = secret.unwrap_or_else(|| Zeroizing::new(vec![0; totp::SECRET]));
        let now = self.clock.now();
        let step = totp::step_of(&secret, attempt.code, now);
        let Some(person) = person.filter(|_| knows && known) else { return Ok(false) };
        if let Some(step) = step {
            return self.store.spend_step(person.id, step).await.map_err(unread);
        }
        let Some(hash) = totp::recovery_hash(attempt.code) else { return Ok(false) };
        let event = AuditEvent::new(
            "recovery_code.used",
            json!({ "by": format!("person {}", person.login) }).to_string(),
        );
        self.store.spend_recovery(person.id, hash, event, now).await.map_err(unread)
    }

    /// On a thread of its own, so many at once.
    async fn verified(&self, text: &str, phc: String) -> Result<bool, ApiProblem> {
        let _seat = self.hashing.acquire().await.map_err(unable)?;
        let text = Zeroizing::new(text.to_owned());
        tokio::task::spawn_blocking(move || password::verify(&text, &phc)).await.map_err(unable)
    }

    async fn wrong(&self, login: Option<&Login>, subjects: &Subjects) -> Result<ApiProblem, ApiProblem> {
        let now = self.clock.now();
        let locks = subjects.wrong(&*self.store, now).await.map_err(unread)?;
        // What was typed in place of a login may be a password: only what has the form of one is told.
        let login = login.map_or("(not a login)", Login::as_str);
        tracing::warn!(event = "sign_in_refused", login, error_code = %people::WRONG, "a sign-in was refused");
        if locks {
            let event =
                AuditEvent::new("sign_in.locked", json!({ "by": "sign-in", "login": login }).to_string());
            self.store.append_audit(event, now).await.map_err(unread)?;
        }
        Ok(ApiProblem::new(403, people::WRONG))
    }

    /// What a browser needs to ask an authenticator for a signature: `PublicKeyCredentialRequestOptionsJSON`. It names no passkey, so
    /// that it tells nobody who has one.
    ///
    /// # Errors
    /// No randomness.
    pub fn assertion_options(&self) -> Result<Value, ApiProblem> {
        let challenge = self.challenges.make(SIGN_IN, self.clock.now(), &mut SystemRandom).map_err(unable)?;
        Ok(json!({
            "challenge": base64url(&challenge),
            "rpId": self.site.relying_party(),
            "timeout": 300_000,
            "userVerification": "required",
            "allowCredentials": [],
        }))
    }

    /// By passkey.
    ///
    /// # Errors
    /// [`people::PASSKEY`], or the store.
    pub async fn sign_in_by_passkey(
        &self,
        assertion: &Assertion,
        headers: &HeaderMap,
    ) -> Result<Opened, ApiProblem> {
        self.site.prove(headers)?;
        let origin = self.site.origin(headers).ok_or_else(|| ApiProblem::new(421, people::HOST))?;
        let now = self.clock.now();
        let challenge = assertion.challenge().map_err(refused)?;
        if !self.challenges.is_ours(SIGN_IN, &challenge, now) {
            return Err(told("The challenge is not one of this server, or it is too old."));
        }
        let credential = assertion.credential().map_err(refused)?;
        let found = self.store.passkey(&credential).await.map_err(unread)?;
        let passkey = found.ok_or_else(|| told("Nobody here has that passkey."))?;
        let expected = Expected { origin: &origin, relying_party: self.site.relying_party() };
        let counter = assertion.verify(&passkey.key, expected).map_err(refused)?;
        if !self.challenges.spend(&challenge, now) {
            return Err(told("The challenge was used before."));
        }
        let person = self.store.person(passkey.person).await.map_err(unread)?;
        let person = person.filter(|person| person.locked_at.is_none());
        let person = person.ok_or_else(|| told("Nobody here has that passkey."))?;
        let handle = assertion.response.user_handle.as_deref().filter(|handle| !handle.is_empty());
        if handle.is_some_and(|handle| handle != base64url(&user_handle(&person.login))) {
            return Err(told("The passkey is another person's."));
        }
        if !self.store.use_passkey(passkey.id, counter, now).await.map_err(unread)? {
            tracing::warn!(event = "passkey_copied", login = %person.login, "a passkey's counter did not grow");
            return Err(told("The passkey's counter did not grow, as if its key had been copied."));
        }
        self.open(person, "passkey", headers).await
    }

    /// Begins a session, with a new id. The one that the browser had is over.
    pub(super) async fn open(
        &self,
        person: Person,
        how: &'static str,
        headers: &HeaderMap,
    ) -> Result<Opened, ApiProblem> {
        let (now, secure) = (self.clock.now(), self.site.is_secure());
        if let Some(old) = session::cookie(headers, session::name(secure)) {
            let old = self.store.session(session::hash(old.reveal_secret()), self.lengths.idle, now).await;
            if let Some((session, whose)) = old.map_err(unread)? {
                self.end(whose.id, &whose.login, Ending::One(session.id)).await?;
            }
        }
        let opening = session::open(&person, how, headers, (self.lengths, secure), now, &mut SystemRandom);
        let opening = opening.map_err(unable)?;
        if !self.store.put_session(opening.row).await.map_err(unread)? {
            return Err(ApiProblem::new(403, people::WRONG));
        }
        Ok(Opened { cookie: opening.cookie, person })
    }

    /// Ends the session, and gives what takes the cookie away.
    ///
    /// # Errors
    /// The store's.
    pub async fn sign_out(&self, signed_in: &SignedIn) -> Result<HeaderValue, ApiProblem> {
        let person = &signed_in.person;
        self.end(person.id, &person.login, Ending::One(signed_in.session)).await?;
        let secure = self.site.is_secure();
        session::set_cookie(session::name(secure), "", secure, Some(0)).map_err(unable)
    }

    pub(super) async fn end(
        &self,
        person: crate::store::PersonId,
        login: &Login,
        which: Ending,
    ) -> Result<u32, ApiProblem> {
        let event = AuditEvent::new("session.ended", json!({ "by": format!("person {login}") }).to_string());
        self.store.end_sessions(person, which, event, self.clock.now()).await.map_err(unread)
    }
}

/// `user.id` of WebAuthn: says nothing of the person to whoever holds the authenticator (level 3 §14.6.1), and follows from the
/// login, which never changes.
pub(super) fn user_handle(login: &Login) -> [u8; 32] {
    pki::algorithm::sha256(format!("chancery user handle\0{login}").as_bytes())
}

/// The kinds of key that are offered: `pubKeyCredParams`.
pub(super) fn kinds() -> Vec<Value> {
    Algorithm::ALL.iter().map(|one| json!({ "type": "public-key", "alg": one.number() })).collect()
}

pub(super) fn base64url(octets: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(octets)
}

pub(super) fn refused(why: Refused) -> ApiProblem {
    told(&why.to_string())
}

pub(super) fn told(sentence: &str) -> ApiProblem {
    problem(403, people::PASSKEY, sentence)
}

pub(super) fn problem(status: u16, code: Entry, sentence: &str) -> ApiProblem {
    ApiProblem { sentence: sentence.to_owned(), ..ApiProblem::new(status, code) }
}
