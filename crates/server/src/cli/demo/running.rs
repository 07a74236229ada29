//! A whole server in this process, on loopback.

use crate::authority::Authority;
use crate::cli::Failure;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Disk, Sources};
use crate::desk::Desk;
use crate::explanation::administrator;
use crate::http::{Addresses, Simulator};
use crate::server::Server;
use crate::store::Store;
use crate::validators::ChallengeKey;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that serves until it is stopped or dropped.
pub(in crate::cli) struct Running {
    /// Where it listens.
    pub(in crate::cli) addresses: Addresses,
    /// Where its portal is, as a person types it.
    pub(in crate::cli) portal: String,
    /// What it records.
    pub(in crate::cli) store: Arc<dyn Store>,
    /// Its hierarchy.
    pub(in crate::cli) authority: Arc<Authority>,
    /// Hashes challenges for static endpoints.
    pub(in crate::cli) challenge_key: ChallengeKey,
    /// Makes one-time challenges.
    pub(in crate::cli) desk: Desk,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Writes `settings` into a new `directory`, believes them as `serve --local` would, and starts.
    ///
    /// # Errors
    /// As `serve`.
    pub(in crate::cli) async fn start(directory: &Path, settings: &str) -> Result<Running, Failure> {
        Running::start_by(directory, settings, Arc::new(SystemClock)).await
    }

    /// The same with a fleet that the portal shows.
    ///
    /// # Errors
    /// As `serve`.
    pub(in crate::cli) async fn start_shown(
        directory: &Path,
        settings: &str,
        fleet: Option<Arc<dyn Simulator>>,
    ) -> Result<Running, Failure> {
        Running::begin(directory, settings, Arc::new(SystemClock), fleet).await
    }

    /// The same, by another clock than the system's.
    ///
    /// # Errors
    /// As `serve`.
    pub(in crate::cli) async fn start_by(
        directory: &Path,
        settings: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Running, Failure> {
        Running::begin(directory, settings, clock, None).await
    }

    async fn begin(
        directory: &Path,
        settings: &str,
        clock: Arc<dyn Clock>,
        fleet: Option<Arc<dyn Simulator>>,
    ) -> Result<Running, Failure> {
        let config = Arc::new(believe(directory, settings)?);
        let server = Server::start_with(&config, Arc::clone(&clock), fleet).await?;
        let desk = Desk::new(&config, &server.installation, clock);
        let (stop, stopped) = oneshot::channel();
        Ok(Running {
            addresses: server.addresses(),
            portal: crate::people::base(&config, server.addresses().admin.port()),
            store: Arc::clone(&server.installation.store),
            authority: Arc::clone(&server.installation.authority),
            challenge_key: server.installation.challenge_key.clone(),
            desk,
            stop: Some(stop),
            // A sender that was dropped stops the server, too.
            task: tokio::spawn(server.run_until(async move {
                let _ = stopped.await;
            })),
        })
    }

    /// The SCEP URL of an endpoint, over TLS where there is TLS.
    pub(in crate::cli) fn url(&self, endpoint: &str) -> String {
        match self.addresses.scep_tls {
            Some(tls) => format!("https://{tls}/scep/{endpoint}"),
            None => format!("http://{}/scep/{endpoint}", self.addresses.scep),
        }
    }

    /// Stops and waits until everything in flight is done.
    pub(in crate::cli) async fn stop(mut self) {
        drop(self.stop.take());
        // Only a panic in the server ends it otherwise, and that was told.
        let _ = (&mut self.task).await;
    }
}

/// Settings as `serve --local` would believe them, without the environment: a demo must not touch what is real.
pub(in crate::cli) fn believe(directory: &Path, settings: &str) -> Result<Config, Failure> {
    let file = directory.join("chancery.toml");
    let written = std::fs::create_dir_all(directory).and_then(|()| {
        let place = toml::Value::String(directory.join("data").display().to_string());
        std::fs::write(&file, format!("data_dir = {place}\n{settings}"))
    });
    written.map_err(|error| Failure::new(administrator::SCRATCH, format!("{}: {error}", file.display())))?;
    let sources = Sources { file: Some(file), local: true, ..Sources::default() };
    Ok(sources.config(&Disk)?)
}
