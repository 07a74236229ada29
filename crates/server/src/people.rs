//! People: who there is, what each role may do, how somebody signs in, and the session after it.

mod account;
mod challenge;
mod door;
mod limits;
mod links;
mod login;
mod oidc;
mod own;
mod passkey;
mod password;
mod reception;
mod role;
mod roll;
mod seal;
mod session;
mod throttle;
mod totp;

pub use account::{NewPassword, Offer};
pub use door::{Attempt, Opened};
pub use limits::RequestLimits;
pub use links::{Introduction, Link, NoLink, Welcome, base, first_link, link};
pub use login::{Login, display_name};
pub use oidc::{Arrival, Departure};
pub use own::Mine;
pub use passkey::{Assertion, AssertionResponse, Registration, RegistrationResponse};
pub use reception::{Lengths, Reception};
pub use role::Role;
pub use roll::{Changed, Invited, add, change, find};
pub use totp::six_digits;
