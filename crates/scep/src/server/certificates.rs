use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::cms::CertificateId;
use pki::cms::signed::{SignedDraft, certs_only};
use pki::oid;

use super::answer::signature_algorithm;
use super::draft::{CannotAnswer, Draft};

/// The body of an HTTP answer. Clients compare the type to the letter: no parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaResponse {
    /// Content-Type.
    pub content_type: &'static str,
    /// The octets.
    pub body: Vec<u8>,
}

/// `application/x-pki-message`: every CertRep (RFC 8894 §4.3.1).
pub const PKI_MESSAGE: &str = "application/x-pki-message";
/// `application/x-x509-ca-cert`: one certificate (RFC 8894 §4.2.1.1).
pub const CA_CERT: &str = "application/x-x509-ca-cert";
/// `application/x-x509-ca-ra-cert`: several (RFC 8894 §4.2.1.2).
pub const CA_RA_CERT: &str = "application/x-x509-ca-ra-cert";
/// `application/x-x509-ca-ra-cert-chain`: GetCACertChain of draft-nourse-scep.
pub const CA_RA_CERT_CHAIN: &str = "application/x-x509-ca-ra-cert-chain";
/// `application/x-x509-next-ca-cert`: the roll-over answer (RFC 8894 §4.7.1).
pub const NEXT_CA_CERT: &str = "application/x-x509-next-ca-cert";

/// What GetCACert shows. Which is right depends on the client; the profile says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Layout {
    /// RA, issuing CA, and the CAs above it. RFC 8894 §2.2 wants all CA certificates.
    #[default]
    Full,
    /// RA and issuing CA.
    RaAndCa,
    /// The issuing CA alone, where it is its own RA.
    Ca,
}

/// The answer to GetCACert: one certificate as it is, several as certs-only CMS with the RA first.
/// `chain` begins with the issuing CA.
#[must_use]
pub fn ca_certificates(layout: Layout, ra: Option<&Certificate>, chain: &[&Certificate]) -> CaResponse {
    let shown = match layout {
        Layout::Full => chain,
        Layout::RaAndCa | Layout::Ca => chain.get(..1).unwrap_or_default(),
    };
    let ra = ra.filter(|_| layout != Layout::Ca);
    let list: Vec<&[u8]> = ra.into_iter().chain(shown.iter().copied()).map(Certificate::der).collect();
    match list.as_slice() {
        [only] => CaResponse { content_type: CA_CERT, body: only.to_vec() },
        several => CaResponse { content_type: CA_RA_CERT, body: certs_only(several, &[]) },
    }
}

/// The answer to GetCACertChain of the old drafts: always certs-only CMS.
#[must_use]
pub fn ca_certificate_chain(ra: Option<&Certificate>, chain: &[&Certificate]) -> CaResponse {
    let list: Vec<&[u8]> = ra.into_iter().chain(chain.iter().copied()).map(Certificate::der).collect();
    CaResponse { content_type: CA_RA_CERT_CHAIN, body: certs_only(&list, &[]) }
}

/// The answer to GetNextCACert, [`NEXT_CA_CERT`]: the coming certificates, RA's and CA's, signed by the current CA,
/// or else anybody could plant them (RFC 8894 §4.7.1).
///
/// # Errors
/// [`CannotAnswer::SigningKey`], [`CannotAnswer::NoCertificate`].
pub fn next_ca_certificates(next: &[&Certificate], current: &Certificate) -> Result<Draft, CannotAnswer> {
    if next.is_empty() {
        return Err(CannotAnswer::NoCertificate);
    }
    let list: Vec<&[u8]> = next.iter().map(|certificate| certificate.der()).collect();
    Ok(Draft::new(SignedDraft {
        content_type: oid::DATA,
        content: certs_only(&list, &[]),
        certificates: vec![current.der().to_vec()],
        sid: CertificateId::of(current),
        algorithm: signature_algorithm(current, Digest::Sha256).ok_or(CannotAnswer::SigningKey)?,
        attributes: Vec::new(),
    }))
}
