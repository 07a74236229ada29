//! The road to a signature: bars I1 to I3, threats 43, 44, 64.

use crate::world::{Ca, Key, Library, NOW, cn, csr, finish, profile, serial};
use ca::authority::{self, Plan};
use ca::crl::{self, CrlPlan};
use ca::issue::{self, IssueFault, Node, Ticket};
use ca::lints::{self, Context, Scope};
use ca::profile::{CertificateProfile, Urls};
use pki::algorithm::Digest;
use pki::certificate::Serial;
use pki::crl::{CertificateList, Reason, RevokedEntry};
use pki::oid;

fn ticket(ca: &Ca) -> Ticket {
    let order = ca.decide(&csr(&cn("device"), &[]), &profile()).unwrap();
    issue::prepare(&order, &profile(), &ca.issuing, serial()).unwrap()
}

#[test]
fn i3_what_is_recorded_is_what_is_signed() {
    let ca = Ca::new();
    let ticket = ticket(&ca);
    let (recorded, reserved) = (ticket.to_be_recorded().to_vec(), ticket.serial().clone());
    let certificate = finish(ticket, &ca.key).into_certificate();
    assert_eq!(certificate.tbs(), recorded);
    assert_eq!(*certificate.serial(), reserved);
    let context =
        Context { issuer: &ca.issuing, scope: Scope::EndEntity, profile: Some(&profile()), judged_key: None };
    assert_eq!(lints::examine(&certificate, &context), []);
}

#[test]
fn t64_a_recorded_draft_is_finished_after_a_crash() {
    let ca = Ca::new();
    let recorded = ticket(&ca).to_be_recorded().to_vec();
    let profile = profile();
    let context =
        Context { issuer: &ca.issuing, scope: Scope::EndEntity, profile: Some(&profile), judged_key: None };
    let again = Ticket::resume(recorded.clone(), Digest::Sha256, &context).unwrap();
    assert_eq!(finish(again, &ca.key).certificate().tbs(), recorded);
    let mut damaged = recorded;
    damaged.truncate(200);
    assert!(matches!(Ticket::resume(damaged, Digest::Sha256, &context), Err(IssueFault::Lints(_))));
}

#[test]
fn t42_an_order_is_issued_by_the_ca_and_the_version_that_decided_it() {
    let ca = Ca::new();
    let order = ca.decide(&csr(&cn("device"), &[]), &profile()).unwrap();
    let edited = CertificateProfile { version: 2, ..profile() };
    let renamed = CertificateProfile { name: "users".to_owned().try_into().unwrap(), ..profile() };
    let other = Ca::new().issuing;
    for (profile, issuer) in [(edited, &ca.issuing), (renamed, &ca.issuing), (profile(), &other)] {
        assert_eq!(issue::prepare(&order, &profile, issuer, serial()).err(), Some(IssueFault::OtherOrder));
    }
}

#[test]
fn t44_a_signature_by_another_key_or_over_other_bytes_is_not_let_out() {
    let ca = Ca::new();
    let (message, unsigned) = ticket(&ca).spend();
    assert_eq!(unsigned.complete(&Key::p256().sign(message.bytes())), Err(IssueFault::Signature));
    let (_, unsigned) = ticket(&ca).spend();
    assert_eq!(unsigned.complete(&ca.key.sign(b"something else")), Err(IssueFault::Signature));
    let (_, unsigned) = ticket(&ca).spend();
    assert_eq!(unsigned.complete(&[]), Err(IssueFault::Signature));
}

#[test]
fn t40_a_serial_that_is_not_ours_is_not_signed() {
    let ca = Ca::new();
    let order = ca.decide(&csr(&cn("device"), &[]), &profile()).unwrap();
    for octets in [&[0_u8][..], &[1], &[0x7f; 21], &[0x80; 20]] {
        let result = issue::prepare(&order, &profile(), &ca.issuing, Serial::new(octets));
        let Err(IssueFault::Lints(findings)) = result else { panic!("{octets:?} was accepted") };
        assert!(findings.iter().any(|finding| finding.lint == "serial_number"), "{findings:?}");
    }
}

#[test]
fn a_root_or_ra_that_breaks_a_rule_is_not_signed() {
    let (ca, key) = (Ca::new(), Key::p256());
    let public = key.public();
    let plan = Plan {
        subject: cn("RA"),
        key: &public,
        serial: serial(),
        not_before: NOW,
        not_after: NOW.plus_days(365),
        hash: Digest::Sha256,
    };
    // RFC 8894 §2.3: an RA's key is RSA.
    let result = authority::registration(plan.clone(), &ca.issuing, &Urls::default());
    assert!(matches!(result, Err(IssueFault::Lints(_))));
    let nameless = Plan { subject: pki::name::Name::from_pairs(&[]), ..plan.clone() };
    assert!(matches!(authority::root(nameless), Err(IssueFault::Lints(_))));
    // An issuing CA has the path length 0.
    let result = authority::issuing(plan.clone(), &ca.issuing, &Urls::default());
    assert!(matches!(result, Err(IssueFault::Lints(_))));
    assert_eq!(authority::root(Plan { hash: Digest::Sha1, ..plan }).err(), Some(IssueFault::IssuerKey));
}

#[test]
fn no_certificate_of_the_ca_has_an_extended_key_usage() {
    let ca = Ca::new();
    for certificate in [&ca.root, &ca.issuing] {
        assert!(pki::extension::find(certificate.extensions(), &oid::EXTENDED_KEY_USAGE).is_none());
    }
}

fn revoked(octet: u8, reason: Reason) -> RevokedEntry {
    RevokedEntry { serial: Serial::new(&[octet; 20]), at: NOW.plus_days(-1), reason }
}

fn entries() -> [RevokedEntry; 2] {
    [revoked(1, Reason::KeyCompromise), revoked(2, Reason::Unspecified)]
}

fn crl_plan(ca: &Ca) -> CrlPlan<'_> {
    CrlPlan {
        issuer: &ca.issuing,
        number: 7,
        this_update: NOW,
        next_update: NOW.plus_days(7),
        revoked: entries().into_iter().collect(),
        part: Vec::new(),
        hash: Digest::Sha256,
    }
}

#[test]
fn i7_a_list_says_who_and_why() {
    let ca = Ca::new();
    let (message, unsigned) = crl::prepare(crl_plan(&ca)).unwrap().spend();
    let signed = unsigned.complete(&ca.key.sign(message.bytes())).unwrap();
    let list = CertificateList::parse(signed.der()).unwrap();
    assert_eq!(list.number(), Some(7));
    assert_eq!(list.revoked, entries());
    assert_eq!(list.verify_signed_by(ca.issuing.key()), Ok(()));
    let (_, unsigned) = crl::prepare(crl_plan(&ca)).unwrap().spend();
    let other = unsigned.complete(&ca.key.sign(b"x"));
    assert_eq!(other.map(|signed| signed.into_der()), Err(IssueFault::Signature));
}

#[test]
fn t60_a_list_says_the_same_only_if_all_but_number_and_time_is_the_same() {
    let (ca, list) = (Ca::new(), |plan: CrlPlan<'_>, ca: &Ca| {
        let (message, unsigned) = crl::prepare(plan).unwrap().spend();
        unsigned.complete(&ca.key.sign(message.bytes())).unwrap().into_der()
    });
    let later = || CrlPlan { number: 9, this_update: NOW.plus_days(1), ..crl_plan(&ca) };
    let der = list(crl_plan(&ca), &ca);
    assert!(later().is_said_by(&der));
    let mut spoilt = der.clone();
    *spoilt.last_mut().unwrap() ^= 1;
    let part = CrlPlan { part: vec!["http://a/1".into()], ..later() };
    let fewer = CrlPlan { revoked: [revoked(1, Reason::KeyCompromise)].into_iter().collect(), ..later() };
    for (plan, der) in [(later(), &spoilt[..]), (later(), &der[1..]), (part, &der), (fewer, &der)] {
        assert!(!plan.is_said_by(der), "{plan:?}");
    }
    let other = Ca::new();
    assert!(!CrlPlan { issuer: &other.issuing, ..later() }.is_said_by(&der), "another key's");
}

#[test]
fn t60_lists_that_break_a_rule_are_not_signed() {
    let (ca, plan_of) = (Ca::new(), crl_plan);
    let entry = || revoked(1, Reason::Superseded);
    let leaf = ca.issue(&csr(&cn("d"), &[]), &profile());
    let bad = [
        CrlPlan { number: 0, ..plan_of(&ca) },
        CrlPlan { next_update: NOW, ..plan_of(&ca) },
        CrlPlan { this_update: NOW.plus_days(9000), next_update: NOW.plus_days(9001), ..plan_of(&ca) },
        CrlPlan { issuer: &leaf, ..plan_of(&ca) },
        CrlPlan { revoked: [entry(), entry()].into_iter().collect(), ..plan_of(&ca) },
        CrlPlan { revoked: [revoked(0, Reason::Superseded)].into_iter().collect(), ..plan_of(&ca) },
        CrlPlan { revoked: [revoked(0x80, Reason::Superseded)].into_iter().collect(), ..plan_of(&ca) },
        CrlPlan {
            revoked: [RevokedEntry { at: NOW.plus_days(1), ..entry() }].into_iter().collect(),
            ..plan_of(&ca)
        },
        CrlPlan { revoked: [revoked(1, Reason::RemoveFromCrl)].into_iter().collect(), ..plan_of(&ca) },
    ];
    for plan in bad {
        assert!(crl::prepare(plan.clone()).is_err(), "{plan:?}");
    }
}

#[test]
fn m17_the_same_device_gets_ten_thousand_different_serials() {
    let mut seen = std::collections::HashSet::new();
    for _ in 0..10_000 {
        let serial = issue::serial::draw(Node::FIRST, NOW, &mut Library).unwrap();
        assert!(seen.insert(serial));
    }
}
