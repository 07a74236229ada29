//! What the answers tell beside what the store holds.

use std::sync::Arc;

use super::Latency;
use crate::authority::Authority;
use crate::profiles::Profiles;
use crate::telemetry::Metrics;
use ca::profile::Platform;

/// What a server knows beside its store.
pub trait Around: Send + Sync {
    /// The issuing CA's certificate and the root's, as DER.
    fn chain(&self) -> Vec<Vec<u8>>;

    /// Whose devices a profile is for.
    fn platform(&self, profile: &str) -> &'static str;

    /// How long answers took.
    fn latency(&self) -> Option<Latency>;
}

/// A running server.
pub struct Installed {
    /// The hierarchy.
    pub authority: Arc<Authority>,
    /// The profiles in force.
    pub profiles: Arc<Profiles>,
    /// What was measured.
    pub metrics: Arc<Metrics>,
}

impl Around for Installed {
    fn chain(&self) -> Vec<Vec<u8>> {
        vec![self.authority.issuing.certificate.der().to_vec(), self.authority.root.der().to_vec()]
    }

    fn platform(&self, profile: &str) -> &'static str {
        let set = self.profiles.current();
        match set.iter().find(|one| one.name.as_str() == profile).map(|one| one.platform) {
            Some(Platform::Windows) => "windows",
            Some(Platform::Apple) => "apple",
            Some(Platform::Android) => "android",
            Some(Platform::Any) | None => "any",
        }
    }

    fn latency(&self) -> Option<Latency> {
        let [p50_ms, p95_ms] = self.metrics.scep_latency()?;
        Some(Latency { p50_ms, p95_ms })
    }
}
