//! Drives anybody's SCEP server with messages prepared beforehand, so that the server is measured and not the driver.
//!
//! Keys, requests and envelopes are made first; then a closed loop of keep-alive connections sends them over a bare
//! HTTP client; replies are looked at afterwards.

mod line;
mod prepare;
mod report;

pub use line::DriveError;
pub use prepare::{Charge, Loaded, plans_with_challenge};
pub use report::{Latency, Report};

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use hyper::body::Bytes;
use tokio::task::JoinSet;

use crate::tenant::Platform;
use line::{Line, Route};

/// How replies are looked at after the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Every reply is decrypted, and its certificate compared with the request.
    All,
    /// Every n-th is; of the others only the signature and the status are.
    Every(usize),
}

/// A load run.
#[derive(Clone, Debug)]
pub struct DriverOptions {
    /// The server's URL, without query.
    pub url: String,
    /// PEM of the root that its TLS is under; needed for https.
    pub root_pem: Option<String>,
    /// Connections, each with one request under way.
    pub connections: usize,
    /// Platforms in turn.
    pub platforms: Vec<Platform>,
    /// Send GET even where POST is offered.
    pub by_get: bool,
    /// No new message after this time.
    pub limit: Option<Duration>,
    /// How replies are looked at.
    pub verify: Verify,
}

impl DriverOptions {
    /// Sixteen connections, Windows devices, every 50th reply decrypted.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            root_pem: None,
            connections: 16,
            platforms: vec![Platform::Windows],
            by_get: false,
            limit: None,
            verify: Verify::Every(50),
        }
    }
}

/// What came back for one message.
#[derive(Clone, Debug)]
pub(crate) struct Returned {
    pub(crate) message: usize,
    /// From the start of the run.
    pub(crate) after: Duration,
    pub(crate) took: Duration,
    /// Status and body, or why there is none.
    pub(crate) answer: Result<(u16, Bytes), String>,
}

/// Sends every message once and reports.
///
/// # Errors
/// The URL or the root is unusable. Failures of the server are in the report.
pub async fn drive(options: &DriverOptions, loaded: Arc<Loaded>) -> Result<Report, DriveError> {
    let route = Arc::new(Route::new(&options.url, options.root_pem.as_deref())?);
    let next = Arc::new(AtomicUsize::new(0));
    let (start, began) = (Instant::now(), SystemTime::now());
    let deadline = options.limit.map(|limit| start + limit);
    let mut workers = JoinSet::new();
    for _ in 0..options.connections.max(1) {
        workers.spawn(work(Arc::clone(&route), Arc::clone(&loaded), Arc::clone(&next), (start, deadline)));
    }
    let mut returned = Vec::with_capacity(loaded.len());
    while let Some(share) = workers.join_next().await {
        returned.extend(share.unwrap_or_default());
    }
    let elapsed = start.elapsed();
    Ok(report::evaluate(&loaded, returned, (began, elapsed), options.verify))
}

async fn work(
    route: Arc<Route>,
    loaded: Arc<Loaded>,
    next: Arc<AtomicUsize>,
    (began, deadline): (Instant, Option<Instant>),
) -> Vec<Returned> {
    let mut line = Line::new(route);
    let mut returned = Vec::new();
    loop {
        let message = next.fetch_add(1, Ordering::Relaxed);
        let late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let Some(charge) = loaded.charge(message).filter(|_| !late) else { return returned };
        let start = Instant::now();
        let after = start - began;
        let answer = line.send(charge).await.map_err(|error| error.to_string());
        returned.push(Returned { message, after, took: start.elapsed(), answer });
    }
}
