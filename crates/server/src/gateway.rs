//! SCEP: an operation comes in, an answer goes out.
//!
//! What a message means is `scep`'s business, who gets a certificate is [`crate::enroll`]'s; here the two are joined.

mod endpoint;
mod message;
mod record;

pub use endpoint::{Endpoint, EndpointRules};

use crate::enroll::Peer;
use crate::explanation::message::OPERATION;
use crate::http::{BoxFuture, ScepGateway, ScepHttpRequest, ScepHttpResponse};
use crate::stalled::{Before, Step, Watcher};
use crate::telemetry::Metrics;
use scep::{Operation, OperationError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All endpoints of this server.
pub struct Gateway {
    endpoints: BTreeMap<String, Endpoint>,
    metrics: Arc<Metrics>,
    refusals: record::Refusals,
    watcher: Option<Arc<Watcher>>,
}

impl Gateway {
    /// A gateway of these endpoints.
    #[must_use]
    pub fn new(endpoints: Vec<Endpoint>, metrics: Arc<Metrics>) -> Gateway {
        let named = |endpoint: Endpoint| (endpoint.enroller.endpoint.clone(), endpoint);
        let endpoints = endpoints.into_iter().map(named).collect();
        Gateway { endpoints, metrics, refusals: record::Refusals::default(), watcher: None }
    }

    /// Follows conversations that come to no request.
    #[must_use]
    pub fn watched(self, watcher: Arc<Watcher>) -> Gateway {
        Gateway { watcher: Some(watcher), ..self }
    }

    /// Notes how far a conversation has come, and says what came before.
    fn heard(&self, endpoint: &Endpoint, request: &ScepHttpRequest, step: Step) -> Before {
        let Some(watcher) = &self.watcher else { return Before::default() };
        let name = &endpoint.enroller.endpoint;
        watcher.heard(name, request.peer.ip(), request.user_agent.as_deref(), step)
    }

    async fn dispatch(&self, endpoint: &Endpoint, request: &ScepHttpRequest) -> ScepHttpResponse {
        let operation = Operation::decode(request.method, &request.raw_query, &request.body);
        match operation {
            Err(error) => {
                // GetCACert itself cannot fail; what can is its spelling.
                if request.raw_query.contains("operation=GetCACert") {
                    self.heard(endpoint, request, Step::CaCertificates(false));
                }
                malformed(error)
            }
            Ok(Operation::GetCaCaps) => {
                self.heard(endpoint, request, Step::Capabilities);
                ok("text/plain", endpoint.capabilities())
            }
            Ok(Operation::GetCaCert) => {
                self.heard(endpoint, request, Step::CaCertificates(true));
                found(endpoint.certificates())
            }
            Ok(Operation::GetCaCertChain) => {
                self.heard(endpoint, request, Step::CaCertificates(true));
                found(endpoint.chain())
            }
            // RFC 8894 §4.7: there is no next CA before a roll-over is under way, and GetCACaps does not promise one.
            Ok(Operation::GetNextCaCert) => text(404, "There is no next CA certificate yet\n"),
            Ok(Operation::PkiOperation(message)) => {
                let before = self.heard(endpoint, request, Step::Request);
                let peer =
                    Peer { address: request.peer.ip(), user_agent: request.user_agent.clone(), before };
                let (metrics, refusals) = (&*self.metrics, &self.refusals);
                message::Conversation { endpoint, peer: &peer, metrics, refusals }.answer(&message).await
            }
        }
    }
}

impl ScepGateway for Gateway {
    fn answer<'a>(&'a self, endpoint: &'a str, request: ScepHttpRequest) -> BoxFuture<'a, ScepHttpResponse> {
        Box::pin(async move {
            match self.endpoints.get(endpoint) {
                Some(endpoint) => self.dispatch(endpoint, &request).await,
                None => text(404, "There is no such endpoint\n"),
            }
        })
    }
}

fn found(answer: scep::server::CaResponse) -> ScepHttpResponse {
    ok(answer.content_type, answer.body)
}

fn ok(content_type: &'static str, body: Vec<u8>) -> ScepHttpResponse {
    ScepHttpResponse { status: 200, content_type, body, retry_after: None }
}

fn text(status: u16, sentence: &str) -> ScepHttpResponse {
    let body = sentence.as_bytes().to_vec();
    ScepHttpResponse { status, content_type: "text/plain; charset=utf-8", body, retry_after: None }
}

fn malformed(error: OperationError) -> ScepHttpResponse {
    let status = if error == OperationError::TooLong { 414 } else { 400 };
    text(status, &format!("{OPERATION}: {error}\n"))
}
