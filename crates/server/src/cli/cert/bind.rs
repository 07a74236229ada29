//! `chancery cert bind`: whom a certificate names, corrected.

use crate::cli::{Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::explanation::administrator;
use crate::store::{AuditEvent, Binding, Named, Store, Stored};
use pki::certificate::Serial;
use serde_json::json;

/// Whom it names from now on.
pub(super) enum To {
    Device(String),
    User(String),
    Nobody,
    /// The command line did not say.
    Unsaid,
}

impl To {
    pub(super) fn of(device: Option<String>, user: Option<String>, nobody: bool) -> To {
        match (device, user) {
            (Some(device), _) => To::Device(device),
            (None, Some(user)) => To::User(user),
            (None, None) if nobody => To::Nobody,
            (None, None) => To::Unsaid,
        }
    }
}

pub(super) async fn run(
    store: &dyn Store,
    stored: &Stored,
    source: Option<String>,
    to: To,
) -> Result<Outcome, Failure> {
    let usage = |sentence: &str| Failure::new(administrator::BINDING, sentence.to_owned()).usage();
    let (named, key) = match to {
        To::Device(key) => (Named::Device, key),
        To::User(key) => (Named::User, key),
        To::Nobody => return unbind(store, stored).await,
        To::Unsaid => return Err(usage("name one of --device, --user and --nobody")),
    };
    let source = source.ok_or_else(|| usage("the certificate's endpoint follows no directory"))?;
    let key = key.to_lowercase();
    let evidence = "an administrator said so".to_owned();
    let binding = Binding { named, source, key: key.clone(), evidence, record: None };
    let event = json!({ "by": "command line", "kind": named.as_str(), "key": key });
    let event = AuditEvent::detail(event.to_string());
    store.rebind(stored.id, named, Some(binding), event, SystemClock.now()).await?;
    Ok(told(stored, &format!("names the {} {key}", named.as_str())))
}

async fn unbind(store: &dyn Store, stored: &Stored) -> Result<Outcome, Failure> {
    for named in [Named::Device, Named::User] {
        let event = AuditEvent::detail(json!({ "by": "command line", "kind": named.as_str() }).to_string());
        store.rebind(stored.id, named, None, event, SystemClock.now()).await?;
    }
    Ok(told(stored, "names nobody"))
}

fn told(stored: &Stored, what: &str) -> Outcome {
    let serial = Serial::new(&stored.serial).to_string();
    Outcome::new(format!("{serial} {what}"), json!({ "serial": serial, "result": what }))
}
