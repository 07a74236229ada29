//! Renewal: the word of an older certificate (threats 30, 31; V7, V8; scep.md rows 10, 21, 22).

use super::Facts;
use super::identity::{same_general_name, same_name};
use crate::key_policy::canonical;
use crate::profile::{CertificateProfile, ProfileName};
use crate::rejection::{RenewalFault, Shown};
use pki::Time;
use pki::certificate::Certificate;
use pki::general_name::SubjectAltName;
use pki::name::Name;

/// What the store says about the old certificate, found by all of its bytes and not by its serial alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldStatus {
    /// The store has no certificate with these bytes.
    Unknown,
    /// Issued here and not revoked.
    Live,
    /// Revoked or on hold.
    Revoked {
        /// Since when.
        at: Time,
    },
}

/// The certificate whose key signed the request.
#[derive(Debug, Clone, Copy)]
pub struct OldCertificate<'a> {
    /// It.
    pub certificate: &'a Certificate,
    /// The CA certificate that it was issued under: one of ours, perhaps an older one.
    pub issuer: &'a Certificate,
    /// The profile it was issued by.
    pub profile: &'a ProfileName,
    /// What the store says.
    pub status: OldStatus,
}

/// Checks that the old certificate carries this request. The new key may be the old one (scep.md row 21, Q48).
///
/// # Errors
/// The first rule that is broken.
pub fn check(
    old: &OldCertificate<'_>,
    subject: &Name,
    san: &SubjectAltName,
    profile: &CertificateProfile,
    facts: &Facts<'_>,
) -> Result<(), RenewalFault> {
    if !profile.renewal.allowed {
        return Err(RenewalFault::NotAllowed { profile: Shown::new(profile.name.as_str()) });
    }
    check_origin(old, facts)?;
    if *old.profile != profile.name {
        let (old, new) = (Shown::new(old.profile.as_str()), Shown::new(profile.name.as_str()));
        return Err(RenewalFault::OtherProfile { old, new });
    }
    check_time(old, profile, facts.now)?;
    check_identity(old, subject, san)
}

fn check_origin(old: &OldCertificate<'_>, facts: &Facts<'_>) -> Result<(), RenewalFault> {
    let certificate = old.certificate;
    let serial = Shown::new(&certificate.serial().to_string());
    match old.status {
        OldStatus::Unknown => return Err(RenewalFault::Unknown { serial }),
        OldStatus::Revoked { at } => {
            return Err(RenewalFault::Revoked { serial, at: Shown::new(&at.to_string()) });
        }
        OldStatus::Live => {}
    }
    let names_issuer = certificate.issuer().der() == old.issuer.subject().der();
    if !names_issuer || certificate.verify_signed_by(old.issuer.key()).is_err() {
        return Err(RenewalFault::OtherIssuer {
            serial,
            issuer: Shown::new(&certificate.issuer().to_string()),
        });
    }
    let fingerprint = canonical(certificate.key()).fingerprint();
    let ours = facts.known_keys.own.iter().any(|key| key.fingerprint == fingerprint);
    if ours || certificate.is_ca() {
        return Err(RenewalFault::NotEndEntity { serial });
    }
    Ok(())
}

fn check_time(old: &OldCertificate<'_>, profile: &CertificateProfile, now: Time) -> Result<(), RenewalFault> {
    let certificate = old.certificate;
    let serial = Shown::new(&certificate.serial().to_string());
    if now < certificate.not_before() {
        return Err(RenewalFault::NotYetValid {
            serial,
            from: Shown::new(&certificate.not_before().to_string()),
        });
    }
    if now > certificate.not_after() {
        return Err(RenewalFault::Expired {
            serial,
            until: Shown::new(&certificate.not_after().to_string()),
        });
    }
    let opens = profile.renewal.window.map(|window| certificate.not_after().plus_seconds(-window));
    match opens.filter(|opens| now < *opens) {
        Some(opens) => Err(RenewalFault::TooEarly { serial, opens: Shown::new(&opens.to_string()) }),
        None => Ok(()),
    }
}

/// The same subject; alternative names the same or fewer.
fn check_identity(
    old: &OldCertificate<'_>,
    subject: &Name,
    san: &SubjectAltName,
) -> Result<(), RenewalFault> {
    if !same_name(old.certificate.subject(), subject) {
        return Err(RenewalFault::subject_changed(old.certificate.subject(), subject));
    }
    let had = old.certificate.san().unwrap_or_default();
    match san.0.iter().find(|name| !had.0.iter().any(|known| same_general_name(known, name))) {
        Some(name) => Err(RenewalFault::SanGrew { name: Shown::new(&name.to_string()) }),
        // No subject: an alternative name is the identity, and one must stay.
        None if subject.is_empty() && san.0.is_empty() => Err(RenewalFault::names_lost(Shown::list(&had.0))),
        None => Ok(()),
    }
}
