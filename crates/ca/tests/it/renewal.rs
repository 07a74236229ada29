//! Renewal with an older certificate: threats 30, 31; V7, V8; Q48; scep.md rows 10, 21, 22.

use crate::world::{Ca, DAY, Key, NOW, cn, csr, csr_by, profile, refused, san, settings, uri, verdict};
use ca::decide::{Facts, OldCertificate, OldStatus, Order, Request, Vouching, decide};
use ca::key_policy::{KnownKeys, OwnKey};
use ca::profile::{CertificateProfile, ProfileName};
use ca::rejection::Rejection;
use pki::Time;
use pki::certificate::Certificate;
use pki::csr::CertificateRequest;
use pki::general_name::GeneralName;
use pki::name::Name;

const SID: &str = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104";

struct Scene {
    ca: Ca,
    old: Certificate,
    profile: CertificateProfile,
    name: ProfileName,
}

impl Scene {
    fn new() -> Self {
        let ca = Ca::new();
        let names = [GeneralName::Dns("a.contoso.com".into()), uri(SID)];
        let old = ca.issue(&csr(&cn("device"), &[san(&names)]), &profile());
        Self { ca, old, profile: profile(), name: "devices".to_owned().try_into().unwrap() }
    }

    fn evidence(&self) -> OldCertificate<'_> {
        OldCertificate {
            certificate: &self.old,
            issuer: &self.ca.issuing,
            profile: &self.name,
            status: OldStatus::Live,
        }
    }

    fn ask(&self, csr: &CertificateRequest, old: &OldCertificate<'_>, now: Time) -> Result<Order, Rejection> {
        let verdict = verdict();
        let facts = Facts { now, vouching: Vouching::OldCertificate(old), ..self.ca.facts(&verdict) };
        decide(&Request { csr, validity: None }, &self.profile, &facts)
    }

    /// Inside the window.
    fn late(&self) -> Time {
        self.old.not_after().plus_days(-30)
    }
}

#[test]
fn m186_a_renewal_keeps_the_sid_and_may_have_a_new_key() {
    let scene = Scene::new();
    let again =
        csr_by(&Key::p256(), &cn("device"), &[san(&[GeneralName::Dns("a.contoso.com".into()), uri(SID)])]);
    let order = scene.ask(&again, &scene.evidence(), scene.late()).unwrap();
    assert!(order.san().0.contains(&uri(SID)));
    assert_ne!(order.key(), scene.old.key());
}

#[test]
fn q48_a_renewal_with_the_same_key_is_a_new_order() {
    let scene = Scene::new();
    let order = scene.ask(&csr(&cn("device"), &[]), &scene.evidence(), scene.late()).unwrap();
    assert_eq!(order.key().spki(), scene.old.key().spki());
    assert!(order.not_after() > scene.old.not_after());
}

#[test]
fn v8_a_renewal_cannot_change_or_extend_the_identity() {
    let scene = Scene::new();
    let ask = |csr: &CertificateRequest| scene.ask(csr, &scene.evidence(), scene.late());
    for subject in [cn("Device"), cn("device2"), Name::from_pairs(&[])] {
        let names = san(&[GeneralName::Dns("a.contoso.com".into())]);
        assert_eq!(refused(ask(&csr(&subject, &[names]))), "SubjectChanged");
    }
    for name in [
        GeneralName::Dns("b.contoso.com".into()),
        GeneralName::Email("a@contoso.com".into()),
        uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"),
    ] {
        assert_eq!(refused(ask(&csr(&cn("device"), &[san(&[name])]))), "SanGrew");
    }
}

#[test]
fn t30_fourteen_certificates_that_carry_no_renewal() {
    let scene = Scene::new();
    let request = csr(&cn("device"), &[]);
    let ask = |old: &OldCertificate<'_>, now| refused(scene.ask(&request, old, now));
    let (live, late) = (scene.evidence(), scene.late());
    let other: ProfileName = "users".to_owned().try_into().unwrap();
    let stranger = Ca::new();
    let imitation = stranger.issue(&csr(&cn("device"), &[]), &profile());
    let revoked = OldStatus::Revoked { at: NOW };
    assert_eq!(ask(&OldCertificate { status: OldStatus::Unknown, ..live }, late), "Unknown");
    assert_eq!(ask(&OldCertificate { status: revoked, ..live }, late), "Revoked");
    assert_eq!(ask(&OldCertificate { profile: &other, ..live }, late), "OtherProfile");
    assert_eq!(ask(&live, scene.old.not_after().plus_seconds(1)), "Expired");
    assert_eq!(ask(&live, scene.old.not_before().plus_seconds(-1)), "NotYetValid");
    assert_eq!(ask(&live, NOW), "TooEarly");
    assert_eq!(ask(&live, scene.old.not_after().plus_seconds(-90 * DAY - 1)), "TooEarly");
    assert!(scene.ask(&request, &live, scene.old.not_after().plus_seconds(-90 * DAY)).is_ok());
    // A look-alike: the CA's very name, another key.
    assert_eq!(imitation.issuer().der(), scene.old.issuer().der());
    assert_eq!(ask(&OldCertificate { certificate: &imitation, ..live }, late), "OtherIssuer");
    assert_eq!(ask(&OldCertificate { issuer: &stranger.issuing, ..live }, late), "OtherIssuer");
    assert_eq!(ask(&OldCertificate { issuer: &scene.ca.root, ..live }, late), "OtherIssuer");
    let self_signed = OldCertificate { certificate: &scene.ca.root, issuer: &scene.ca.root, ..live };
    assert_eq!(ask(&self_signed, late), "NotEndEntity");
    let authority = OldCertificate { certificate: &scene.ca.issuing, issuer: &scene.ca.root, ..live };
    assert_eq!(ask(&authority, late), "NotEndEntity");
}

#[test]
fn t30_a_certificate_of_our_own_service_renews_nothing() {
    let scene = Scene::new();
    let own = [OwnKey { fingerprint: scene.old.key().fingerprint(), name: "RA".into() }];
    let (old, verdict) = (scene.evidence(), verdict());
    let facts = Facts {
        now: scene.late(),
        vouching: Vouching::OldCertificate(&old),
        known_keys: KnownKeys { own: &own, ..KnownKeys::default() },
        ..scene.ca.facts(&verdict)
    };
    let result = decide(&Request { csr: &csr(&cn("device"), &[]), validity: None }, &scene.profile, &facts);
    assert_eq!(refused(result), "NotEndEntity");
}

#[test]
fn t30_renewal_is_off_by_default() {
    let mut scene = Scene::new();
    scene.profile.renewal = settings().check().unwrap().renewal;
    assert_eq!(refused(scene.ask(&csr(&cn("device"), &[]), &scene.evidence(), scene.late())), "NotAllowed");
}
