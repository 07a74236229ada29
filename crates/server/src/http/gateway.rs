//! Where HTTP ends and SCEP begins.

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Bytes;

/// A future that a trait object gives back.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers SCEP requests. Every request that reaches it has passed the limits on size, time and number.
pub trait ScepGateway: Send + Sync {
    /// The answer of `endpoint`, which is configured. It runs to its end even if the client goes away.
    fn answer<'a>(&'a self, endpoint: &'a str, request: ScepHttpRequest) -> BoxFuture<'a, ScepHttpResponse>;
}

/// A SCEP request as HTTP carried it; nothing is decoded.
#[derive(Clone, Debug)]
pub struct ScepHttpRequest {
    /// GET or POST.
    pub method: scep::operation::Method,
    /// What stood behind the question mark, byte for byte: `+` is a plus (Q2).
    pub raw_query: String,
    /// The body; empty for GET.
    pub body: Bytes,
    /// Whoever opened the connection: the client, or a proxy in front of us.
    pub peer: SocketAddr,
    /// What the client calls itself. Foreign text.
    pub user_agent: Option<String>,
    /// Correlates log lines and answers.
    pub request_id: String,
}

/// What to send back.
#[derive(Clone, Debug)]
pub struct ScepHttpResponse {
    /// HTTP status. Redirects and 401 are turned into 500: neither may ever leave a SCEP path (M41, Q30).
    pub status: u16,
    /// Sent exactly so: clients compare the whole string (Q10).
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// When to come back, where the server could not answer now.
    pub retry_after: Option<Duration>,
}
