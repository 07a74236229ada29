//! `chancery serve`.

use super::outcome::Exit;
use super::{Context, Failure, Outcome};
use crate::clock::{Clock as _, SystemClock};
use crate::http::Addresses;
use crate::keys::SystemRandom;
use crate::people::NoLink;
use crate::server::Server;
use std::io::Write as _;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// Serve devices until a signal comes; a first start makes the CA
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) fn run(_args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = Arc::new(context.config()?);
    crate::telemetry::start_log(&config.log);
    for warning in &config.warnings {
        tracing::warn!(
            event = "configuration",
            error_code = %warning.code,
            "{}: {}",
            warning.key,
            warning.rule
        );
    }
    context.block_on(async {
        let server = Server::start(&config, Arc::new(SystemClock)).await?;
        tell(&server, &config);
        invite_first_owner(&server, &config).await?;
        server.run_until(stopped()).await;
        tracing::info!(event = "stopped", "stopped");
        Ok(Outcome::already_told(Exit::Ok))
    })
}

fn tell(server: &Server, config: &crate::config::Config) {
    let Addresses { scep, scep_tls, admin } = server.addresses();
    let recovered = server.recovered;
    if recovered.finished + recovered.abandoned > 0 {
        tracing::warn!(
            event = "recovered",
            finished = recovered.finished,
            abandoned = recovered.abandoned,
            "finished what an earlier process left"
        );
    }
    let tls = scep_tls.map(|address| address.to_string()).unwrap_or_default();
    tracing::info!(
        event = "listening", %scep, scep_tls = tls, %admin, data_dir = %config.data_dir.display(), "listening"
    );
}

/// While nobody can sign in as an owner, each start prints a link for one: to standard output, which the journal has, and not to
/// the log, which is sent elsewhere.
async fn invite_first_owner(server: &Server, config: &crate::config::Config) -> Result<(), Failure> {
    let base = crate::people::base(config, server.addresses().admin.port());
    let store = &*server.installation.store;
    let made = crate::people::first_link(store, &base, SystemClock.now(), &mut SystemRandom).await;
    let link = made.map_err(|failure| match failure {
        NoLink::Store(error) => error.into(),
        NoLink::Random(_) => Failure::new(crate::explanation::ours::RANDOM, "no link for the first owner"),
    })?;
    if let Some(link) = link {
        let (url, until) = (link.url.reveal_secret(), link.expires_at);
        let mut out = std::io::stdout();
        // Who reads it may be gone.
        let _ =
            writeln!(out, "Nobody can sign in yet. The first owner opens this, once, until {until}:\n{url}");
        let _ = out.flush();
    }
    Ok(())
}

/// SIGTERM from an init system, SIGINT from a terminal.
pub(super) async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signals the process can only be killed, which it survives.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
