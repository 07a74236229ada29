//! Links by which somebody comes in for the first time, or again after losing every credential. A link's token is 256 random bits;
//! its SHA-256 is kept, for an hour. It stands behind the `#` of the address, which browsers send to nobody: it is in no log of a
//! proxy and in no `Referer`. A page moves it into a form; without scripts it is pasted there.

use axum::http::HeaderMap;
use pki::{Random, RandomFailed, Time};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::account::NewPassword;
use super::door::{Opened, base64url, problem, told};
use super::passkey::Registration;
use super::reception::{Reception, unable, unread};
use super::{Login, RequestLimits, Role, display_name};
use crate::config::{Config, Secret};
use crate::explanation::people;
use crate::http::ApiProblem;
use crate::keys::SystemRandom;
use crate::store::{AuditEvent, Credential, LinkHash, NewPerson, PeopleStore, Person, PersonId, StoreError};

/// How long a link works, in seconds.
const LIFE: i64 = 3_600;
/// How each token begins, so that scanners for lost secrets can find it.
const PREFIX: &str = "chl_";

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum NoLink {
    /// No randomness.
    #[error("the source of randomness did not answer")]
    Random(#[from] RandomFailed),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A link that was made: shown once.
pub struct Link {
    /// What somebody opens.
    pub url: Secret,
    /// Until when.
    pub expires_at: Time,
}

/// Who the bearer of a link is, or becomes.
pub struct Welcome {
    /// `None` for the first owner.
    pub person: Option<Person>,
}

/// What the first owner says of themselves; ignored for everybody else.
#[derive(Clone, Copy, Debug)]
pub struct Introduction<'a> {
    /// The login.
    pub login: &'a str,
    /// The name; the login where it is empty.
    pub name: &'a str,
}

/// Where the interface is, as a person types it.
#[must_use]
pub fn base(config: &Config, port: u16) -> String {
    let scheme = if config.admin.tls.is_some() { "https" } else { "http" };
    let configured = config.admin.url.as_ref().map(|url| url.as_str().to_owned());
    configured.unwrap_or_else(|| format!("{scheme}://localhost:{port}"))
}

/// A link for somebody, or for the first owner. Earlier ones for the same stop working.
///
/// # Errors
/// [`NoLink`].
pub async fn link(
    store: &dyn PeopleStore,
    person: Option<PersonId>,
    base: &str,
    now: Time,
    random: &mut (dyn Random + Send),
) -> Result<Link, NoLink> {
    let mut octets = Zeroizing::new([0; 32]);
    random.fill(octets.as_mut())?;
    let token = Zeroizing::new(format!("{PREFIX}{}", base64url(octets.as_ref())));
    let expires_at = now.plus_seconds(LIFE);
    store.put_invitation(hash(&token), person, expires_at, now).await?;
    Ok(Link { url: Secret::new(format!("{base}/setup#{}", *token)), expires_at })
}

/// The link of the first owner, while nobody could sign in as one.
///
/// # Errors
/// [`NoLink`].
pub async fn first_link(
    store: &dyn PeopleStore,
    base: &str,
    now: Time,
    random: &mut (dyn Random + Send),
) -> Result<Option<Link>, NoLink> {
    if store.has_owner().await? { Ok(None) } else { link(store, None, base, now, random).await.map(Some) }
}

fn hash(token: &str) -> LinkHash {
    LinkHash(pki::algorithm::sha256(token.as_bytes()))
}

/// The challenge of a passkey that a link shall give belongs to that link.
fn purpose(token: &str) -> String {
    let hash: String = hash(token).0.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("link {hash}")
}

impl Reception {
    /// Whose link it is, if it works.
    ///
    /// # Errors
    /// [`people::LINK`], or the store.
    pub async fn welcome(&self, token: &str) -> Result<Welcome, ApiProblem> {
        let dead = || ApiProblem::new(404, people::LINK);
        let link = self.store.invitation(hash(token.trim())).await.map_err(unread)?.ok_or_else(dead)?;
        if link.used_at.is_some() || self.clock.now() >= link.expires_at {
            return Err(dead());
        }
        match link.person {
            None if self.store.has_owner().await.map_err(unread)? => Err(dead()),
            None => Ok(Welcome { person: None }),
            Some(id) => {
                let person = self.store.person(id).await.map_err(unread)?;
                let local = |person: &Person| person.locked_at.is_none() && person.elsewhere.is_none();
                let person = person.filter(local).ok_or_else(dead)?;
                Ok(Welcome { person: Some(person) })
            }
        }
    }

    /// What belongs to whoever has the link: its secrets for apps are sealed for that.
    #[must_use]
    pub fn whose(token: &str) -> String {
        purpose(token.trim())
    }

    /// Uses the link to sign in by password from now on, and opens a session. Gives the recovery codes, to be shown once.
    ///
    /// # Errors
    /// [`people::LINK`], [`people::PASSWORD`], [`people::CODE`], [`people::PERSON`], or the store.
    pub async fn redeem_by_password(
        &self,
        token: &str,
        introduction: Introduction<'_>,
        new: NewPassword<'_>,
        headers: &HeaderMap,
    ) -> Result<(Opened, Vec<Zeroizing<String>>), ApiProblem> {
        self.site.prove(headers)?;
        let token = token.trim();
        let welcome = self.welcome(token).await?;
        let (login, first) = self.introduced(&welcome, introduction)?;
        let made = self.password_of(&purpose(token), &login, &new).await?;
        let opened = self.redeem(token, first, made.credential, headers).await?;
        Ok((opened, made.recovery))
    }

    /// What makes a passkey for whoever has the link.
    ///
    /// # Errors
    /// [`people::LINK`], [`people::PERSON`], or the store.
    pub async fn setup_options(
        &self,
        token: &str,
        introduction: Introduction<'_>,
    ) -> Result<Value, ApiProblem> {
        let token = token.trim();
        let welcome = self.welcome(token).await?;
        let (login, first) = self.introduced(&welcome, introduction)?;
        let name =
            welcome.person.map(|person| person.name).or(first.map(|first| first.name)).unwrap_or_default();
        self.creation_options(&purpose(token), (&login, &name), &[])
    }

    /// Uses the link to sign in by that passkey from now on, and opens a session.
    ///
    /// # Errors
    /// [`people::LINK`], [`people::PASSKEY`], [`people::PERSON`], or the store.
    pub async fn redeem_by_passkey(
        &self,
        token: &str,
        introduction: Introduction<'_>,
        registration: &Registration,
        headers: &HeaderMap,
    ) -> Result<Opened, ApiProblem> {
        self.site.prove(headers)?;
        let token = token.trim();
        let welcome = self.welcome(token).await?;
        let (_, first) = self.introduced(&welcome, introduction)?;
        let credential = self.registered(&purpose(token), "first passkey", registration, headers)?;
        self.redeem(token, first, credential, headers).await
    }

    fn introduced(
        &self,
        welcome: &Welcome,
        introduction: Introduction<'_>,
    ) -> Result<(Login, Option<NewPerson>), ApiProblem> {
        if let Some(person) = &welcome.person {
            return Ok((person.login.clone(), None));
        }
        let bad = |sentence| problem(400, people::PERSON, sentence);
        let login = Login::parse(introduction.login.trim()).ok_or_else(|| {
            bad("A login is 1 to 254 of A-Z a-z 0-9 . @ _ + -, first and last a letter or digit.")
        })?;
        let name = if introduction.name.trim().is_empty() { login.as_str() } else { introduction.name };
        let name = display_name(name).ok_or_else(|| bad("A name is 1 to 100 characters."))?;
        let detail =
            json!({ "by": "the link of the first owner", "login": login.as_str(), "role": Role::Owner });
        let first = NewPerson {
            login: login.clone(),
            name,
            role: Role::Owner,
            limits: RequestLimits::default(),
            elsewhere: None,
            event: AuditEvent::detail(detail.to_string()),
            at: self.clock.now(),
        };
        Ok((login, Some(first)))
    }

    async fn redeem(
        &self,
        token: &str,
        first: Option<NewPerson>,
        credential: Credential,
        headers: &HeaderMap,
    ) -> Result<Opened, ApiProblem> {
        let kind = if matches!(credential, Credential::Passkey(_)) { "passkey" } else { "password" };
        let event = AuditEvent::detail(json!({ "by": "link", "credential": kind }).to_string());
        let redeemed = self.store.redeem(hash(token), first, credential, event, self.clock.now()).await;
        let id = match redeemed {
            Ok(Some(id)) => id,
            Ok(None) => return Err(ApiProblem::new(409, people::LINK)),
            Err(StoreError::Refused(_)) => return Err(told("The passkey is known already.")),
            Err(error) => return Err(unread(error)),
        };
        let person = self.store.person(id).await.map_err(unread)?;
        let person = person.ok_or_else(|| ApiProblem::new(409, people::LINK))?;
        self.open(person, "link", headers).await
    }

    /// A link for somebody, for whoever may manage people.
    pub(super) async fn new_link(&self, base: &str, person: PersonId) -> Result<Link, ApiProblem> {
        let made = link(&*self.store, Some(person), base, self.clock.now(), &mut SystemRandom).await;
        made.map_err(|failure| match failure {
            NoLink::Random(failure) => unable(failure),
            NoLink::Store(error) => unread(error),
        })
    }
}
