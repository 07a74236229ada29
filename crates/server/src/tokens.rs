//! API tokens: what each may do, and who is let in.
//!
//! A token is 256 random bits, shown once. The store has its SHA-256 and finds it by that: nobody guesses 256 bits, so
//! there is nothing that a slow or keyed hash would protect, and a look-up by hash leaks no prefix through its time.

mod doorkeeper;
mod name;
mod scope;

pub use doorkeeper::Doorkeeper;
pub use name::TokenName;
pub use scope::Scope;

use crate::config::Secret;
use crate::store::{AuditEvent, NewToken, PersonId, Store, StoreError, TokenHash};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki::{Random, RandomFailed, Time};
use serde_json::json;
use zeroize::Zeroizing;

/// How each token begins, so that scanners for lost secrets can find it.
const PREFIX: &str = "chy_";

/// What a new token is to be.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its name.
    pub name: TokenName,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it stops being good; `None` for never.
    pub expires_at: Option<Time>,
}

/// Why there is no new token.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// No randomness.
    #[error("the source of randomness did not answer")]
    Random(#[from] RandomFailed),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The name is taken.
    #[error("a live token has the name {0}")]
    NameTaken(TokenName),
}

/// Makes a token and records it; its text is known to the caller alone from then on.
///
/// # Errors
/// [`NotGranted`]; there is no token then.
pub async fn grant(
    store: &dyn Store,
    random: &mut (dyn Random + Send),
    grant: Grant,
    by: &str,
    now: Time,
) -> Result<Secret, NotGranted> {
    grant_to(store, random, (grant, None), by, now).await
}

/// The same for somebody's token: it may do at most what its person may at each moment.
///
/// # Errors
/// [`NotGranted`]; there is no token then.
pub async fn grant_to(
    store: &dyn Store,
    random: &mut (dyn Random + Send),
    (grant, person): (Grant, Option<PersonId>),
    by: &str,
    now: Time,
) -> Result<Secret, NotGranted> {
    let text = mint(random)?;
    let expires = grant.expires_at.map(|at| at.to_string());
    let detail =
        json!({ "by": by, "token": grant.name.as_str(), "scopes": grant.scopes, "expires": expires });
    let row = NewToken {
        hash: hash(text.reveal_secret()),
        name: grant.name.as_str().to_owned(),
        scopes: grant.scopes,
        expires_at: grant.expires_at,
        person,
        created_at: now,
        event: AuditEvent::detail(detail.to_string()),
    };
    if store.put_token(row).await? { Ok(text) } else { Err(NotGranted::NameTaken(grant.name)) }
}

fn mint(random: &mut dyn Random) -> Result<Secret, RandomFailed> {
    let mut octets = Zeroizing::new([0; 32]);
    random.fill(octets.as_mut())?;
    let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(octets.as_ref()));
    Ok(Secret::new(format!("{PREFIX}{}", *encoded)))
}

fn hash(text: &str) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    TokenHash(hash)
}
