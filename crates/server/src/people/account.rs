//! New credentials: a password with its app, or a passkey. Used for one's own account, and for links.

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::door::{TOTP, base64url, kinds, problem, refused, told, user_handle};
use super::passkey::{Expected, Registration};
use super::reception::{Reception, unable, unread};
use super::{Login, password, totp};
use crate::explanation::people;
use crate::http::{ApiProblem, SignedIn};
use crate::keys::SystemRandom;
use crate::store::{AuditEvent, Credential, Ending, Passkey, PasswordRow, PersonId};
use axum::http::HeaderMap;

/// How long after signing in somebody may change how they sign in, in seconds (ASVS 5.0 §7.5.1).
const FRESH: i64 = 900;
/// What offers of a secret are sealed for, with whose they are.
const OFFER: &str = "totp offer ";
/// How long an offer can be taken, in seconds.
const OFFERED: i64 = 1_800;

/// A secret for an app, shown and not kept: what the form carries back is sealed.
pub struct Offer {
    /// For typing.
    pub secret: Zeroizing<String>,
    /// For the picture.
    pub uri: Zeroizing<String>,
    /// What the form carries back.
    pub sealed: String,
}

/// A password as typed, with the code that shows that the app has the secret. No `Debug`.
pub struct NewPassword<'a> {
    /// The password.
    pub password: &'a str,
    /// [`Offer::sealed`].
    pub sealed: &'a str,
    /// Six digits.
    pub code: &'a str,
}

/// A credential that was made, and what is shown of it once.
pub(super) struct Made {
    pub(super) credential: Credential,
    pub(super) recovery: Vec<Zeroizing<String>>,
}

impl Reception {
    /// A secret for `whose` app: a login, or the link of somebody who has none yet.
    ///
    /// # Errors
    /// No randomness.
    pub fn offer(&self, whose: &str, login: &str) -> Result<Offer, ApiProblem> {
        let secret = totp::secret(&mut SystemRandom).map_err(unable)?;
        let until = self.clock.now().plus_seconds(OFFERED).unix().to_be_bytes();
        let octets = Zeroizing::new([until.as_slice(), &secret].concat());
        let sealed =
            self.seal.seal_text(&format!("{OFFER}{whose}"), &octets, &mut SystemRandom).map_err(unable)?;
        let uri = totp::uri(&secret, login, self.site.relying_party());
        Ok(Offer { secret: totp::base32(&secret), uri, sealed })
    }

    /// The same offer again, after a form that did not fit; `None` once it is too old.
    #[must_use]
    pub fn offered(&self, whose: &str, login: &str, sealed: &str) -> Option<Offer> {
        let secret = self.taken(whose, sealed)?;
        let uri = totp::uri(&secret, login, self.site.relying_party());
        Some(Offer { secret: totp::base32(&secret), uri, sealed: sealed.to_owned() })
    }

    fn taken(&self, whose: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let octets = self.seal.open_text(&format!("{OFFER}{whose}"), sealed)?;
        let (until, secret) = octets.split_first_chunk::<8>()?;
        let good = self.clock.now().unix() < i64::from_be_bytes(*until) && secret.len() == totp::SECRET;
        good.then(|| Zeroizing::new(secret.to_vec()))
    }

    /// A password, once it is good enough and the app shows the right code.
    pub(super) async fn password_of(
        &self,
        whose: &str,
        login: &Login,
        new: &NewPassword<'_>,
    ) -> Result<Made, ApiProblem> {
        password::check(new.password, login)
            .map_err(|weak| problem(400, people::PASSWORD, weak.sentence()))?;
        let secret = self.taken(whose, new.sealed);
        let secret =
            secret.ok_or_else(|| problem(400, people::CODE, "The secret was shown too long ago."))?;
        let step = totp::step_of(&secret, new.code, self.clock.now());
        let step = step.ok_or_else(|| ApiProblem::new(400, people::CODE))?;
        let _seat = self.hashing.acquire().await.map_err(unable)?;
        let text = Zeroizing::new(new.password.to_owned());
        let hashed = tokio::task::spawn_blocking(move || password::hash(&text, &mut SystemRandom)).await;
        let password = hashed.map_err(unable)?.map_err(unable)?;
        let totp = self.seal.seal(TOTP, &secret, &mut SystemRandom).map_err(unable)?;
        let recovery = totp::recovery_codes(&mut SystemRandom).map_err(unable)?;
        let hashes = recovery.iter().filter_map(|code| totp::recovery_hash(code)).collect();
        let row = PasswordRow { password, totp };
        Ok(Made { credential: Credential::Password { row, step, recovery: hashes }, recovery })
    }

    /// What a browser needs to make a passkey: `PublicKeyCredentialCreationOptionsJSON`.
    pub(super) fn creation_options(
        &self,
        purpose: &str,
        (login, name): (&Login, &str),
        known: &[Passkey],
    ) -> Result<Value, ApiProblem> {
        let challenge = self.challenges.make(purpose, self.clock.now(), &mut SystemRandom).map_err(unable)?;
        let known: Vec<Value> = known
            .iter()
            .map(|one| json!({ "type": "public-key", "id": base64url(&one.credential) }))
            .collect();
        Ok(json!({
            "challenge": base64url(&challenge),
            "rp": { "id": self.site.relying_party(), "name": "Chancery" },
            "user": { "id": base64url(&user_handle(login)), "name": login.as_str(), "displayName": name },
            "pubKeyCredParams": kinds(),
            "timeout": 300_000,
            "attestation": "none",
            "excludeCredentials": known,
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
            },
        }))
    }

    /// The passkey that an authenticator made for `purpose`.
    pub(super) fn registered(
        &self,
        purpose: &str,
        name: &str,
        registration: &Registration,
        headers: &HeaderMap,
    ) -> Result<Credential, ApiProblem> {
        let origin = self.site.origin(headers).ok_or_else(|| ApiProblem::new(421, people::HOST))?;
        let now = self.clock.now();
        let challenge = registration.challenge().map_err(refused)?;
        if !self.challenges.is_ours(purpose, &challenge, now) {
            return Err(told("The challenge is not one of this server, or it is too old."));
        }
        let expected = Expected { origin: &origin, relying_party: self.site.relying_party() };
        let made = registration.verify(expected).map_err(refused)?;
        if !self.challenges.spend(&challenge, now) {
            return Err(told("The challenge was used before."));
        }
        let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        Ok(Credential::Passkey(Passkey {
            id: 0,
            person: PersonId(0),
            credential: made.credential,
            key: made.key,
            counter: made.counter,
            name: if name.trim().is_empty() { "passkey".to_owned() } else { name },
            created_at: now,
            used_at: None,
        }))
    }

    /// Gives somebody who is signed in another password and app. Their other sessions end.
    ///
    /// # Errors
    /// [`people::PASSWORD`], [`people::CODE`], or the store.
    pub async fn set_password(
        &self,
        signed_in: &SignedIn,
        new: NewPassword<'_>,
    ) -> Result<Vec<Zeroizing<String>>, ApiProblem> {
        self.is_fresh(signed_in)?;
        let login = &signed_in.person.login;
        let made = self.password_of(login.as_str(), login, &new).await?;
        self.add(signed_in, made.credential, "password").await?;
        Ok(made.recovery)
    }

    /// What makes one more passkey for somebody who is signed in.
    ///
    /// # Errors
    /// The store's, or no randomness.
    pub async fn passkey_options(&self, signed_in: &SignedIn) -> Result<Value, ApiProblem> {
        self.is_fresh(signed_in)?;
        let person = &signed_in.person;
        let known = self.store.passkeys(person.id).await.map_err(unread)?;
        self.creation_options(&purpose(&person.login), (&person.login, &person.name), &known)
    }

    /// Adds it. The other sessions end.
    ///
    /// # Errors
    /// [`people::PASSKEY`], or the store.
    pub async fn add_passkey(
        &self,
        signed_in: &SignedIn,
        name: &str,
        registration: &Registration,
        headers: &HeaderMap,
    ) -> Result<(), ApiProblem> {
        self.is_fresh(signed_in)?;
        let login = &signed_in.person.login;
        let credential = self.registered(&purpose(login), name, registration, headers)?;
        self.add(signed_in, credential, "passkey").await
    }

    /// Whoever finds a browser open must not make themselves at home; and whom a provider vouches for has no other way in, or they
    /// would keep it when the provider lets them go.
    fn is_fresh(&self, signed_in: &SignedIn) -> Result<(), ApiProblem> {
        if signed_in.person.elsewhere.is_some() {
            return Err(problem(
                409,
                people::PERSON,
                "The identity provider vouches for you: you sign in there alone.",
            ));
        }
        let fresh = self.clock.now() < signed_in.since.plus_seconds(FRESH);
        if fresh { Ok(()) } else { Err(ApiProblem::new(403, people::FRESH)) }
    }

    async fn add(&self, signed_in: &SignedIn, credential: Credential, kind: &str) -> Result<(), ApiProblem> {
        let person = &signed_in.person;
        let detail = json!({ "by": format!("person {}", person.login), "credential": kind });
        let event = AuditEvent::detail(detail.to_string());
        let added = self
            .store
            .put_credential(person.id, credential, event, self.clock.now())
            .await
            .map_err(unread)?;
        if !added {
            return Err(told("The passkey is known already, or there are twenty."));
        }
        self.end(person.id, &person.login, Ending::AllBut(signed_in.session)).await.map(|_| ())
    }
}

fn purpose(login: &Login) -> String {
    format!("passkey of {login}")
}
