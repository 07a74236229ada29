//! The way to the identity provider: three questions, each with a deadline and a bounded answer, and no redirect followed.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, redirect, retry};
use serde::Deserialize;
use serde_json::Value;

use crate::config::Oidc;

/// Octets of an answer, at most.
const LONGEST: usize = 512 << 10;
const DEADLINE: Duration = Duration::from_secs(10);

/// What the provider says of itself (OpenID Connect Discovery 1.0 §3), as far as it is read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 9207 §3.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

pub(super) struct Line {
    client: Client,
    insecure_loopback: bool,
}

impl Line {
    pub(super) fn new(settings: &Oidc) -> Option<Line> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .https_only(!settings.insecure_loopback)
            .timeout(DEADLINE)
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("chancery/", env!("CARGO_PKG_VERSION")))
            .build();
        Some(Line { client: client.ok()?, insecure_loopback: settings.insecure_loopback })
    }

    /// §4.3: the issuer in the document must be exactly the one that was asked for.
    pub(super) async fn metadata(&self, issuer: &str) -> Result<Metadata, String> {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = serde_json::from_value(self.json(&url).await?)
            .map_err(|_| "its discovery document lacks something")?;
        if metadata.issuer != issuer {
            return Err("its discovery document is another issuer's".to_owned());
        }
        for address in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
            let fits = address.starts_with("https://") || self.insecure_loopback;
            if !fits || address.contains('#') || address.chars().any(char::is_control) {
                return Err("its discovery document names an address that is not https".to_owned());
            }
        }
        Ok(metadata)
    }

    pub(super) async fn json(&self, url: &str) -> Result<Value, String> {
        let (status, body) = read(self.client.get(url)).await?;
        if status != 200 {
            return Err(format!("it answers {status}"));
        }
        serde_json::from_slice(&body).map_err(|_| "its answer is no JSON".to_owned())
    }

    /// Turns a code into an ID token (OpenID Connect Core 1.0 §3.1.3). What the provider says beside it is not needed.
    pub(super) async fn redeem(
        &self,
        metadata: &Metadata,
        settings: &Oidc,
        (code, redirect, verifier): (&str, &str, &str),
    ) -> Result<String, String> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("client_id", &settings.client_id),
            ("code_verifier", verifier),
        ];
        let mut request = self.client.post(&metadata.token_endpoint);
        let secret = settings.client_secret.as_ref().map(|secret| secret.reveal_secret());
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        // §9: basic is what is meant where nothing is said.
        let basic = methods.is_none_or(|known| known.iter().any(|one| one == "client_secret_basic"));
        match secret {
            Some(secret) if basic => {
                request = request.basic_auth(encoded(&settings.client_id), Some(encoded(secret)))
            }
            Some(secret) => form.push(("client_secret", secret)),
            None => {}
        }
        let (status, body) = read(request.form(&form)).await?;
        if status != 200 {
            return Err(format!("it answers {status} to the code"));
        }
        let tokens: Tokens = serde_json::from_slice(&body).map_err(|_| "it gives no ID token".to_owned())?;
        Ok(tokens.id_token)
    }
}

/// RFC 6749 §2.3.1: both are encoded as a form's fields before they are joined.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

async fn read(request: RequestBuilder) -> Result<(u16, Vec<u8>), String> {
    let told = |error: reqwest::Error| error.without_url().to_string();
    let mut answer = request.send().await.map_err(told)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(told)? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST {
            return Err("its answer is too long".to_owned());
        }
    }
    Ok((status, body))
}
