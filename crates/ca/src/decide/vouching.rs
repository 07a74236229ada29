//! Who vouches for a request, and whether the request is what they vouched for.

use super::Facts;
use super::identity::{same_general_name, same_name};
use super::renewal::{self, OldCertificate};
use super::sid::{self, SidVouching};
use crate::profile::{CertificateProfile, ProfileName};
use crate::rejection::{AuthorityFault, Rejection, SanFault, Shown};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;

/// Who vouches for a request. Nothing is issued on anybody else's word (V2, V12).
#[derive(Debug, Clone, Copy)]
pub enum Vouching<'a> {
    /// Nobody.
    Nobody,
    /// A validator: Intune, a one-time challenge, a static challenge.
    Validator(&'a Verdict),
    /// A live certificate of ours, whose key signed the request.
    OldCertificate(&'a OldCertificate<'a>),
}

/// A validator's favourable verdict, with what it is limited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The profile that the challenge was made for (threat 29).
    pub profile: ProfileName,
    /// The only subject vouched for; `None` where the validator has compared the request itself, as Intune does.
    pub subject: Option<Name>,
    /// The only alternative names vouched for, in any order; `None` as for the subject.
    pub san: Option<SubjectAltName>,
    /// Whether a SID is vouched for.
    pub sid: SidVouching,
}

/// Checks the request against whoever vouches for it.
///
/// # Errors
/// An [`AuthorityFault`], a [`crate::rejection::RenewalFault`], or [`SanFault::SidNotVouched`], [`SanFault::SidDiffers`].
pub fn check(
    subject: &Name,
    san: &SubjectAltName,
    profile: &CertificateProfile,
    facts: &Facts<'_>,
) -> Result<(), Rejection> {
    check_sid(san, facts)?;
    match facts.vouching {
        Vouching::Nobody => Err(AuthorityFault::NobodyVouched {}.into()),
        Vouching::Validator(verdict) => check_verdict(verdict, subject, san, profile),
        // A SID is vouched for by standing in the old certificate: a renewal cannot add names.
        Vouching::OldCertificate(old) => Ok(renewal::check(old, subject, san, profile, facts)?),
    }
}

/// Whoever vouches: a SID that the directory does not know this account by maps the certificate to another account (M194).
fn check_sid(san: &SubjectAltName, facts: &Facts<'_>) -> Result<(), SanFault> {
    let Some(known) = facts.sid else { return Ok(()) };
    for name in &san.0 {
        let GeneralName::Uri(uri) = name else { continue };
        if let Some(asked) = sid::of_uri(uri)?.filter(|asked| asked != known.sid) {
            let (asked, known) = (Shown::new(asked.as_str()), Shown::new(known.sid.as_str()));
            return Err(SanFault::SidDiffers { asked, known });
        }
    }
    Ok(())
}

fn check_verdict(
    verdict: &Verdict,
    subject: &Name,
    san: &SubjectAltName,
    profile: &CertificateProfile,
) -> Result<(), Rejection> {
    if verdict.profile != profile.name {
        let (vouched, profile) = (Shown::new(verdict.profile.as_str()), Shown::new(profile.name.as_str()));
        return Err(AuthorityFault::OtherProfile { vouched, profile }.into());
    }
    if let Some(vouched) = verdict.subject.as_ref().filter(|vouched| !same_name(vouched, subject)) {
        return Err(AuthorityFault::subject_not_vouched(subject, vouched).into());
    }
    if let Some(vouched) = verdict.san.as_ref().filter(|vouched| !same_set(&vouched.0, &san.0)) {
        let (asked, vouched) = (Shown::list(&san.0), Shown::list(&vouched.0));
        return Err(AuthorityFault::SanNotVouched { asked, vouched }.into());
    }
    for name in &san.0 {
        let GeneralName::Uri(uri) = name else { continue };
        if let Some(sid) = sid::of_uri(uri)?.filter(|sid| !verdict.sid.covers(sid)) {
            return Err(SanFault::SidNotVouched { sid: Shown::new(sid.as_str()) }.into());
        }
    }
    Ok(())
}

/// The same names in any order; neither list has a name twice.
fn same_set(left: &[GeneralName], right: &[GeneralName]) -> bool {
    let within = |name: &GeneralName| right.iter().any(|other| same_general_name(name, other));
    left.len() == right.len() && left.iter().all(within)
}
