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
use pki::csr::CertificateRequest;

/// Accepts challenges that this server sealed for one endpoint and certificate profile.
#[derive(Debug)]
pub struct BoundChallenges {
    sealer: Sealer,
    profile: String,
}

impl BoundChallenges {
    /// `profile` is the name of the endpoint's certificate profile.
    #[must_use]
    pub fn new(sealer: Sealer, profile: String) -> BoundChallenges {
        BoundChallenges { sealer, profile }
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
        let expected = promise
            .expected()
            .map_err(|_| Refusal::challenge_wrong("The challenge promises what cannot be read."))?;
        if let Some(difference) = compare::first_difference(&expected, &request) {
            return Err(Refusal::not_as_promised(difference));
        }
        Ok(Voucher {
            by: "bound",
            request: sha256(petition.csr),
            claim: Some(sha256(&sealed.id)),
            sid_vouched: expected.names_sid(),
            bound: None,
        })
    }

    /// The endpoint first: at another endpoint nothing else about the challenge is told.
    fn check(&self, sealed: &Sealed, petition: &Petition<'_>) -> Result<(), Refusal> {
        if sealed.endpoint != petition.endpoint {
            let operator = format!("The challenge was made for endpoint {:?}.", sealed.endpoint);
            return Err(Refusal::challenge_wrong(operator));
        }
        if sealed.profile != self.profile {
            let operator =
                format!("The challenge was made for the certificate profile {:?}.", sealed.profile);
            return Err(Refusal::challenge_wrong(operator));
        }
        if petition.now.unix() >= sealed.expires {
            let at = pki::Time::from_unix(sealed.expires);
            return Err(Refusal::challenge_expired(format!("The challenge expired at {at}.")));
        }
        Ok(())
    }
}
