//! The extensions of the request, which are compared and never copied (threats 26, 27).

use super::Notice;
use crate::profile::CertificateProfile;
use crate::profile::names::{EXTENDED_USAGES, word_of};
use crate::rejection::{ExtensionFault, Shown};
use pki::csr::CertificateRequest;
use pki::der::Error;
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension};
use pki::{Oid, oid};

/// Extensions that only the certificate of a CA has: nameConstraints, policyMappings, policyConstraints,
/// inhibitAnyPolicy (RFC 5280 §4.2.1.10, .5, .11, .14).
const OF_AUTHORITIES: [(Oid, &str); 4] = [
    (oid::NAME_CONSTRAINTS, "nameConstraints"),
    (Oid::new_unwrap("2.5.29.33"), "policyMappings"),
    (Oid::new_unwrap("2.5.29.36"), "policyConstraints"),
    (Oid::new_unwrap("2.5.29.54"), "inhibitAnyPolicy"),
];

/// Checks the extensions asked for, one by one. subjectAltName and keyUsage have their own files.
///
/// # Errors
/// [`ExtensionFault::CaPowers`] and [`ExtensionFault::Malformed`].
pub fn check(
    csr: &CertificateRequest,
    profile: &CertificateProfile,
    notices: &mut Vec<Notice>,
) -> Result<(), ExtensionFault> {
    for extension in csr.extensions() {
        match extension.oid {
            oid::SUBJECT_ALT_NAME | oid::KEY_USAGE => {}
            oid::BASIC_CONSTRAINTS => check_basic_constraints(extension)?,
            oid::EXTENDED_KEY_USAGE => compare_purposes(extension, profile, notices)?,
            // Made anew from the key.
            oid::SUBJECT_KEY_IDENTIFIER => {}
            other => match OF_AUTHORITIES.iter().find(|(known, _)| *known == other) {
                Some((_, name)) => return Err(ExtensionFault::CaPowers { extension: Shown::new(name) }),
                None => notices.push(Notice::ExtensionDropped { extension: Shown::new(&other.to_string()) }),
            },
        }
    }
    Ok(())
}

fn check_basic_constraints(extension: &Extension) -> Result<(), ExtensionFault> {
    let asked =
        BasicConstraints::parse(&extension.value).map_err(|error| malformed("basicConstraints", error))?;
    if asked.ca || asked.path_len.is_some() {
        return Err(ExtensionFault::CaPowers {
            extension: Shown::new("basicConstraints with cA or a path length"),
        });
    }
    Ok(())
}

fn compare_purposes(
    extension: &Extension,
    profile: &CertificateProfile,
    notices: &mut Vec<Notice>,
) -> Result<(), ExtensionFault> {
    let asked = ExtendedKeyUsage::parse(&extension.value).map_err(|error| malformed("extKeyUsage", error))?;
    let foreign = asked.0.iter().filter(|purpose| !profile.usage.extended.contains(purpose));
    let purposes = foreign.map(|purpose| Shown::new(&word_of(EXTENDED_USAGES, purpose)));
    notices.extend(purposes.map(|purpose| Notice::PurposeDropped { purpose }));
    Ok(())
}

pub(super) fn malformed(extension: &str, error: Error) -> ExtensionFault {
    ExtensionFault::Malformed { extension: Shown::new(extension), reason: Shown::new(&error.to_string()) }
}
