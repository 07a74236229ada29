//! The tenant beside enrolments: Graph's directory, and Intune's revocation requests. With connections and tokens of its own,
//! so that neither waits for the other.

use super::discovery::Discovery;
use super::settings::{Credential, IntuneSettings, SettingsError};
use super::token_source::{Proof, TokenSource};
use super::trouble::Trouble;
pub(crate) use super::wire::Reply;
use super::wire::{ANSWER_LIMIT, Hop, Observe, Wire, guid};
use mdm::entra::{graph_scope, intune_scope};
use mdm::intune::revocation::{API_VERSION, Call};
use mdm::intune::{REVOCATION_SERVICE, header};
use serde::Serialize;
use std::sync::Arc;
use tokio::time::Instant;

/// The largest page of objects that is read: 500 of them, and what else Graph may say of each.
const OBJECTS_LIMIT: usize = 16 * 1024 * 1024;

/// One tenant.
pub(crate) struct Tenant {
    settings: IntuneSettings,
    wire: Arc<Wire>,
    graph: TokenSource,
    intune: TokenSource,
    revocations: Discovery,
}

impl Tenant {
    pub(crate) fn new(settings: IntuneSettings, observe: Option<Observe>) -> Result<Self, SettingsError> {
        let wire = Arc::new(Wire::new(&settings, observe)?);
        let proof = Arc::new(Proof::new(&settings.credential)?);
        let source = |scope| TokenSource::new(&settings, scope, Arc::clone(&proof), Arc::clone(&wire));
        let graph = source(graph_scope(&settings.cloud.graph))?;
        let discovering = source(graph_scope(&settings.cloud.graph))?;
        let intune = source(intune_scope(&settings.cloud.intune_resource))?;
        let revocations = Discovery::new(&settings, discovering, Arc::clone(&wire), REVOCATION_SERVICE)?;
        Ok(Self { settings, wire, graph, intune, revocations })
    }

    /// Graph's base URL.
    pub(crate) fn graph_url(&self) -> &str {
        &self.settings.cloud.graph
    }

    /// Asks Graph once; a token that is refused is forgotten.
    pub(crate) async fn get(&self, url: &str) -> Result<Reply, Trouble> {
        let deadline = Instant::now() + self.settings.call_timeout;
        let token = self.graph.token(deadline).await?;
        let request = self.wire.client().get(url).bearer_auth(token.expose());
        let request = request.header(header::CLIENT_REQUEST_ID, guid()?).header("accept", "application/json");
        let reply = self.wire.exchange(Hop::Graph, request, OBJECTS_LIMIT, deadline).await?;
        // One minted before consent lacks the role until it expires (contract §2).
        if matches!(reply.status, 401 | 403) {
            self.graph.forget(&token).await;
        }
        Ok(reply)
    }

    /// Calls CertificateAuthorityRequests (contract §9), a second time where the token was refused; gives the body of an
    /// answer with status 2xx.
    pub(crate) async fn revocations(&self, call: Call, body: &impl Serialize) -> Result<Vec<u8>, Trouble> {
        let body = serde_json::to_vec(body).map_err(|_| Trouble::Ours("the body could not be written"))?;
        match self.revocations_once(call, body.clone()).await {
            Err(Trouble::Status(status)) if status.number == 401 => self.revocations_once(call, body).await,
            answered => answered,
        }
    }

    async fn revocations_once(&self, call: Call, body: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let deadline = Instant::now() + self.settings.call_timeout;
        let address = self.revocations.address(deadline).await.map_err(|(_, trouble)| trouble)?;
        let token = self.intune.token(deadline).await?;
        let request = self
            .wire
            .client()
            .post(call.url(address.as_str()))
            .bearer_auth(token.expose())
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header(header::CLIENT_REQUEST_ID, guid()?)
            .header(header::API_VERSION, API_VERSION)
            .header(header::USER_AGENT_SIC, &self.settings.provider)
            .body(body);
        let answered = self.wire.exchange(Hop::Intune, request, ANSWER_LIMIT.max(1 << 20), deadline).await;
        let trouble = match answered {
            Ok(reply) if (200..=299).contains(&reply.status) => return Ok(reply.body),
            Ok(reply) => Trouble::status(&reply),
            Err(trouble) => trouble,
        };
        if trouble.stale_address() {
            self.revocations.forget(&address).await;
        }
        if matches!(&trouble, Trouble::Status(status) if matches!(status.number, 401 | 403)) {
            self.intune.forget(&token).await;
        }
        Err(trouble)
    }

    /// A sentence about trouble, without our secret, whatever a far end echoed.
    pub(crate) fn told(&self, trouble: &Trouble, hop: Hop) -> String {
        let sentence = trouble.refusal(hop).operator;
        match &self.settings.credential {
            Credential::Secret(secret) if !secret.expose().is_empty() => {
                sentence.replace(secret.expose(), "(secret left out)")
            }
            _ => sentence,
        }
    }
}
