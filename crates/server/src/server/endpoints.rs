use super::directories;
use crate::clock::Clock;
use crate::config::{self, CaCertificates, Config};
use crate::desk::Book;
use crate::directory::binding::DeviceNames;
use crate::enroll::{Enroller, Follows, InFlight, OnNotifyFailure, Waiting};
use crate::gateway::{Endpoint, EndpointRules};
use crate::installation::Installation;
use crate::profiles::Profiles;
use crate::requests::Counter;
use crate::telemetry::Metrics;
use crate::validators::Validator;
use crate::validators::bound::{BoundChallenges, Sealer};
use crate::validators::intune::{Intune, SettingsError};
use crate::validators::lockout::LockoutSettings;
use crate::validators::one_time::OneTimeChallenge;
use crate::validators::static_challenge::{NoChallenge, StaticChallenge};
use scep::caps::Offer;
use scep::server::{Layout, Policy};
use std::sync::Arc;

/// Why an endpoint cannot work as configured.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The connection to Intune.
    #[error("endpoint {0:?}: {1}")]
    Intune(String, SettingsError),
    /// A static endpoint without a challenge.
    #[error("endpoint {0:?}: {1}")]
    Static(String, NoChallenge),
    /// The key that challenges are sealed with.
    #[error("endpoint {0:?}: the cryptographic library takes no key for sealing challenges")]
    Bound(String),
}

/// Every endpoint, by who comes there.
pub(crate) struct Built {
    /// Devices, by SCEP.
    pub(crate) devices: Vec<Endpoint>,
    /// Callers, by name.
    pub(crate) counters: Vec<Counter>,
}

/// Builds every endpoint.
pub(crate) fn build(
    config: &Config,
    installation: &Installation,
    clock: &Arc<dyn Clock>,
    metrics: &Arc<Metrics>,
    profiles: &Arc<Profiles>,
) -> Result<Built, EndpointError> {
    let parts =
        Parts { config, installation, clock, metrics, profiles, policy: Arc::new(config.policy.clone()) };
    let mut built = Built { devices: Vec::new(), counters: Vec::new() };
    for endpoint in &config.endpoints {
        let enroller = parts.enroller(endpoint)?;
        match &endpoint.validator {
            config::Validator::Request(request) => {
                built.counters.push(Counter {
                    enroller,
                    server_key: request.server_key,
                    by: request.rules.by.clone(),
                });
            }
            _ => built.devices.push(Endpoint { rules: rules(endpoint, config), enroller }),
        }
    }
    Ok(built)
}

struct Parts<'a> {
    config: &'a Config,
    installation: &'a Installation,
    clock: &'a Arc<dyn Clock>,
    metrics: &'a Arc<Metrics>,
    profiles: &'a Arc<Profiles>,
    policy: Arc<ca::policy::Policy>,
}

impl Parts<'_> {
    fn enroller(&self, endpoint: &config::Endpoint) -> Result<Enroller, EndpointError> {
        let Parts { config, installation, clock, metrics, profiles, policy } = self;
        Ok(Enroller {
            validator: Arc::new(validator(endpoint, installation, metrics)?),
            profiles: Arc::clone(profiles),
            slots: endpoint.slots.clone(),
            renewal: endpoint.renewal,
            policy: Arc::clone(policy),
            waiting: endpoint.waits.map(|lasts| Waiting { lasts }),
            on_notify_failure: match endpoint.on_notify_failure {
                config::OnNotifyFailure::Withhold => OnNotifyFailure::Withhold,
                config::OnNotifyFailure::Deliver => OnNotifyFailure::Deliver,
            },
            max_per_subject_per_day: endpoint.max_per_subject_per_day,
            store: Arc::clone(&installation.store),
            authority: Arc::clone(&installation.authority),
            clock: Arc::clone(clock),
            directory: directories::name(endpoint).map(|source| Follows {
                source,
                reads_risk: endpoint
                    .follow
                    .as_ref()
                    .is_some_and(|follow| follow.file.is_none() && follow.switches.user_risk.is_some()),
                sid_extension: endpoint.follow.as_ref().is_some_and(|follow| follow.sid_extension),
                names: match endpoint.follow.as_ref().and_then(|follow| follow.file.as_ref()) {
                    Some(_) => DeviceNames::CommonNames,
                    None => DeviceNames::Guids,
                },
                groups: match endpoint.follow.as_ref().and_then(|follow| follow.file.as_ref()) {
                    Some(_) => None,
                    None => Some(directories::groups(&config.policy)),
                },
            }),
            in_flight: InFlight::default(),
            metrics: Arc::clone(metrics),
            endpoint: endpoint.name.as_str().to_owned(),
        })
    }
}

fn rules(endpoint: &config::Endpoint, config: &Config) -> EndpointRules {
    let config::Endpoint { legacy_3des, legacy_sha1, caps_sha384: sha384, .. } = *endpoint;
    let renewal = endpoint.renewal.allowed;
    EndpointRules {
        policy: Policy { legacy_3des, legacy_sha1, max_message: config.limits.body, ..Policy::default() },
        offer: Offer { renewal, next_ca: false, legacy_3des, legacy_sha1, sha384 },
        layout: match endpoint.ca_certificates {
            CaCertificates::Chain => Layout::Full,
            CaCertificates::RaAndCa => Layout::RaAndCa,
            CaCertificates::Ca => Layout::Ca,
        },
        include_chain: endpoint.include_chain,
        fail_info_text: endpoint.fail_info_text,
    }
}

fn validator(
    endpoint: &config::Endpoint,
    installation: &Installation,
    metrics: &Arc<Metrics>,
) -> Result<Validator, EndpointError> {
    let name = endpoint.name.as_str().to_owned();
    let key = installation.challenge_key.clone();
    match &endpoint.validator {
        config::Validator::Intune(settings) => {
            let (metrics, connection) = (Arc::clone(metrics), name.clone());
            let observe = Arc::new(move |seen: crate::validators::intune::Observation| {
                let result = seen.outcome.map_or_else(str::to_owned, |status| status.to_string());
                metrics.mdm_request(&connection, &seen.hop.to_string(), &result, seen.elapsed);
            });
            let intune = Intune::new((**settings).clone(), Some(observe));
            intune.map(Box::new).map(Validator::Intune).map_err(|error| EndpointError::Intune(name, error))
        }
        config::Validator::Static(known) => {
            let revealed =
                known.challenge.iter().map(|one| scep::Challenge::new(one.reveal_secret().to_owned()));
            let hashes = known.hash.into_iter().collect();
            StaticChallenge::new(key, hashes, revealed.collect(), LockoutSettings::default())
                .map(Validator::Static)
                .map_err(|error| EndpointError::Static(name, error))
        }
        config::Validator::Bound(rules) => {
            let sealer = Sealer::new(&key).ok_or(EndpointError::Bound(name))?;
            Ok(Validator::Bound(BoundChallenges::new(sealer, rules.strict_string)))
        }
        config::Validator::Request(request) => Ok(Validator::Request(request.rules.clone())),
        config::Validator::OneTime(_) => {
            let book = Arc::new(Book(Arc::clone(&installation.store)));
            Ok(Validator::OneTime(OneTimeChallenge::new(key, book)))
        }
    }
}
