//! The bytes are those that its own fields make: UTCTime through 2049 and GeneralizedTime from 2050 on, no encoded
//! defaults, extensions and names as they are, nothing beside them (issuerUniqueID and the like).

use super::{Examined, Lint, require, urls};
use pki::algorithm::SignatureAlgorithm;
use pki::certificate::TbsCertificate;
use pki::der::Error;
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage, subject_key_id};
use pki::general_name::SubjectAltName;
use pki::oid;

pub(super) const LINT: Lint =
    Lint { name: "canonical_encoding", clause: "RFC 5280 §4.1.2.5, X.690 §11.5", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let certificate = examined.certificate;
    let signature = SignatureAlgorithm::from_oid(certificate.signature_algorithm())
        .ok_or("the signature algorithm is unknown")?;
    let again = TbsCertificate {
        serial: certificate.serial().clone(),
        signature,
        issuer: certificate.issuer().clone(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        subject: certificate.subject().clone(),
        public_key: certificate.key().spki().to_vec(),
        extensions: certificate.extensions().to_vec(),
    };
    require(again.to_der() == certificate.tbs(), "its fields, encoded anew, give other bytes")?;
    for extension in certificate.extensions() {
        let again = value_again(extension).map_err(|error| format!("{}: {error}", extension.oid))?;
        if again != extension.value {
            return Err(format!("the value of {} is not canonical", extension.oid));
        }
    }
    Ok(())
}

/// The extension's value, read and written anew; those that other rules compare whole are left as they are.
fn value_again(extension: &Extension) -> Result<Vec<u8>, Error> {
    let value = extension.value.as_slice();
    Ok(match extension.oid {
        oid::BASIC_CONSTRAINTS => Extension::basic_constraints(BasicConstraints::parse(value)?).value,
        oid::KEY_USAGE => Extension::key_usage(KeyUsage::parse(value)?).value,
        oid::EXTENDED_KEY_USAGE => Extension::extended_key_usage(&ExtendedKeyUsage::parse(value)?).value,
        oid::SUBJECT_ALT_NAME => SubjectAltName::parse(value)?.to_der(),
        oid::SUBJECT_KEY_IDENTIFIER => Extension::subject_key_identifier(subject_key_id(value)?).value,
        oid::CRL_DISTRIBUTION_POINTS => {
            Extension::crl_distribution_points(&urls::of_distribution_points(value)?).value
        }
        oid::AUTHORITY_INFO_ACCESS => {
            let (ocsp, ca_issuers) = urls::of_information(value)?;
            Extension::authority_info_access(&ocsp, &ca_issuers).value
        }
        _ => value.to_vec(),
    })
}
