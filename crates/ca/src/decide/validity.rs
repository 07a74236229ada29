//! The period of validity (M10 to M14; RFC 5280 §4.1.2.5; threat 41).
//!
//! Both ends belong to the period, so that a certificate for `p` seconds runs from notBefore to notBefore + p − 1. The
//! extra second was in every certificate that Let's Encrypt issued until 2021.

use super::{Facts, Notice};
use crate::profile::{BeyondIssuer, CertificateProfile, Platform};
use crate::rejection::{Shown, ValidityFault};
use pki::Time;

/// 2020-01-01 and 9998-01-01: outside, a clock is wrong.
const CLOCK: std::ops::Range<i64> = 1_577_836_800..253_339_228_800;

/// The validity that a client asks for (M12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestedValidity {
    /// This many seconds.
    Period(i64),
    /// This last second.
    Until(Time),
}

/// Chooses the first and the last second.
///
/// # Errors
/// A [`ValidityFault`].
pub fn choose(
    requested: Option<RequestedValidity>,
    profile: &CertificateProfile,
    facts: &Facts<'_>,
    notices: &mut Vec<Notice>,
) -> Result<(Time, Time), ValidityFault> {
    let (now, issuer) = (facts.now, facts.issuer.certificate);
    if !CLOCK.contains(&now.unix()) {
        return Err(ValidityFault::Clock { now: shown(now) });
    }
    if !issuer.is_valid_at(now) {
        let (from, until) = (shown(issuer.not_before()), shown(issuer.not_after()));
        return Err(ValidityFault::IssuerNotValid { now: shown(now), from, until });
    }
    // Not before the CA's own: relying parties that check nesting would refuse.
    let not_before = now.plus_seconds(-profile.validity.backdate).max(issuer.not_before());
    let wanted = wanted(requested, not_before, profile, notices);
    let not_after = within_issuer(wanted, profile.validity.beyond_issuer, issuer.not_after(), notices)?;
    if not_after <= now {
        return Err(ValidityFault::NothingLeft { until: shown(not_after), now: shown(now) });
    }
    Ok((not_before, not_after))
}

/// The last second by request and profile.
fn wanted(
    requested: Option<RequestedValidity>,
    not_before: Time,
    profile: &CertificateProfile,
    notices: &mut Vec<Notice>,
) -> Time {
    let rules = &profile.validity;
    let last = |period: i64| not_before.plus_seconds(period.saturating_sub(1));
    // M13: Apple devices send another validity than the profile's, or none.
    let honoured = rules.allow_requested && profile.platform != Platform::Apple;
    if requested.is_some() && !honoured {
        notices.push(Notice::ValidityNotHonoured);
    }
    let asked = match requested.filter(|_| honoured) {
        None => last(rules.period),
        Some(RequestedValidity::Period(period)) => last(period),
        Some(RequestedValidity::Until(until)) => until,
    };
    if asked > last(rules.cap) {
        notices.push(Notice::ValidityCapped { until: last(rules.cap) });
    }
    asked.min(last(rules.cap))
}

fn within_issuer(
    wanted: Time,
    beyond: BeyondIssuer,
    issuer_until: Time,
    notices: &mut Vec<Notice>,
) -> Result<Time, ValidityFault> {
    if wanted <= issuer_until {
        return Ok(wanted);
    }
    match beyond {
        BeyondIssuer::Refuse => {
            Err(ValidityFault::BeyondIssuer { until: shown(wanted), issuer_until: shown(issuer_until) })
        }
        BeyondIssuer::Clamp => {
            notices.push(Notice::ValidityClamped { until: issuer_until });
            Ok(issuer_until)
        }
    }
}

fn shown(time: Time) -> Shown {
    Shown::new(&time.to_string())
}
