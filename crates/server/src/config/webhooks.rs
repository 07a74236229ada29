//! `[webhooks]`: where messages may go, and when certificates count as expiring.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::problem::{Code, Problem, Problems};
use super::text::Period;
use crate::webhooks::Allowed;

/// `[webhooks]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct WebhooksSettings {
    pub allow: Vec<String>,
    pub expiring: String,
}

impl Default for WebhooksSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), expiring: "14d".into() }
    }
}

/// Webhooks, as far as the settings say.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// What is allowed beyond the rules.
    pub allowed: Allowed,
    /// How long before its end a certificate is told as expiring.
    pub expiring: Duration,
}

impl Webhooks {
    pub(super) fn believe(settings: &WebhooksSettings, problems: &mut Problems) -> Self {
        let expiring = Period::believe("webhooks.expiring", &settings.expiring, "1d", "365d");
        let expiring = problems.or_note(expiring, Duration::ZERO);
        let mut allowed = Allowed::default();
        for text in &settings.allow {
            if !allowed.add(text) {
                problems.push(
                    Problem::new(Code::Rule, "webhooks.allow", text)
                        .rule("what is allowed is a host's name, an address or a network, perhaps with a port: hooks.example.com:8080, 10.1.0.0/16, [::1]:9000")
                        .fix("write the host or the network of the receiver"),
                );
            }
        }
        Self { allowed, expiring }
    }
}
