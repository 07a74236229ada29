//! What others make of the certificates: M184. The judge is webpki, which TLS servers ask about their clients.

use super::lab::Lab;
use super::verdict::{Verdict, ensure, granted, trouble};
use pki::certificate::Certificate;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use simulator::fleet::RequestPlan;
use simulator::tenant::{MintOptions, Platform, Profile, SanKind};
use std::sync::Arc;

/// Whether a server that trusts our root, and has this CRL, lets the holder in: TLS, and so EAP-TLS and VPN.
pub(super) fn judged(
    lab: &Lab,
    certificate: &Certificate,
    list: &[u8],
) -> Result<Result<(), rustls::Error>, String> {
    let authority = &lab.main.authority;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.root.der().to_vec())).map_err(trouble)?;
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .with_crls([CertificateRevocationListDer::from(list.to_vec())])
        .only_check_end_entity_revocation()
        .build()
        .map_err(trouble)?;
    let issuing = [CertificateDer::from(authority.issuing.certificate.der().to_vec())];
    let presented = CertificateDer::from(certificate.der().to_vec());
    Ok(verifier.verify_client_cert(&presented, &issuing, UnixTime::now()).map(|_| ()))
}

pub(super) async fn m184(lab: &Lab) -> Verdict {
    let user = lab.tenant.add_user("m184@contoso.example", None);
    let device = lab.tenant.enrol_device(Platform::Windows, Some(&user.id));
    let profile = Profile::new("CN={{UserName}}").with_san(SanKind::Upn, "{{UserPrincipalName}}");
    let profile = lab.tenant.add_profile(profile);
    let delivery = lab.tenant.deliver(&device.id, &profile.id, &MintOptions::default()).map_err(trouble)?;
    let certificate = granted(lab.intune(&delivery, &RequestPlan::honest(&delivery)).await?)?;
    let before = judged(lab, &certificate, &lab.crl().await?)?;
    before.map_err(|why| format!("a user's certificate is refused: {why}"))?;
    ensure!(lab.tenant.enable_user(&user.id, false), "the tenant does not know the user");
    super::super::ask::until(&lab.http, &lab.main, &certificate, Some(pki::crl::Reason::CertificateHold))
        .await?;
    let after = judged(lab, &certificate, &lab.crl().await?)?;
    let why = after.err().ok_or("a disabled user's certificate is accepted")?;
    ensure!(why.to_string().contains("evoked"), "refused for another reason: {why}");
    Ok(format!(
        "webpki takes a user's certificate for a client's, and refuses it once the user is disabled: {why}"
    ))
}
