//! Signed in the way of the issuer's key, with SHA-2.

use super::{Examined, Lint, require};
use crate::issue::algorithm_for;
use pki::algorithm::{Digest, SignatureAlgorithm};

pub(super) const LINT: Lint =
    Lint { name: "signature_algorithm", clause: "RFC 5280 §4.1.1.2, RFC 8894 §2.9", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let algorithm = SignatureAlgorithm::from_oid(examined.certificate.signature_algorithm());
    let algorithm = algorithm.ok_or("the signature algorithm is unknown")?;
    require(algorithm.digest() != Digest::Sha1, "the hash is SHA-1")?;
    let rsa = matches!(algorithm, SignatureAlgorithm::RsaPkcs1(_));
    require(rsa == examined.issuer.key().is_rsa(), "the issuer's key makes no such signatures")?;
    let Some(profile) = examined.profile else { return Ok(()) };
    let wanted = algorithm_for(examined.issuer.key(), profile.hash).map_err(|fault| fault.to_string())?;
    require(algorithm == wanted, "its hash is not the profile's")
}
