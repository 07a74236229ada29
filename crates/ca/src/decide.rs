//! The decision: a request becomes an [`Order`] or a [`Rejection`]. Pure and total: the same arguments, the same answer.
//!
//! The request's extensions are input to comparison only; every extension of the certificate is built from the profile
//! (threats 26, 27). What an honest client never asks for (powers of a CA) is refused; what honest clients do send and a
//! certificate must not carry (template names, application policies, the SID extension, other purposes) is dropped, and
//! a [`Notice`] says so.

use crate::key_policy::{self, Holder, KnownKeys};
use crate::profile::CertificateProfile;
use crate::rejection::{AuthorityFault, Rejection, Shown, SubjectFault};
use pki::Time;
use pki::certificate::Certificate;
use pki::csr::CertificateRequest;

pub mod dns;
pub mod email;
pub mod extensions;
pub mod identity;
mod notice;
mod order;
pub mod privileged;
pub mod renewal;
pub mod requested;
pub mod san;
pub mod sid;
pub mod subject;
pub mod uri;
pub mod usage;
pub mod validity;
pub mod vouching;

pub use notice::Notice;
pub use order::Order;
pub use renewal::{OldCertificate, OldStatus};
pub use sid::{KnownSid, Sid, SidVouching};
pub use validity::RequestedValidity;
pub use vouching::{Verdict, Vouching};

/// What a client asks for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The parsed certification request; its signature is checked here.
    pub csr: &'a CertificateRequest,
    /// A period asked for beside it, if any (M12).
    pub validity: Option<RequestedValidity>,
}

/// The CA that is to issue.
#[derive(Debug, Clone, Copy)]
pub struct Issuer<'a> {
    /// The name that profiles bind to.
    pub name: &'a str,
    /// Its certificate.
    pub certificate: &'a Certificate,
}

/// Everything that was gathered before the decision.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The clock.
    pub now: Time,
    /// The CA that is to issue.
    pub issuer: Issuer<'a>,
    /// Who vouches for the request.
    pub vouching: Vouching<'a>,
    /// Keys known elsewhere.
    pub known_keys: KnownKeys<'a>,
    /// The SID of the account that the request names, where a directory knows it (M194).
    pub sid: Option<KnownSid<'a>>,
}

/// Decides.
///
/// # Errors
/// The first rule that the request breaks, in the order: profile, subject, alternative names, who vouched,
/// privileged names, key, possession of the key, extensions, validity.
pub fn decide(
    request: &Request<'_>,
    profile: &CertificateProfile,
    facts: &Facts<'_>,
) -> Result<Order, Rejection> {
    check_profile(profile, facts)?;
    let csr = request.csr;
    let mut notices = Vec::new();
    let subject = subject::check(csr.subject(), profile, &mut notices)?;
    let san = san::check(csr, profile)?;
    if subject.is_empty() && san.0.is_empty() {
        return Err(SubjectFault::NoIdentity {}.into());
    }
    vouching::check(csr.subject(), &san, profile, facts)?;
    privileged::check(csr.subject(), &san, facts.sid.map(|known| known.sid), profile)?;
    let key = key_policy::canonical(csr.key());
    let asker = Holder { subject, san };
    profile.key.check(&key, &asker, &facts.known_keys)?;
    // After the key's size was checked: a verification with a huge key is costly (V20).
    csr.verify_possession().map_err(|_| AuthorityFault::NoPossession {})?;
    extensions::check(csr, profile, &mut notices)?;
    let key_usage = usage::choose(csr, profile, &mut notices)?;
    let (not_before, not_after) = validity::choose(request.validity, profile, facts, &mut notices)?;
    let Holder { subject, san } = asker;
    Ok(Order {
        profile: profile.name.clone(),
        version: profile.version,
        authority: profile.authority.clone(),
        issuer: facts.issuer.certificate.sha256(),
        subject,
        san,
        key,
        key_usage,
        extended: profile.usage.extended.clone(),
        not_before,
        not_after,
        hash: profile.hash,
        urls: profile.urls.clone(),
        sid: facts.sid.filter(|known| known.as_extension).map(|known| known.sid.clone()),
        notices,
    })
}

fn check_profile(profile: &CertificateProfile, facts: &Facts<'_>) -> Result<(), AuthorityFault> {
    if !profile.is_offered() {
        return Err(AuthorityFault::ProfileNotPublished { profile: Shown::new(profile.name.as_str()) });
    }
    if profile.authority != facts.issuer.name {
        return Err(AuthorityFault::OtherAuthority {
            profile: Shown::new(profile.name.as_str()),
            wanted: Shown::new(&profile.authority),
            used: Shown::new(facts.issuer.name),
        });
    }
    Ok(())
}
