//! The client's end: requests to send, and what comes back.
//!
//! One enrolment: [`get_url`] for GetCACaps and GetCACert → [`CaCertificates`] → [`Request::draft`] → the caller signs →
//! [`Outgoing::signed`] → POST or [`get_url`] → [`Exchange::read`] → [`Reply`].

mod certificates;
mod habits;
mod outgoing;
mod reply;
mod request;
mod sealed;
mod signer;
mod url;
mod writing;

pub use certificates::{CaCertificates, NotCaCertificates, is_downgrade};
pub use habits::{Encoding, Habits, Order, RecipientName};
pub use outgoing::{CannotSend, Outgoing};
pub use reply::{Exchange, NotBelieved, Reply};
pub use request::Request;
pub use sealed::{Granted, NotOpened, Sealed};
pub use signer::{SignerCertificate, Version};
pub use url::{GetStyle, get_url};
