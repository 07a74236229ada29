//! Challenges that name the one request which they are good for, for MDMs that have no policy module of their own: what
//! Intune's does for Intune.
//!
//! Nothing is recorded when a challenge is made: it carries what was promised, sealed by this server. What is spent is
//! its id, in the commit that reserves the certificate.

mod compare;
mod promise;
mod seal;

pub use promise::{BadPromise, Promise};
pub use seal::{Sealed, Sealer};

use super::petition::{Petition, Voucher};
use super::refusal::Refusal;
use super::static_challenge::sha256;
use crate::explanation::Sides;
use ca::rejection::Shown;
use mdm::subject::Written;
use pki::csr::CertificateRequest;

/// Accepts challenges that this server sealed for one endpoint and certificate profile.
#[derive(Debug)]
pub struct BoundChallenges {
    sealer: Sealer,
    strict_string: bool,
}

impl BoundChallenges {
    /// Those that this sealer sealed. With `strict_string` subjects are compared as texts, too, as Intune does it: one that a
    /// profile escapes with a backslash is refused (M64).
    #[must_use]
    pub fn new(sealer: Sealer, strict_string: bool) -> BoundChallenges {
        BoundChallenges { sealer, strict_string }
    }

    pub(super) fn judge(&self, petition: &Petition<'_>) -> Result<Voucher, Refusal> {
        let text = petition.required_challenge()?;
        let sealed = self.sealer.open(text.expose()).ok_or_else(|| {
            Refusal::challenge_wrong("The challenge was not sealed by this server, or is damaged.")
        })?;
        self.check(&sealed, petition)?;
        let promise = &sealed.promise;
        let request = CertificateRequest::parse(petition.csr)
            .map_err(|_| Refusal::challenge_wrong("The request cannot be read."))?;
        if let Some(sides) = self.as_text(promise, &request) {
            return Err(refused(promise, &request, &sides));
        }
        let expected = promise
            .expected()
            .map_err(|_| Refusal::challenge_wrong("The challenge promises what cannot be read."))?;
        if let Some(sides) = compare::first_difference(&expected, &request) {
            return Err(refused(promise, &request, &sides));
        }
        Ok(Voucher {
            by: "bound",
            request: sha256(petition.csr),
            claim: Some(sealed.claim()),
            sid_vouched: expected.names_sid(),
            bound: None,
        })
    }

    /// Where the subjects differ as texts, if that matters here.
    fn as_text(&self, promise: &Promise, request: &CertificateRequest) -> Option<Sides> {
        let promised = self.strict_string.then(|| Written::of_text(&promise.subject))?;
        let there = promised.first_difference(&Written::of_name(request.subject()))?;
        let element = format!("subject as text, RDN {}", there.number);
        Some(Sides::either(&element, there.challenge, there.request))
    }

    /// The endpoint first: at another endpoint nothing else about the challenge is told.
    fn check(&self, sealed: &Sealed, petition: &Petition<'_>) -> Result<(), Refusal> {
        if sealed.endpoint != petition.endpoint {
            return Err(Refusal::made_for("endpoint", &sealed.endpoint, petition.endpoint));
        }
        if sealed.profile != petition.profile {
            return Err(Refusal::made_for("certificate profile", &sealed.profile, petition.profile));
        }
        if petition.now.unix() >= sealed.expires {
            return Err(Refusal::challenge_expired(pki::Time::from_unix(sealed.expires), petition.now));
        }
        Ok(())
    }
}

/// Both subjects in whole, and the first element that differs (M66).
fn refused(promise: &Promise, request: &CertificateRequest, sides: &Sides) -> Refusal {
    let (promised, asked) = (Shown::new(&promise.subject), Shown::name(request.subject()));
    let operator = format!(
        "The request differs from what was promised: {sides}. The challenge has the subject {promised}, the request {asked}."
    );
    Refusal::not_as_promised(operator, sides)
}
