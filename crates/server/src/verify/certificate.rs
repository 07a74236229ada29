//! One certificate, against its row, its request and its issuer.

use super::own::Hierarchy;
use super::profiles::{Rules, Versions};
use super::report::Invariant;
use crate::store::{State, Stored};
use ca::key_policy::canonical;
use ca::lints::{Context, Scope, examine};
use pki::certificate::Certificate;
use pki::crl::Reason;
use pki::csr::CertificateRequest;
use pki::key::KeyKind;

/// What came of looking at one row.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) findings: Vec<(Invariant, String)>,
    /// Nobody knows what the profile said when it was made.
    pub(super) without_rules: bool,
    /// The modulus, where the key is RSA.
    pub(super) modulus: Option<Vec<u8>>,
}

impl Looked {
    fn require(&mut self, holds: bool, invariant: Invariant, what: &str) {
        if !holds {
            self.findings.push((invariant, what.to_owned()));
        }
    }
}

pub(super) fn look(
    one: &Stored,
    request: Option<&[u8]>,
    hierarchy: &Hierarchy,
    versions: &Versions,
) -> Looked {
    let mut looked = Looked::default();
    let reason = one.revocation.map(|revocation| Reason::from_code(revocation.reason));
    looked.require(reason != Some(None), Invariant::Status, "its revocation has no known reason");
    if let Some(der) = request {
        check_request(one, der, &mut looked);
    }
    let State::Issued { der, .. } = &one.state else { return looked };
    let Some(issuer) = hierarchy.certificates.get(&one.issuer) else {
        looked.require(false, Invariant::References, "its issuer is not recorded");
        return looked;
    };
    match Certificate::parse(der) {
        Ok(certificate) => {
            check_certificate(one, &certificate, issuer, hierarchy, &mut looked);
            check_rules(one, &certificate, issuer, versions, &mut looked);
        }
        Err(error) => {
            looked.findings.push((Invariant::Certificates, format!("it cannot be parsed: {error}")))
        }
    }
    looked
}

fn check_certificate(
    one: &Stored,
    certificate: &Certificate,
    issuer: &Certificate,
    hierarchy: &Hierarchy,
    looked: &mut Looked,
) {
    let i3 = Invariant::Certificates;
    let key = canonical(certificate.key()).fingerprint();
    looked.require(certificate.tbs() == one.tbs, i3, "it is not what was recorded to be signed");
    looked.require(certificate.serial().octets() == one.serial, i3, "its serial number is not its row's");
    looked.require(certificate.subject().to_string() == one.subject, i3, "its subject is not its row's");
    let validity = (certificate.not_before(), certificate.not_after());
    looked.require(validity == (one.not_before, one.not_after), i3, "its validity is not its row's");
    looked.require(key == one.key.0, i3, "its key is not its row's");
    looked.require(!hierarchy.own_keys.contains(&key), i3, "it certifies a key of this CA");
    looked.require(certificate.issuer().der() == issuer.subject().der(), i3, "another issued it");
    let verified = certificate.verify_signed_by(issuer.key()).is_ok();
    looked.require(verified, i3, "its signature does not verify with its issuer's key");
    if let KeyKind::Rsa { modulus, .. } = certificate.key().kind() {
        looked.modulus = Some(modulus.clone());
    }
}

/// The lints, with the rules of the very version that the certificate remembers (threat 42).
fn check_rules(
    one: &Stored,
    certificate: &Certificate,
    issuer: &Certificate,
    versions: &Versions,
    looked: &mut Looked,
) {
    let profile = match versions.of(one) {
        Rules::Of(profile) => Some(profile),
        Rules::NotKept => {
            looked.without_rules = true;
            None
        }
        Rules::Unknown => {
            let what =
                format!("version {} of its profile {} is not recorded", one.profile_version, one.profile);
            looked.require(false, Invariant::References, &what);
            None
        }
    };
    for finding in
        examine(certificate, &Context { issuer, scope: Scope::EndEntity, profile, judged_key: None })
    {
        let is_validity = finding.lint == "validity";
        let invariant = if is_validity { Invariant::Validity } else { Invariant::Certificates };
        looked.findings.push((invariant, finding.to_string()));
    }
}

fn check_request(one: &Stored, der: &[u8], looked: &mut Looked) {
    let i3 = Invariant::Certificates;
    looked.require(
        pki::algorithm::sha256(der) == one.csr_hash,
        i3,
        "its request is not the one that was judged",
    );
    match CertificateRequest::parse(der) {
        Ok(request) => {
            let key = canonical(request.key()).fingerprint();
            looked.require(key == one.key.0, i3, "its request has another key");
            let possession = request.verify_possession().is_ok();
            looked.require(possession, i3, "its request does not prove possession of the key");
        }
        Err(error) => looked.findings.push((i3, format!("its request cannot be parsed: {error}"))),
    }
}
