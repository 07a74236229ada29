//! Which directories there are: one for each tenant, and one for each list.

use super::endpoints::EndpointError;
use crate::clock::Clock;
use crate::config::{Config, Endpoint, Follow, Validator};
use crate::directory::file::ListFile;
use crate::directory::{Directory, Graph, Health, Parts, Queue, Source};
use crate::installation::Installation;
use crate::standing::Switches;
use crate::telemetry::Metrics;
use crate::validators::intune::{IntuneSettings, SettingsError, Tenant};
use ca::policy::Policy;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the directory that an endpoint's certificates follow.
pub(crate) fn name(endpoint: &Endpoint) -> Option<String> {
    let follow = endpoint.follow.as_ref()?;
    Some(match (&follow.file, &endpoint.validator) {
        (None, Validator::Intune(settings)) => format!("tenant {}", settings.tenant.as_str().to_lowercase()),
        _ => format!("list of {}", endpoint.name),
    })
}

/// The groups that rules name, in one order: of a tenant, who is in others is not read.
pub(super) fn groups(policy: &Policy) -> Vec<String> {
    let mut names: Vec<String> = policy.groups().map(ToString::to_string).collect();
    names.sort_by_key(|name| name.to_lowercase());
    names.dedup_by_key(|name| name.to_lowercase());
    names
}

/// All of them, none read yet.
pub(super) fn build(
    config: &Config,
    installation: &Installation,
    clock: &Arc<dyn Clock>,
    metrics: &Arc<Metrics>,
) -> Result<Vec<Directory>, EndpointError> {
    let mut followed: BTreeMap<String, Vec<(&Endpoint, &Follow)>> = BTreeMap::new();
    for endpoint in &config.endpoints {
        if let (Some(name), Some(follow)) = (name(endpoint), &endpoint.follow) {
            followed.entry(name).or_default().push((endpoint, follow));
        }
    }
    let mut directories = Vec::new();
    for (name, group) in followed {
        let parts = parts(&name, &group, groups(&config.policy), metrics).map_err(|error| {
            EndpointError::Intune(group.iter().map(|one| one.0.name.to_string()).collect(), error)
        })?;
        let (store, clock) = (Arc::clone(&installation.store), Arc::clone(clock));
        directories.push(Directory::new(parts, store, clock, Arc::clone(metrics)));
    }
    Ok(directories)
}

/// Endpoints that share a tenant are read for by the strictest of their settings.
fn parts(
    name: &str,
    group: &[(&Endpoint, &Follow)],
    named: Vec<String>,
    metrics: &Arc<Metrics>,
) -> Result<Parts, SettingsError> {
    let follows = || group.iter().map(|(_, follow)| *follow);
    let every = follows().map(|one| one.every).min().unwrap_or_default();
    let stale_after = follows().map(|one| one.stale_after).min().unwrap_or_default();
    let when_stale =
        follows().map(|one| one.when_stale).max().unwrap_or(crate::directory::WhenStale::Continue);
    let switches: BTreeMap<String, Switches> =
        group.iter().map(|(endpoint, follow)| (endpoint.name.to_string(), follow.switches.clone())).collect();
    let health = Arc::new(Health::new(name, stale_after, when_stale));
    let (source, queue) = source(name, group, named, metrics)?;
    Ok(Parts { name: name.to_owned(), source, every, switches, health, queue })
}

fn source(
    name: &str,
    group: &[(&Endpoint, &Follow)],
    named: Vec<String>,
    metrics: &Arc<Metrics>,
) -> Result<(Source, Option<Queue>), SettingsError> {
    let file = group.iter().find_map(|(_, follow)| follow.file.clone());
    if let Some(file) = file {
        return Ok((Source::File(ListFile(file)), None));
    }
    let settings = group.iter().find_map(|(endpoint, _)| match &endpoint.validator {
        Validator::Intune(settings) => Some((**settings).clone()),
        Validator::Static(_) | Validator::OneTime(_) | Validator::Bound(_) | Validator::Request(_) => None,
    });
    let settings = settings.ok_or_else(|| SettingsError::Client("no endpoint names a tenant".into()))?;
    let with_risk = group.iter().any(|(_, follow)| follow.switches.user_risk.is_some());
    let graph = Graph::new(tenant(&settings, name, metrics)?, with_risk, named);
    let wanted = group.iter().any(|(_, follow)| follow.revocation_requests);
    let endpoints = group.iter().map(|(endpoint, _)| endpoint.name.to_string()).collect();
    let queue = if wanted {
        Some(Queue::new(tenant(&settings, name, metrics)?, name.to_owned(), endpoints))
    } else {
        None
    };
    Ok((Source::Graph(Box::new(graph)), queue))
}

fn tenant(settings: &IntuneSettings, name: &str, metrics: &Arc<Metrics>) -> Result<Tenant, SettingsError> {
    let (metrics, connection) = (Arc::clone(metrics), name.to_owned());
    let observe = Arc::new(move |seen: crate::validators::intune::Observation| {
        let result = seen.outcome.map_or_else(str::to_owned, |status| status.to_string());
        metrics.mdm_request(&connection, &seen.hop.to_string(), &result, seen.elapsed);
    });
    Tenant::new(settings.clone(), Some(observe))
}
