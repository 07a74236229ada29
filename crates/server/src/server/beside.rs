use super::background::Beside;
use crate::audit::{anchor, syslog};
use crate::clock::Clock;
use crate::config::Config;
use crate::installation::{Installation, InstallationError, host};
use crate::jobs::forward::Forwarder;
use crate::webhooks::{Sender, SystemResolver, Vault, Webhooks};
use std::sync::Arc;

/// The webhooks of this installation, as the settings have them.
///
/// # Errors
/// The key that their secrets are sealed with.
pub(crate) fn webhooks(
    config: &Config,
    installation: &Installation,
    clock: Arc<dyn Clock>,
) -> Result<Arc<Webhooks>, InstallationError> {
    let parts = (Arc::clone(&installation.store), Arc::clone(&installation.authority));
    let sender = Sender::new(Arc::new(SystemResolver), config.webhooks.allowed.clone());
    let vault = Vault::of(&installation.keys)?;
    Ok(Arc::new(Webhooks::new(parts, clock, vault, sender, config.webhooks.expiring)))
}

/// Anchors, the way to a collector, and webhooks.
pub(super) async fn work(
    config: &Config,
    installation: &Installation,
    clock: &Arc<dyn Clock>,
    webhooks: &Arc<Webhooks>,
) -> Result<Vec<Beside>, InstallationError> {
    let (store, clock) = (Arc::clone(&installation.store), Arc::clone(clock));
    let mut work: Vec<Beside> = vec![Box::pin(Arc::clone(webhooks).run())];
    if let Some(collector) = config.collector.clone() {
        let sender = syslog::Sender::new(&host());
        work.push(Box::pin(Forwarder::start(Arc::clone(&store), collector, sender).await?.run()));
    }
    work.push(Box::pin(async move { anchor::daily(&*store, &*clock).await }));
    Ok(work)
}
