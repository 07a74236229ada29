//! `POST /api/v1/certificates/{serial}/seen`: a program saw a certificate in use, such as a RADIUS server at an authentication.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use pki::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::servers::Shared;
use crate::explanation::{administrator, asking};

/// The largest body, in octets.
const MOST: usize = 4 << 10;
/// The longest word for who saw it.
const LONGEST: usize = 32;

/// Takes sightings.
pub trait Sightings: Send + Sync {
    /// Notes that the certificate with this serial number (hexadecimal) was seen in use.
    fn seen<'a>(
        &'a self,
        serial: &'a str,
        hint: Hint,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Noted, ApiProblem>>;
}

/// What a program says.
pub struct Hint {
    /// A word for what saw it: `radius`, `webhook`.
    pub by: String,
    /// When; now where absent.
    pub at: Option<Time>,
}

/// What is noted.
#[derive(Serialize, ToSchema)]
pub struct Noted {
    /// The certificate's serial number, hexadecimal.
    pub serial: String,
    /// Whether it was seen for the first time.
    pub first: bool,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct SightingHint {
    /// A word of a-z, 0-9 and - for what saw it: `radius`, `webhook`.
    by: String,
    /// When, RFC 3339 in UTC; now where absent.
    at: Option<String>,
}

impl SightingHint {
    fn read(self) -> Result<Hint, ApiProblem> {
        let is_word = !self.by.is_empty()
            && self.by.len() <= LONGEST
            && self.by.bytes().all(|one| matches!(one, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        // Nobody but the responder says what the responder saw.
        if !is_word || self.by == "ocsp" {
            return Err(ApiProblem::new(400, asking::SEEN));
        }
        let at = self.at.map(|text| time(&text).ok_or_else(|| ApiProblem::new(400, asking::SEEN)));
        Ok(Hint { by: self.by, at: at.transpose()? })
    }
}

/// RFC 3339 in UTC to the second: `2027-01-15T08:00:00Z`.
fn time(text: &str) -> Option<Time> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let mut clock = clock.splitn(3, ':');
    let digits = |part: Option<&str>, length: usize| {
        let part = part.filter(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let year = digits(date.next(), 4)?;
    let (month, day) = (digits(date.next(), 2)?, digits(date.next(), 2)?);
    let (hour, minute) = (digits(clock.next(), 2)?, digits(clock.next(), 2)?);
    let second = digits(clock.next(), 2)?;
    Time::from_civil(i64::from(year), month, day, hour, minute, second).ok()
}

/// What the route says of itself.
pub(super) fn says() -> Says {
    Says::post("Say that a certificate was seen in use")
        .details("For programs that see certificates used, such as a RADIUS server. docs/in-use.md says what that proves.")
        .part("serial", "The serial number, hexadecimal.")
        .takes::<SightingHint>(true)
        .answers::<Noted>(200, "It is noted.")
        .refuses(400, &[asking::SEEN])
        .refuses(404, &[administrator::SERIAL])
}

/// The handler of the route.
pub(super) async fn seen(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(serial): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let body: SightingHint = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.sightings.seen(&serial, body.read()?, &caller).await
    };
    api::answered(outcome.await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_in_utc_and_nothing_else() {
        assert_eq!(time("2027-01-15T08:00:00Z"), Some(Time::from_unix(1_800_000_000)));
        for bad in
            ["2027-01-15T08:00:00", "2027-1-15T08:00:00Z", "2027-02-30T08:00:00Z", "2027-01-15 08:00:00Z", ""]
        {
            assert_eq!(time(bad), None, "{bad}");
        }
    }
}
