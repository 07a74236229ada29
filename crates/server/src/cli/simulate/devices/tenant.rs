//! Challenges from a simulated tenant of another process.

use crate::cli::Failure;
use crate::cli::simulate::failed;
use serde_json::{Value, json};
use simulator::fleet::{RequestPlan, http_client};
use simulator::tenant::{Delivery, Platform};

/// The control API of `chancery simulate intune`.
pub(super) struct Control<'a> {
    /// With or without `sim/`.
    pub(super) url: &'a str,
    /// Root of its TLS, PEM.
    pub(super) root: Option<&'a str>,
}

impl Control<'_> {
    /// Enrols `count` devices and has a profile delivered to each.
    ///
    /// # Errors
    /// The tenant does not answer, or not so.
    pub(super) async fn plans(
        &self,
        platforms: &[Platform],
        count: usize,
    ) -> Result<Vec<RequestPlan>, Failure> {
        let http = http_client(self.root).map_err(|error| failed(&error))?;
        let base = format!("{}/sim/", self.url.trim_end_matches('/').trim_end_matches("/sim"));
        let ask = async |what: &str, body: Value| {
            let answer = http.post(format!("{base}{what}")).body(body.to_string()).send().await;
            let answer =
                answer.and_then(|answer| answer.error_for_status()).map_err(|error| failed(&error))?;
            let body = answer.bytes().await.map_err(|error| failed(&error))?;
            serde_json::from_slice::<Value>(&body).map_err(|error| failed(&error))
        };
        let profile = ask("profiles", json!({ "subject": "CN={{DeviceName}},OU=Load" })).await?;
        let mut plans = Vec::with_capacity(count);
        for platform in platforms.iter().cycle().take(count) {
            let device = ask("devices", json!({ "platform": platform })).await?;
            let wanted = json!({ "device": device.get("id"), "profile": profile.get("id") });
            let delivery: Delivery =
                serde_json::from_value(ask("challenges", wanted).await?).map_err(|error| failed(&error))?;
            plans.push(RequestPlan::honest(&delivery));
        }
        Ok(plans)
    }
}
