use super::profile;
use crate::clock::Clock;
use crate::config::{self, CaCertificates, Config};
use crate::desk::Book;
use crate::enroll::{Enroller, InFlight, OnNotifyFailure};
use crate::gateway::{Endpoint, EndpointRules};
use crate::installation::Installation;
use crate::telemetry::Metrics;
use crate::validators::Validator;
use crate::validators::intune::{Intune, SettingsError};
use crate::validators::lockout::LockoutSettings;
use crate::validators::one_time::OneTimeChallenge;
use crate::validators::static_challenge::{NoChallenge, StaticChallenge};
use ca::profile::ProfileFault;
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
    /// The profile that it issues by.
    #[error("profile {name:?}: {}", joined(.faults))]
    Profile {
        /// Its name.
        name: String,
        /// All that is wrong with it.
        faults: Vec<ProfileFault>,
    },
    /// The profile is not there.
    #[error("endpoint {0:?}: there is no profile {1:?}")]
    NoProfile(String, String),
}

fn joined(faults: &[ProfileFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Builds every endpoint.
pub(super) fn build(
    config: &Config,
    installation: &Installation,
    clock: &Arc<dyn Clock>,
    metrics: &Arc<Metrics>,
) -> Result<Vec<Endpoint>, EndpointError> {
    let one = |endpoint: &config::Endpoint| {
        let name = endpoint.name.as_str().to_owned();
        let wanted = &endpoint.profile;
        let settings = config
            .profile(wanted)
            .ok_or_else(|| EndpointError::NoProfile(name.clone(), wanted.as_str().to_owned()))?;
        let believed = profile::believe(settings, endpoint, config)
            .map_err(|faults| EndpointError::Profile { name: wanted.as_str().to_owned(), faults })?;
        let enroller = Enroller {
            validator: Arc::new(validator(endpoint, installation, metrics)?),
            profile: believed,
            on_notify_failure: match endpoint.on_notify_failure {
                config::OnNotifyFailure::Withhold => OnNotifyFailure::Withhold,
                config::OnNotifyFailure::Deliver => OnNotifyFailure::Deliver,
            },
            store: Arc::clone(&installation.store),
            authority: Arc::clone(&installation.authority),
            clock: Arc::clone(clock),
            in_flight: InFlight::default(),
            endpoint: name,
        };
        Ok(Endpoint { rules: rules(endpoint, settings, config), enroller })
    };
    config.endpoints.iter().map(one).collect()
}

fn rules(endpoint: &config::Endpoint, profile: &config::Profile, config: &Config) -> EndpointRules {
    let config::Endpoint { legacy_3des, legacy_sha1, renewal, caps_sha384: sha384, .. } = *endpoint;
    EndpointRules {
        policy: Policy { legacy_3des, legacy_sha1, max_message: config.limits.body, ..Policy::default() },
        offer: Offer { renewal, next_ca: false, legacy_3des, legacy_sha1, sha384 },
        layout: match endpoint.ca_certificates {
            CaCertificates::Chain => Layout::Full,
            CaCertificates::RaAndCa => Layout::RaAndCa,
            CaCertificates::Ca => Layout::Ca,
        },
        include_chain: profile.include_chain,
        fail_info_text: true,
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
        config::Validator::Static(hash) => {
            StaticChallenge::new(key, vec![*hash], Vec::new(), LockoutSettings::default())
                .map(Validator::Static)
                .map_err(|error| EndpointError::Static(name, error))
        }
        config::Validator::OneTime(_) => {
            let book = Arc::new(Book(Arc::clone(&installation.store)));
            Ok(Validator::OneTime(OneTimeChallenge::new(key, book)))
        }
    }
}
