//! Signing in at an identity provider: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636). What a sign-in began with is
//! sealed into a cookie of the browser that began it, so that an answer for another browser is none, and nothing is kept for
//! strangers.

mod claims;
mod keys;
mod line;

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pki::Random as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use tokio::sync::Mutex;

use super::door::{Opened, problem};
use super::reception::{Reception, unable, unread};
use super::{Login, RequestLimits, Role, display_name, session};
use crate::config::Oidc;
use crate::explanation::people;
use crate::http::ApiProblem;
use crate::keys::SystemRandom;
use crate::store::{AuditEvent, Elsewhere, NewPerson, Person, PersonChange, PersonChanged};
use keys::Keys;
use line::{Line, Metadata};

/// Where the provider sends people back to.
const CALLBACK: &str = "/sign-in/callback";
/// What attempts are sealed for.
const ATTEMPT: &str = "oidc attempt";
/// How long somebody may take at the provider, in seconds.
const LIFE: i64 = 600;
/// How long what the provider says of itself is believed, in seconds.
const KEPT: i64 = 3_600;
/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An identity provider, and what it said of itself.
pub(super) struct Provider {
    pub(super) settings: Oidc,
    line: Line,
    metadata: Mutex<Option<(Metadata, i64)>>,
    keys: Mutex<Keys>,
}

/// A sign-in that a browser began.
#[derive(Serialize, Deserialize)]
struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    to: String,
    until: i64,
}

/// Where a browser is sent, with what it keeps meanwhile.
#[derive(Debug)]
pub struct Departure {
    /// The provider's page.
    pub url: String,
    /// For `Set-Cookie`.
    pub cookie: HeaderValue,
}

/// Somebody came back and got in.
#[derive(Debug)]
pub struct Arrival {
    /// The session.
    pub opened: Opened,
    /// Takes the attempt's cookie away.
    pub cookie: HeaderValue,
    /// Where they wanted to go; a path that the caller checks.
    pub to: String,
}

impl Provider {
    /// `None` where the client cannot be made.
    pub(super) fn new(settings: Oidc) -> Option<Provider> {
        let line = Line::new(&settings)?;
        Some(Provider { settings, line, metadata: Mutex::default(), keys: Mutex::default() })
    }

    async fn metadata(&self, now: i64) -> Result<Metadata, ApiProblem> {
        let mut kept = self.metadata.lock().await;
        if let Some((metadata, until)) = &*kept
            && now < *until
        {
            return Ok(metadata.clone());
        }
        let fresh = self.line.metadata(&self.settings.issuer).await.map_err(|why| unreachable(&why))?;
        *kept = Some((fresh.clone(), now.saturating_add(KEPT)));
        Ok(fresh)
    }

    /// The claims of a token that this provider signed; which of them to believe is [`claims`]' part.
    async fn signed(&self, token: &str, metadata: &Metadata, now: i64) -> Result<Value, ApiProblem> {
        let mut keys = self.keys.lock().await;
        let first = keys.verify(token);
        if !matches!(first, Err(keys::Bad::UnknownKey)) || !keys.may_ask(now) {
            return first.map_err(|why| not_believed(why.as_str()));
        }
        let fresh = self.line.json(&metadata.jwks_uri).await.map_err(|why| unreachable(&why))?;
        keys.replace(&fresh, now);
        keys.verify(token).map_err(|why| not_believed(why.as_str()))
    }
}

impl Reception {
    /// What the button of the identity provider says, if there is one.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_ref().map(|one| one.settings.title.as_str())
    }

    fn oidc(&self) -> Result<&Provider, ApiProblem> {
        self.provider
            .as_ref()
            .ok_or_else(|| problem(404, people::PROVIDER, "No identity provider is configured."))
    }

    fn attempt_cookie(&self) -> &'static str {
        if self.site.is_secure() { "__Host-chancery-oidc" } else { "chancery-oidc" }
    }

    /// Sends a browser to the provider.
    ///
    /// # Errors
    /// [`people::PROVIDER`], or no randomness.
    pub async fn depart(&self, to: &str, headers: &HeaderMap) -> Result<Departure, ApiProblem> {
        let provider = self.oidc()?;
        let origin = self.site.origin(headers).ok_or_else(|| ApiProblem::new(421, people::HOST))?;
        let now = self.clock.now().unix();
        let metadata = provider.metadata(now).await?;
        let attempt = Attempt {
            state: drawn()?,
            nonce: drawn()?,
            verifier: drawn()?,
            to: to.chars().take(1_000).collect(),
            until: now.saturating_add(LIFE),
        };
        let challenge = URL_SAFE_NO_PAD.encode(pki::algorithm::sha256(attempt.verifier.as_bytes()));
        let redirect = format!("{origin}{CALLBACK}");
        let scope = provider.settings.scopes.join(" ");
        let pairs = [
            ("response_type", "code"),
            ("client_id", &provider.settings.client_id),
            ("redirect_uri", &redirect),
            ("scope", &scope),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
            .collect();
        let mark = if metadata.authorization_endpoint.contains('?') { '&' } else { '?' };
        let url = format!("{}{mark}{}", metadata.authorization_endpoint, query.join("&"));
        let octets = serde_json::to_vec(&attempt).map_err(unable)?;
        let sealed = self.seal.seal_text(ATTEMPT, &octets, &mut SystemRandom).map_err(unable)?;
        let cookie = session::set_cookie(self.attempt_cookie(), &sealed, self.site.is_secure(), Some(LIFE));
        Ok(Departure { url, cookie: cookie.map_err(unable)? })
    }

    /// Takes the provider's answer: the query of the address that the browser was sent back to.
    ///
    /// # Errors
    /// [`people::ID_TOKEN`], [`people::PROVIDER`], [`people::NO_ROLE`], [`people::LOGIN_TAKEN`], or the store.
    pub async fn arrive(
        &self,
        query: &[(String, String)],
        headers: &HeaderMap,
    ) -> Result<Arrival, ApiProblem> {
        let provider = self.oidc()?;
        let origin = self.site.origin(headers).ok_or_else(|| ApiProblem::new(421, people::HOST))?;
        let now = self.clock.now().unix();
        let attempt = self.attempt(headers, now).ok_or_else(|| not_believed("no sign-in was begun here"))?;
        let one = |name: &str| {
            let mut values = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            (values.next(), values.next())
        };
        // RFC 6749 §3.1: no parameter more than once.
        let only = |name: &str| match one(name) {
            (value, None) => Ok(value),
            _ => Err(not_believed("a parameter is there twice")),
        };
        let state = only("state")?.unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())) {
            return Err(not_believed("the state is not the one of this sign-in"));
        }
        let metadata = provider.metadata(now).await?;
        // RFC 9207 §2.4: an answer of another provider is not taken to this one's token endpoint.
        match only("iss")? {
            Some(issuer) if issuer != provider.settings.issuer => {
                return Err(not_believed("another issuer answers"));
            }
            None if metadata.authorization_response_iss_parameter_supported => {
                return Err(not_believed("the answer does not say whose it is"));
            }
            _ => {}
        }
        if let Some(error) = only("error")? {
            let word: String =
                error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
            return Err(unreachable(&format!("it says {word}")));
        }
        let code = only("code")?.ok_or_else(|| not_believed("there is no code"))?;
        let redirect = format!("{origin}{CALLBACK}");
        let token =
            provider.line.redeem(&metadata, &provider.settings, (code, &redirect, &attempt.verifier)).await;
        let token = token.map_err(|why| unreachable(&why))?;
        let claims = provider.signed(&token, &metadata, now).await?;
        let expected = claims::Expected {
            issuer: &provider.settings.issuer,
            client_id: &provider.settings.client_id,
            nonce: &attempt.nonce,
            now,
        };
        let subject = claims::check(&claims, &expected).map_err(not_believed)?;
        let role = claims::role(&claims, &provider.settings.roles).map_err(no_role)?;
        let person = self.known_elsewhere(provider, subject, role, &claims).await?;
        let opened = self.open(person, "oidc", headers).await?;
        let cookie = session::set_cookie(self.attempt_cookie(), "", self.site.is_secure(), Some(0));
        Ok(Arrival { opened, cookie: cookie.map_err(unable)?, to: attempt.to })
    }

    fn attempt(&self, headers: &HeaderMap, now: i64) -> Option<Attempt> {
        let cookie = session::cookie(headers, self.attempt_cookie())?;
        let octets = self.seal.open_text(ATTEMPT, cookie.reveal_secret())?;
        let attempt: Attempt = serde_json::from_slice(&octets).ok()?;
        (now < attempt.until).then_some(attempt)
    }

    /// The person whom the provider vouches for, with the role that the claims give now. `iss` and `sub` say who it is, and nothing
    /// else: an e-mail address that is somebody's here makes nobody that person.
    async fn known_elsewhere(
        &self,
        provider: &Provider,
        subject: &str,
        role: Role,
        claims: &Value,
    ) -> Result<Person, ApiProblem> {
        let elsewhere = Elsewhere { issuer: provider.settings.issuer.clone(), subject: subject.to_owned() };
        let now = self.clock.now();
        let by = format!("identity provider {}", provider.settings.issuer);
        if let Some(person) = self.store.person_elsewhere(&elsewhere).await.map_err(unread)? {
            if person.locked_at.is_some() {
                return Err(no_role("locked out here"));
            }
            if person.role != role {
                let detail = json!({ "by": by, "login": person.login.as_str(), "role": role });
                let change =
                    PersonChange { role: Some((role, person.limits.clone())), ..PersonChange::default() };
                let event = AuditEvent::new("person.changed", detail.to_string());
                match self.store.change_person(person.id, change, event, now).await.map_err(unread)? {
                    PersonChanged::Done => {}
                    _ => return Err(ApiProblem::new(409, people::LAST_OWNER)),
                }
            }
            return self.who(&person.id.0.to_string()).await;
        }
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let login = Login::parse(text(&provider.settings.login_claim).trim()).ok_or_else(|| {
            problem(403, people::PERSON, "The identity provider names no login that can be used here.")
        })?;
        let name = display_name(text("name")).unwrap_or_else(|| login.to_string());
        let detail = json!({ "by": by, "login": login.as_str(), "role": role });
        let new = NewPerson {
            login,
            name,
            role,
            limits: RequestLimits::default(),
            elsewhere: Some(elsewhere),
            event: AuditEvent::detail(detail.to_string()),
            at: now,
        };
        let id = self.store.put_person(new).await.map_err(unread)?;
        let id = id.ok_or_else(|| ApiProblem::new(409, people::LOGIN_TAKEN))?;
        self.who(&id.0.to_string()).await
    }
}

/// 256 random bits: state, nonce, code verifier (RFC 7636 §4.1).
fn drawn() -> Result<String, ApiProblem> {
    let mut octets = [0; 32];
    SystemRandom.fill(&mut octets).map_err(unable)?;
    Ok(URL_SAFE_NO_PAD.encode(octets))
}

fn unreachable(why: &str) -> ApiProblem {
    tracing::warn!(event = "oidc", error_code = %people::PROVIDER, why, "the identity provider did not answer as it should");
    ApiProblem::new(502, people::PROVIDER)
}

fn not_believed(why: &str) -> ApiProblem {
    tracing::warn!(event = "oidc", error_code = %people::ID_TOKEN, why, "the identity provider's answer was not believed");
    ApiProblem::new(403, people::ID_TOKEN)
}

fn no_role(why: &str) -> ApiProblem {
    tracing::warn!(event = "oidc", error_code = %people::NO_ROLE, why, "somebody of the identity provider has no role here");
    ApiProblem::new(403, people::NO_ROLE)
}
