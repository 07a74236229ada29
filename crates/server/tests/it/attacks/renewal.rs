//! A certificate as the proof for the next one.

use crate::world::{Csr, Device, SHARED, World, signed};
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial, TbsCertificate};
use pki::extension::{BasicConstraints, Extension, KeyUsage};
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::oid;
use scep::client::Request;
use simulator::fleet::DeviceKey;
use simulator::identity::certify;

const DAY: i64 = 86_400;

/// A certificate as somebody would like it to be; `by` signs.
struct Forged<'a> {
    issuer: Name,
    serial: Vec<u8>,
    subject: Name,
    key: &'a DeviceKey,
    by: &'a DeviceKey,
    ca: bool,
}

impl Forged<'_> {
    fn made(&self, now: i64) -> Certificate {
        let draft = TbsCertificate {
            serial: Serial::new(&self.serial),
            signature: SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
            issuer: self.issuer.clone(),
            not_before: Time::from_unix(now - DAY),
            not_after: Time::from_unix(now + 300 * DAY),
            subject: self.subject.clone(),
            public_key: self.key.public().spki().to_vec(),
            extensions: vec![
                Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT)),
                Extension::basic_constraints(BasicConstraints { ca: self.ca, path_len: None }),
            ],
        };
        Certificate::parse(&certify(&draft, |tbs| self.by.sign(Digest::Sha256, tbs)).unwrap()).unwrap()
    }
}

fn cn(name: &str) -> Name {
    Name::from_pairs(&[(oid::CN, name)])
}

/// An enrolled device that signs with what it got.
async fn enrolled(world: &World, endpoint: &str) -> Device {
    let device = world.device("laptop");
    let told = world.post(endpoint, device.pkcs_req(world, &world.granted(endpoint, &device).await)).await;
    device.signing_with(&device.opens(&told))
}

/// The request of a renewal, with a new key. It wants no challenge.
fn next(world: &World) -> Vec<u8> {
    Csr::named("laptop", "").signed(&world.key())
}

/// Both ways in which clients renew (RFC 8894 §2.5; scep.md Q48).
async fn both_refused(world: &World, endpoint: &str, signer: &Device, what: &str) {
    let before = world.issued().await;
    let request = next(world);
    for message in [signer.renewal_req(world, &request), signer.pkcs_req(world, &request)] {
        let told = world.post(endpoint, message).await;
        world.assert_refused(&told, before, what).await;
    }
}

#[tokio::test]
async fn control_a_live_certificate_renews_by_either_type() {
    let world = World::start().await;
    let device = enrolled(&world, "once").await;
    for message in [device.renewal_req(&world, &next(&world)), device.pkcs_req(&world, &next(&world))] {
        let told = world.post("once", message).await;
        assert!(told.is_success(), "{told:?}");
    }
    assert_eq!(world.issued().await, 3);
    world.assert_sound().await;
}

#[tokio::test]
async fn v7_t30_certificates_of_others_renew_nothing() {
    let world = World::start().await;
    let (device, now) = (enrolled(&world, "once").await, world.clock.now());
    let genuine = &device.signer;
    let (key, fake) = (world.key(), world.key());
    let serial = genuine.serial().octets().to_vec();
    let (issuing, root) = (world.issuing().subject(), world.authority.root.subject());
    let forged = |issuer: &Name, serial: &[u8], by: &DeviceKey, ca| {
        let (issuer, serial, subject) = (issuer.clone(), serial.to_vec(), cn("laptop"));
        let certificate = Forged { issuer, serial, subject, key: &key, by, ca }.made(now);
        Device { signer: certificate, key: key.clone(), ..device.clone() }
    };
    let mut bent = genuine.der().to_vec();
    *bent.last_mut().unwrap() ^= 1;
    let strangers = [
        ("self-signed", Device::new("laptop", key.clone(), now)),
        ("self-signed, our serial", forged(&cn("laptop"), &serial, &key, false)),
        ("a foreign CA", forged(&cn("Evil CA"), &[9], &fake, false)),
        ("a foreign CA, our serial", forged(&cn("Evil CA"), &serial, &fake, false)),
        ("our CA's name", forged(issuing, &[9], &fake, false)),
        ("our CA's name and serial", forged(issuing, &serial, &fake, false)),
        ("our root's name", forged(root, &serial, &fake, false)),
        ("our CA's name, a CA itself", forged(issuing, &serial, &fake, true)),
        ("issued by the device's own certificate", forged(genuine.subject(), &[9], &device.key, false)),
        ("ours with another signature", device.signing_with(&Certificate::parse(&bent).unwrap())),
    ];
    for (what, stranger) in strangers {
        both_refused(&world, "once", &stranger, what).await;
    }
    assert!(world.post("once", device.renewal_req(&world, &next(&world))).await.is_success(), "control");
}

#[tokio::test]
async fn v7_t30_the_ras_own_certificate_renews_nothing() {
    let world = World::start().await;
    let (ra, key) = (world.authority.ra(), world.key());
    let subject = Csr::of(ra.certificate.subject().clone(), "").signed(&key);
    for request in [Request::renewal_req, Request::pkcs_req] {
        let request = request(&subject, crate::world::transaction());
        let habits = scep::client::Habits::default();
        let dice = &mut simulator::keys::SystemDice;
        let draft = request.draft(&ra.certificate, &[&ra.certificate], &habits, dice).unwrap();
        let signature = ra.key().sign(draft.algorithm(), &draft.to_be_signed()).await.unwrap();
        let told = world.post("once", draft.signed(&signature).0).await;
        world.assert_refused(&told, 0, "signed by the RA").await;
    }
}

#[tokio::test]
async fn v7_t30_revoked_expired_and_early_certificates_renew_nothing() {
    let world = World::start().await;
    let device = enrolled(&world, "once").await;
    world.clock.advance(366 * DAY);
    both_refused(&world, "once", &device, "expired").await;
    world.clock.advance(-368 * DAY);
    both_refused(&world, "once", &device, "not yet valid").await;
    world.clock.advance(2 * DAY);
    assert!(world.post("once", device.renewal_req(&world, &next(&world))).await.is_success(), "control");
    for reason in [6, 1] {
        let revocation = chancery::store::NewRevocation {
            issuer: world.authority.issuing.id,
            serial: device.signer.serial().octets().to_vec(),
            reason,
            at: Time::from_unix(world.clock.now()),
            rule: chancery::standing::Rule::Manual,
            event: chancery::store::AuditEvent::detail("{}".into()),
        };
        world.store.revoke(revocation).await.unwrap();
        both_refused(&world, "once", &device, "on hold, then revoked").await;
    }
}

#[tokio::test]
async fn v7_t30_t29_a_certificate_renews_by_its_own_profile_and_where_renewal_is_on() {
    let world = World::start().await;
    let device = enrolled(&world, "once").await;
    both_refused(&world, "other", &device, "another profile").await;
    both_refused(&world, "fixed", &device, "renewal is off").await;
    let stranger = enrolled(&world, "other").await;
    both_refused(&world, "once", &stranger, "another profile, the other way").await;
    assert!(world.post("other", stranger.renewal_req(&world, &next(&world))).await.is_success(), "control");
}

#[tokio::test]
async fn v8_a_renewal_keeps_the_identity() {
    let world = World::start().await;
    let device = enrolled(&world, "once").await;
    let dns = |name: &str| vec![GeneralName::Dns(name.into())];
    let sid = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500";
    let two = Name::from_pairs(&[(oid::CN, "laptop"), (oid::CN, "admin")]);
    let more = Name::from_pairs(&[(oid::CN, "laptop"), (oid::ORGANIZATION, "Domain Admins")]);
    let as_is = Csr::named("laptop", "");
    let bad = [
        Csr::named("Laptop", ""),
        Csr::named("laptop2", ""),
        Csr::named("laptop\0", ""),
        Csr::named(" laptop", ""),
        Csr::of(two, ""),
        Csr::of(more, ""),
        Csr::of(Name::from_pairs(&[]), ""),
        Csr { names: dns("dc01.contoso.example"), ..as_is.clone() },
        Csr { names: vec![GeneralName::Upn("admin@contoso.example".into())], ..as_is.clone() },
        Csr { names: vec![GeneralName::Uri(sid.into())], ..as_is.clone() },
    ];
    for (at, bad) in bad.iter().enumerate() {
        for send in [Device::renewal_req, Device::pkcs_req] {
            let told = world.post("once", send(&device, &world, &bad.signed(&world.key()))).await;
            world.assert_refused(&told, 1, &at.to_string()).await;
        }
    }
    let told = world.post("once", device.renewal_req(&world, &as_is.signed(&world.key()))).await;
    assert!(told.is_success(), "control: {told:?}");
}

#[tokio::test]
async fn v26_an_enrolled_device_cannot_spend_anothers_challenge() {
    let world = World::with_tenant().await;
    let thief = enrolled(&world, "once").await;
    // The thief holds a live certificate, and has seen another's message on the wire: the envelope stays closed to it,
    // and is sent on under its own signature.
    for (number, endpoint) in (1..).zip(["once", "fixed", "intune"]) {
        let victim = world.device("phone");
        let request = world.granted(endpoint, &victim).await;
        for send in [Device::renewal_req, Device::pkcs_req] {
            let told = world.post(endpoint, send(&thief, &world, &request)).await;
            world.assert_refused(&told, number, &format!("another's envelope at {endpoint}")).await;
        }
        let told = world.post(endpoint, victim.pkcs_req(&world, &request)).await;
        assert!(told.is_success(), "{endpoint}: the challenge is still good: {told:?}");
    }
}

#[tokio::test]
async fn v26_a_challenge_beside_a_certificate_is_not_spent() {
    let world = World::start().await;
    let device = enrolled(&world, "once").await;
    let challenge = world.challenge("once", None).await;
    let request = Csr::named("laptop", &challenge).signed(&world.key());
    let told = world.post("once", device.renewal_req(&world, &request)).await;
    assert!(told.is_success(), "the certificate speaks for its own subject: {told:?}");
    let other = world.device("phone");
    assert!(other.asks(&world, "once", &other.csr(&challenge)).await.is_success());
}

#[tokio::test]
async fn t31_a_renewal_proves_possession_of_the_new_key() {
    let world = World::start().await;
    let (device, other) = (enrolled(&world, "once").await, world.device("other"));
    let info = Csr::named("laptop", "").info(other.key.public().spki());
    let told = world.post("once", device.renewal_req(&world, &signed(&info, &device.key))).await;
    world.assert_refused(&told, 1, "the old key signed for the new").await;
    // The key of somebody who has a certificate under another name.
    let certified = world.device("phone");
    certified.enrols(&world).await;
    let told = world
        .post("once", device.renewal_req(&world, &Csr::named("laptop", "").signed(&certified.key)))
        .await;
    world.assert_refused(&told, 2, "a key that another subject holds").await;
    assert_eq!(told.code(), Some("CHY-2112"));
}

#[tokio::test]
async fn t28_a_weak_key_is_refused_on_the_way_of_renewal_too() {
    let world = World::start().await;
    let device = enrolled(&world, "once").await;
    let weak = DeviceKey::weak();
    for send in [Device::renewal_req, Device::pkcs_req] {
        let told = world.post("once", send(&device, &world, &Csr::named("laptop", "").signed(&weak))).await;
        world.assert_refused(&told, 1, "1024 bits").await;
        assert_eq!((told.code(), &*told.fail_info), (Some("CHY-2102"), "0"));
    }
    assert!(world.device("x").asks(&world, "fixed", &Csr::named("x", SHARED)).await.is_success(), "control");
}
