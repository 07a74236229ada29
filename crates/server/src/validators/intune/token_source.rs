//! Tokens by the client credentials grant, kept until shortly before they expire (contract §3).

use super::fence::Fence;
use super::settings::{ClientCertificate, Credential, IntuneSettings, SettingsError};
use super::trouble::{Remedy, Trouble};
use super::wire::{ANSWER_LIMIT, Hop, Wire, guid};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::{digest, signature};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use mdm::entra::{self, AssertionClaims, AssertionHeader, Secret, TokenRequest, TokenResponse};
use reqwest::Url;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout_at};

/// Tokens of one tenant, application and scope.
pub(super) struct TokenSource {
    wire: Arc<Wire>,
    endpoint: Url,
    client_id: String,
    proof: Arc<Proof>,
    scope: String,
    retry_pause: Duration,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    token: Secret,
    good_until: Instant,
}

/// The credential, ready for use.
pub(super) enum Proof {
    Secret(Secret),
    Key { key: KeyPair, header: AssertionHeader, pss: bool },
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSource({})", self.scope)
    }
}

impl TokenSource {
    pub(super) fn new(
        settings: &IntuneSettings,
        scope: String,
        proof: Arc<Proof>,
        wire: Arc<Wire>,
    ) -> Result<Self, SettingsError> {
        let endpoint = entra::token_endpoint(&settings.cloud.authority, &settings.tenant);
        Ok(Self {
            wire,
            endpoint: Fence::new(settings).configured(&endpoint)?,
            client_id: settings.client_id.clone(),
            proof,
            scope,
            retry_pause: settings.retry_pause,
            kept: Mutex::default(),
        })
    }

    /// A token. Callers at the same time share one request.
    pub(super) async fn token(&self, deadline: Instant) -> Result<Secret, Trouble> {
        let mut kept = timeout_at(deadline, self.kept.lock()).await.map_err(|_| Trouble::Timeout)?;
        if let Some(known) = kept.as_ref().filter(|known| Instant::now() < known.good_until) {
            return Ok(known.token.clone());
        }
        *kept = None;
        let granted = self.ask(deadline).await?;
        let life = Duration::from_secs(granted.expires_in.min(86_400));
        // A minute early, or a tenth of a short life: the token must last for the call it is fetched for.
        let good_until = Instant::now() + life - (life / 10).min(Duration::from_secs(60));
        *kept = Some(Kept { token: granted.access_token.clone(), good_until });
        Ok(granted.access_token)
    }

    /// Forgets this token, unless another has taken its place.
    pub(super) async fn forget(&self, token: &Secret) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|known| known.token == *token) {
            *kept = None;
        }
    }

    async fn ask(&self, deadline: Instant) -> Result<TokenResponse, Trouble> {
        let refused = match self.ask_once(deadline).await {
            Err(trouble) => trouble,
            granted => return granted,
        };
        let Remedy::Again(wait) = refused.remedy() else { return Err(refused) };
        sleep(wait.unwrap_or(self.retry_pause)).await;
        self.ask_once(deadline).await
    }

    async fn ask_once(&self, deadline: Instant) -> Result<TokenResponse, Trouble> {
        let assertion = self.proof.assertion(self.endpoint.as_str(), &self.client_id)?;
        let credential = match (&assertion, self.proof.as_ref()) {
            (None, Proof::Secret(secret)) => entra::Credential::Secret(secret),
            (Some(assertion), _) => entra::Credential::Assertion(assertion),
            (None, Proof::Key { .. }) => return Err(Trouble::Ours("no assertion was made")),
        };
        let form = TokenRequest { client_id: &self.client_id, scope: &self.scope, credential }.form();
        let request = self.wire.client().post(self.endpoint.clone());
        let request =
            request.header("accept", "application/json").header("client-request-id", guid()?).form(&form);
        let reply = self.wire.exchange(Hop::Entra, request, ANSWER_LIMIT, deadline).await?;
        if reply.status != 200 {
            return Err(Trouble::status(&reply));
        }
        TokenResponse::parse(&reply.body).map_err(|error| Trouble::Unreadable(error.to_string()))
    }
}

impl Proof {
    pub(super) fn new(credential: &Credential) -> Result<Self, SettingsError> {
        match credential {
            Credential::Secret(secret) => Ok(Self::Secret(secret.clone())),
            Credential::Certificate(certificate) => Self::key(certificate),
            Credential::Absent => Err(SettingsError::NoCredential),
        }
    }

    fn key(certificate: &ClientCertificate) -> Result<Self, SettingsError> {
        let key = KeyPair::from_pkcs8(&certificate.key).map_err(|_| SettingsError::Key)?;
        // Entra names the certificate by its SHA-1; nothing is trusted because of it (contract §3.1).
        let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate.certificate);
        let sha256 = digest::digest(&digest::SHA256, &certificate.certificate);
        let header = if certificate.pss {
            AssertionHeader::ps256(sha256.as_ref().try_into().map_err(|_| SettingsError::Key)?)
        } else {
            AssertionHeader::rs256(sha1.as_ref().try_into().map_err(|_| SettingsError::Key)?)
        };
        Ok(Self::Key { key, header, pss: certificate.pss })
    }

    /// A signed JWT (RFC 7515 §7.1), fresh for each request.
    fn assertion(&self, endpoint: &str, client_id: &str) -> Result<Option<Secret>, Trouble> {
        let Self::Key { key, header, pss } = self else { return Ok(None) };
        let unsigned = || Trouble::Ours("the application's key could not sign");
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| Trouble::Ours("the clock stands before 1970"))?;
        let now = i64::try_from(now.as_secs()).map_err(|_| unsigned())?;
        let claims = AssertionClaims::new(endpoint, client_id, guid()?, now);
        let input = format!("{}.{}", part(header)?, part(&claims)?);
        let scheme: &dyn signature::RsaEncoding =
            if *pss { &signature::RSA_PSS_SHA256 } else { &signature::RSA_PKCS1_SHA256 };
        let mut signed = vec![0; key.public_modulus_len()];
        key.sign(scheme, &SystemRandom::new(), input.as_bytes(), &mut signed).map_err(|_| unsigned())?;
        Ok(Some(Secret::new(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signed)))))
    }
}

fn part(value: &impl Serialize) -> Result<String, Trouble> {
    let json = serde_json::to_vec(value).map_err(|_| Trouble::Ours("the assertion could not be written"))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
