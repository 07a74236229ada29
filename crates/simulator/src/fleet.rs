//! Devices with the SCEP habits of their platform (contract section 18, scep.md section 3).

mod agent;
mod attempt;
mod handset;
mod key;
mod outcome;
mod quick_keys;
mod request;
mod run;
mod style;
mod trick;

pub use agent::{Agent, AgentError, Seen, system};
pub use attempt::{Attempt, Ended};
pub(crate) use handset::read_reply;
pub use handset::{Handset, Introduction, Prepared, Target};
pub use key::{DeviceKey, WeakRsa};
pub use outcome::{GaveUp, Outcome};
pub use quick_keys::quick_keys;
pub use request::RequestPlan;
pub use run::{Event, Fleet, FleetError, FleetOptions, Keys};
pub use style::{Question, Style, style};
pub use trick::{Trick, carries_sid};

use std::time::Duration;

/// The HTTP client that devices share.
pub type HttpClient = reqwest::Client;

/// An HTTP client for devices: no redirects followed, no proxy, 60 seconds, and, if given, only this root trusted.
///
/// # Errors
/// The PEM is unreadable.
pub fn http_client(root_pem: Option<&str>) -> Result<HttpClient, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(60));
    match root_pem {
        Some(pem) => builder.tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes())?]).build(),
        None => builder.build(),
    }
}
