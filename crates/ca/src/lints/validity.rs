//! The first second is not after the last, and both lie within the issuer's validity (invariant I10, threat 41).

use super::{Examined, Lint, require};
use crate::profile::Platform;

pub(super) const LINT: Lint = Lint { name: "validity", clause: "RFC 5280 §4.1.2.5", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let (certificate, issuer) = (examined.certificate, examined.issuer);
    require(certificate.not_before() < certificate.not_after(), "it ends before it begins")?;
    require(certificate.not_before() >= issuer.not_before(), "it begins before the issuer's")?;
    require(certificate.not_after() <= issuer.not_after(), "it ends after the issuer's")?;
    let Some(profile) = examined.profile else { return Ok(()) };
    // Both ends count: a period of p seconds spans p − 1.
    let period = certificate.not_after().unix() - certificate.not_before().unix() + 1;
    let rules = &profile.validity;
    // M12, M13: who may ask for a period may have one up to the cap; everybody else has the profile's, or what the issuer
    // leaves of it.
    let may_ask = rules.allow_requested && profile.platform != Platform::Apple;
    let most = if may_ask { rules.cap } else { rules.period };
    require(period <= most, "it is longer than the profile allows")
}
