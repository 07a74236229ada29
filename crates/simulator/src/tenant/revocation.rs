//! Pretend Intune: `CertificateAuthorityRequests/{downloadRevocationRequests, uploadRevocationResults}` (contract
//! section 9).

mod body;
mod event;
mod queue;

pub use event::Event;
pub use queue::{QueueRules, RevocationEntry, RevocationQueue, Uploaded};

use serde_json::{Value, json};

use super::World;
use super::exchange::{Answer, Call};
use super::scep_actions::{envelope, permitted};

const API_VERSION: &str = "5019-05-05";

/// The two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthorityCall {
    /// What is to be revoked?
    Download,
    /// This became of it.
    Upload,
}

impl AuthorityCall {
    /// The call of that name; names are case-sensitive.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "downloadRevocationRequests" => Some(Self::Download),
            "uploadRevocationResults" => Some(Self::Upload),
            _ => None,
        }
    }
}

/// Answers a call.
pub(crate) fn authority(world: &World, call: &Call, what: AuthorityCall) -> Answer {
    perform(world, call, what).unwrap_or_else(|refused| refused)
}

fn perform(world: &World, call: &Call, what: AuthorityCall) -> Result<Answer, Answer> {
    permitted(world, call)?;
    if call.header("api-version") != Some(API_VERSION) {
        world.breach(format!("api-version of CertificateAuthorityRequests is not {API_VERSION}"));
    }
    let bad = |why: String| envelope(400, "BadRequest", &why);
    let body: Value =
        serde_json::from_str(&call.text()).map_err(|error| bad(format!("Unreadable JSON: {error}")))?;
    match what {
        AuthorityCall::Download => {
            let asked = body::Download::read(world, &body).map_err(bad)?;
            Ok(download(world, &asked))
        }
        AuthorityCall::Upload => {
            let results = body::results(&body).map_err(bad)?;
            Ok(upload(world, results))
        }
    }
}

fn context(world: &World, of: &str) -> String {
    format!("{}$metadata#{of}", world.urls().intune)
}

fn download(world: &World, asked: &body::Download) -> Answer {
    let now = world.clock.now();
    let handed_out = world.revocations().hand_out(now, asked.max_requests, asked.issuer_name.as_deref());
    let value: Vec<Value> = handed_out
        .iter()
        .map(|entry| {
            json!({
                "requestContext": entry.context, "serialNumber": entry.serial_number,
                "issuerName": entry.issuer_name, "caConfiguration": entry.ca_configuration,
            })
        })
        .collect();
    let context = context(world, "Collection(microsoft.management.services.api.caRevocationRequest)");
    Answer::json(200, &json!({ "@odata.context": context, "value": value }))
}

fn upload(world: &World, results: Vec<(String, Uploaded)>) -> Answer {
    for (context, result) in results {
        if !world.revocations().record(&context, result) {
            world.breach("a revocation result for a request that was never handed out");
        }
    }
    Answer::json(200, &json!({ "@odata.context": context(world, "Edm.Boolean"), "value": true }))
}

impl World {
    /// Queues the revocation of certificates that Intune was told about, with serial number, issuer and caConfiguration
    /// as notified, where the event calls for it on the device's platform. `concerns` gets device id and profile id.
    pub(super) fn want_revoked(&self, event: Event, concerns: impl Fn(&str, &str) -> bool) {
        let notified = {
            let (directory, ledger) = (self.directory(), self.ledger());
            let due = |device: &str| {
                let platform = directory.devices.get(device).map(|device| device.platform);
                let android = directory.android.get(device).copied().unwrap_or_default();
                platform.is_some_and(|platform| event.revokes(platform, android))
            };
            let of_note = |note| ledger.payload_of(note).map(|payload| (note, payload));
            let wanted = ledger.certificates().iter().filter_map(of_note).filter(|(_, payload)| {
                concerns(&payload.device_id, &payload.profile_id) && due(&payload.device_id)
            });
            wanted.map(|(note, payload)| (note.clone(), payload.device_id.clone())).collect::<Vec<_>>()
        };
        for (note, device) in notified {
            let context = self.guid();
            self.revocations().want(context, &note, device, event);
        }
    }
}
