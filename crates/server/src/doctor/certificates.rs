//! Our own certificates: how long they live, and whether the RA's is one that clients can use.

use super::{Data, Examination, days};
use crate::config::Config;
use crate::explanation::{administrator, ours};
use crate::store::AuthorityRole;
use pki::Time;
use pki::certificate::Certificate;
use pki::extension::KeyUsage;
use pki::key::KeyKind;

/// Days before the end of the RA's certificate at which it is told.
const RA_DAYS: i64 = 30;
/// The same for an OCSP signer, which has a successor after half of its 30 days.
const OCSP_DAYS: i64 = 7;

pub(super) fn examine(config: &Config, data: &Data, now: Time, examination: &mut Examination) {
    let longest = config.profiles.iter().map(|profile| profile.validity.period / 86_400).max().unwrap_or(0);
    let roles = [
        (AuthorityRole::Root, "root", longest),
        (AuthorityRole::Issuing, "issuing CA", longest),
        (AuthorityRole::Ra, "RA", RA_DAYS),
    ];
    for (role, name, wanted) in roles {
        match data.current(role) {
            Some(certificate) => life(name, &certificate, wanted, now, examination),
            None => {
                let what = format!("the store has no certificate of the {name}");
                examination.found(ours::AUTHORITY, what, "restore store and keys from one backup");
            }
        }
    }
    // The server makes its OCSP signers when it starts.
    if let Some(signer) = data.current(AuthorityRole::Ocsp) {
        life("OCSP signer", &signer, OCSP_DAYS, now, examination);
    }
    let (ra, issuing) = (data.current(AuthorityRole::Ra), data.current(AuthorityRole::Issuing));
    if let (Some(ra), Some(issuing)) = (ra, issuing) {
        shape(&ra, &issuing, examination);
    }
}

fn life(name: &str, certificate: &Certificate, wanted: i64, now: Time, examination: &mut Examination) {
    let (from, until) = (certificate.not_before(), certificate.not_after());
    let left = days(now, until);
    let fix = "plan its successor now; certificates end with the CA that signed them";
    if now < from {
        let what = format!("the {name}'s certificate begins at {from}, which is yet to come");
        examination.found(administrator::CLOCK, what, "set this machine's clock");
    } else if left < 0 {
        examination.found(administrator::LIFE, format!("the {name}'s certificate ended at {until}"), fix);
    } else if left < wanted {
        let what = format!(
            "the {name}'s certificate ends in {left} days ({until}), sooner than the {wanted} it needs"
        );
        examination.found(administrator::LIFE, what, fix);
    } else {
        examination.well("certificate", format!("{name}: {left} days left"));
    }
}

/// SCEP's key transport is RSA (RFC 8894 §3.1), and one certificate signs answers and receives envelopes.
fn shape(ra: &Certificate, issuing: &Certificate, examination: &mut Examination) {
    let usage = ra.key_usage().ok().flatten().unwrap_or(KeyUsage::DIGITAL_SIGNATURE);
    let wanted = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    let rules = [
        (matches!(ra.key().kind(), KeyKind::Rsa { .. }), "its key is not RSA"),
        (usage.contains(wanted), "it lacks digitalSignature or keyEncipherment"),
        (!ra.is_ca(), "it is a CA's"),
        (ra.verify_signed_by(issuing.key()).is_ok(), "the issuing CA did not sign it"),
        (ra.key().spki() != issuing.key().spki(), "its key is the issuing CA's"),
    ];
    let broken: Vec<&str> = rules.iter().filter(|(holds, _)| !holds).map(|(_, what)| *what).collect();
    if broken.is_empty() {
        examination.well("RA", "RSA, digitalSignature and keyEncipherment, signed by the issuing CA");
    } else {
        let what = format!("SCEP clients cannot use the RA's certificate: {}", broken.join(", "));
        examination.found(administrator::RA_SHAPE, what, "restore store and keys from one backup");
    }
}
