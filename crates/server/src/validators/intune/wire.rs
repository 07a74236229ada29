//! One HTTPS exchange: sent once, within a deadline, its answer bounded.

use super::settings::{IntuneSettings, SettingsError};
use super::trouble::Trouble;
use aws_lc_rs::rand;
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect};
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The largest answer of Entra and Intune that is read, in octets.
pub(super) const ANSWER_LIMIT: usize = 64 * 1024;
/// The largest page of endpoints that is read: Graph lists all of Intune's services in one.
pub(super) const PAGE_LIMIT: usize = 512 * 1024;

/// Whom a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hop {
    /// Tokens.
    Entra,
    /// Discovery.
    Graph,
    /// ScepActions.
    Intune,
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entra => "Entra",
            Self::Graph => "Graph",
            Self::Intune => "Intune",
        })
    }
}

/// One exchange, for metrics.
#[derive(Clone, Copy, Debug)]
pub struct Observation {
    /// Whom it went to.
    pub hop: Hop,
    /// HTTP status, or why there was none.
    pub outcome: Result<u16, &'static str>,
    /// From sending to the answer's last octet.
    pub elapsed: Duration,
}

/// Hears of every exchange. Must not block.
pub type Observe = Arc<dyn Fn(Observation) + Send + Sync>;

/// An answer, read to its end.
pub(crate) struct Reply {
    /// HTTP's number.
    pub(crate) status: u16,
    /// Seconds, if the header was a number.
    pub(crate) retry_after: Option<Duration>,
    /// All of it.
    pub(crate) body: Vec<u8>,
}

/// The HTTPS client.
pub(super) struct Wire {
    client: Client,
    observe: Option<Observe>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(super) fn new(settings: &IntuneSettings, observe: Option<Observe>) -> Result<Self, SettingsError> {
        let mut roots = Vec::new();
        for (at, der) in settings.extra_roots.iter().enumerate() {
            roots.push(Certificate::from_der(der).map_err(|_| SettingsError::Root(at))?);
        }
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .https_only(!settings.insecure_loopback)
            .connect_timeout(settings.connect_timeout)
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("chancery/", env!("CARGO_PKG_VERSION")))
            .tls_certs_merge(roots)
            .build()
            .map_err(|error| SettingsError::Client(deepest(&error)))?;
        Ok(Self { client, observe })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends once and reads at most `limit` octets.
    pub(super) async fn exchange(
        &self,
        hop: Hop,
        request: RequestBuilder,
        limit: usize,
        deadline: Instant,
    ) -> Result<Reply, Trouble> {
        let started = Instant::now();
        let answered = timeout_at(deadline, send(request, limit)).await.unwrap_or(Err(Trouble::Timeout));
        if let Some(observe) = &self.observe {
            let outcome = answered.as_ref().map(|reply| reply.status).map_err(Trouble::word);
            observe(Observation { hop, outcome, elapsed: started.elapsed() });
        }
        answered
    }
}

async fn send(request: RequestBuilder, limit: usize) -> Result<Reply, Trouble> {
    let response = request.send().await.map_err(|error| trouble_of(&error))?;
    let status = response.status().as_u16();
    let retry_after =
        response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = read(response, limit).await?;
    Ok(Reply { status, retry_after: retry_after.map(Duration::from_secs), body })
}

async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| trouble_of(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(Trouble::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Sorts the HTTP library's errors. Their text is not kept: it may hold the URL.
fn trouble_of(error: &reqwest::Error) -> Trouble {
    if error.is_dns() {
        Trouble::Dns
    } else if error.is_connect() {
        if caused_by_tls(error) { Trouble::Tls(deepest(error)) } else { Trouble::Connect(deepest(error)) }
    } else if error.is_timeout() {
        Trouble::Timeout
    } else {
        Trouble::Broken(deepest(error))
    }
}

fn caused_by_tls(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(is_tls)
}

/// An I/O error hides what it wraps from its `source`, and the connector wraps twice.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    let within = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || within.is_some_and(|inner| is_tls(inner))
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The innermost cause, which names no URL.
fn deepest(error: &(dyn Error + 'static)) -> String {
    let cause = causes(error).last().map(ToString::to_string).unwrap_or_default();
    super::super::refusal::shown(&cause, 200)
}

/// A new random GUID (RFC 9562 §5.4).
pub(super) fn guid() -> Result<String, Trouble> {
    let mut octets = [0; 16];
    rand::fill(&mut octets).map_err(|_| Trouble::Ours("the source of randomness did not answer"))?;
    let bits = u128::from_be_bytes(octets) & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    Ok([part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9562_a_guid_is_of_version_4() {
        let guid = guid().unwrap();
        let shape: String = guid.chars().map(|c| if c.is_ascii_hexdigit() { 'x' } else { c }).collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&guid[14..15], "4");
        assert!(matches!(&guid[19..20], "8" | "9" | "a" | "b"), "{guid}");
    }
}
