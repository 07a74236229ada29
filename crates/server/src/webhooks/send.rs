//! One attempt to bring one message to its receiver (threat 89).
//!
//! A name is looked up once for each connection, every address that comes back is judged, and the connection goes to those
//! addresses: there is no second look-up that could say something else. Redirects are not followed, proxies not asked, and of the
//! answer only the status is read.

use super::allowed::Allowed;
use super::target::{Target, permitted};
use crate::http::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, redirect};
use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// From the beginning to the last octet of the answer's head. The specification recommends 15 to 30 seconds.
const PATIENCE: Duration = Duration::from_secs(15);
const CONNECT: Duration = Duration::from_secs(5);
/// Clients kept, one for each host and port.
const KEPT: usize = 2 * super::MOST as usize;
/// Characters of a reason that are kept.
const LONGEST: usize = 200;

/// Looks up names.
pub trait Resolver: Send + Sync {
    /// The addresses of a host.
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered with this status.
    Answered {
        /// HTTP's number.
        status: u16,
        /// When it wants to be asked again, if it says so.
        retry_after: Option<Duration>,
    },
    /// It did not, and why; or the message was not sent.
    Failed(String),
}

/// A message as it is sent.
pub(super) struct Envelope<'a> {
    pub(super) message: &'a str,
    pub(super) timestamp: i64,
    pub(super) signature: String,
    pub(super) body: &'a str,
}

/// Sends messages.
pub struct Sender {
    resolver: Arc<dyn Resolver>,
    allowed: Allowed,
    clients: Mutex<HashMap<(String, u16), Client>>,
}

impl Sender {
    /// One that asks this resolver, and goes where the rules and `allowed` let it.
    #[must_use]
    pub fn new(resolver: Arc<dyn Resolver>, allowed: Allowed) -> Sender {
        Sender { resolver, allowed, clients: Mutex::default() }
    }

    /// What the settings allow.
    #[must_use]
    pub fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// Sends once.
    pub(super) async fn send(&self, url: &str, envelope: Envelope<'_>) -> Outcome {
        // Judged anew: the settings may have been narrowed since it was added.
        let target = match Target::parse(url, &self.allowed) {
            Ok(target) => target,
            Err(why) => return Outcome::Failed(format!("not sent: {why}")),
        };
        let Some(client) = self.client(&target) else {
            return Outcome::Failed("not sent: the HTTP client could not be made".to_owned());
        };
        let request = client
            .post(target.url().clone())
            .header("content-type", "application/json")
            .header("webhook-id", envelope.message)
            .header("webhook-timestamp", envelope.timestamp)
            .header("webhook-signature", envelope.signature)
            .body(envelope.body.to_owned());
        match request.send().await {
            Ok(response) => answered(&response),
            Err(error) => Outcome::Failed(reason(&error)),
        }
    }

    fn client(&self, target: &Target) -> Option<Client> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (target.host().to_owned(), target.port());
        if let Some(client) = clients.get(&place) {
            return Some(client.clone());
        }
        if clients.len() >= KEPT {
            clients.clear();
        }
        let guard =
            Guard { resolver: Arc::clone(&self.resolver), allowed: self.allowed.clone(), port: place.1 };
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .pool_idle_timeout(Duration::from_secs(30))
            .dns_resolver(Arc::new(guard))
            .user_agent(concat!("chancery/", env!("CARGO_PKG_VERSION")))
            .build()
            .ok()?;
        clients.insert(place, client.clone());
        Some(client)
    }
}

/// Looks a name up for one port, and lets through only what may be sent to.
struct Guard {
    resolver: Arc<dyn Resolver>,
    allowed: Allowed,
    port: u16,
}

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotThere(String);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, allowed, port) =
            (self.resolver.resolve(name.as_str().to_owned()), self.allowed.clone(), self.port);
        Box::pin(async move {
            let addresses = found.await?;
            // One that may not be called spoils them all: such an answer is no accident.
            for address in &addresses {
                permitted(*address, port, &allowed).map_err(NotThere)?;
            }
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}

fn answered(response: &Response) -> Outcome {
    let seconds =
        response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let retry_after = seconds.map(Duration::from_secs);
    Outcome::Answered { status: response.status().as_u16(), retry_after }
}

/// The innermost cause, which names no URL: its path may be a secret.
fn reason(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source());
    let causes: Vec<_> = causes.collect();
    if let Some(refused) = causes.iter().find_map(|cause| cause.downcast_ref::<NotThere>()) {
        return format!("not sent: {refused}");
    }
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let deepest = causes.last().map(ToString::to_string).unwrap_or_default();
    deepest.chars().take(LONGEST).flat_map(char::escape_debug).collect()
}
