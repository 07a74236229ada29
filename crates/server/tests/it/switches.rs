//! What an endpoint's switches do, over the wire.

use crate::world::{Csr, SHARED, Told, World, transaction};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial};
use pki::cms::signed::SignedData;
use pki::general_name::GeneralName;
use pki::key::PublicKey;
use pki::name::Name;
use scep::client::{Exchange, Habits, Reply, Request, SignerCertificate, Version};
use simulator::keys::SystemDice;
use simulator::tenant::{San, SanKind};

/// A server whose settings have `with` instead of `this`.
async fn world_with(this: &str, with: &str) -> World {
    let mut world = World::start().await;
    std::fs::write(world.home.path().join("shared"), SHARED).unwrap();
    let settings = world.home.settings();
    assert!(settings.contains(this), "{settings}");
    world.home.configure(&settings.replace(this, with));
    world.restart().await;
    world
}

/// A device whose key cannot decrypt.
struct Elliptic(EcdsaKeyPair);

impl Elliptic {
    const BY: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);

    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    fn public(&self) -> PublicKey {
        PublicKey::parse(self.0.public_key().as_der().unwrap().as_ref()).unwrap()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    fn signer(&self, now: i64) -> Certificate {
        let draft = SignerCertificate {
            subject: Name::from_pairs(&[(pki::oid::CN, "tablet")]),
            key: self.public(),
            serial: Serial::new(&[7]),
            not_before: Time::from_unix(now - 86_400),
            not_after: Time::from_unix(now + 86_400),
            algorithm: Self::BY,
            version: Version::V3,
        };
        draft.signed(&self.sign(&draft.to_be_signed())).unwrap()
    }

    /// A request for `tablet`, the answer to be encrypted with `challenge`; the request too where `sealed`.
    fn message(&self, world: &World, challenge: &str, sealed: bool) -> (Vec<u8>, Exchange) {
        let info = Csr::named("tablet", challenge).info(self.public().spki());
        let csr = pki::certificate::assemble(&info, Self::BY, &self.sign(&info));
        let request =
            Request::pkcs_req(&csr, transaction()).with_challenge(scep::Challenge::new(challenge.to_owned()));
        let habits = Habits { password_recipient: sealed, ..Habits::default() };
        let signer = self.signer(world.clock.now());
        let draft = request.draft(&signer, &[&world.ra()], &habits, &mut SystemDice).unwrap();
        let signature = self.sign(&draft.to_be_signed());
        draft.signed(&signature)
    }
}

#[tokio::test]
async fn rfc_29_an_elliptic_key_enrols_where_the_challenge_is_known_in_the_clear() {
    let world = world_with("challenge_hash = ", "challenge_file = 'shared'\nchallenge_hash = ").await;
    for sealed in [false, true] {
        let device = Elliptic::new();
        let (message, exchange) = device.message(&world, SHARED, sealed);
        let told = world.post("fixed", message).await;
        let trusted = [world.issuing().clone(), world.ra()];
        let Reply::Success(answer) = exchange.read(&told.body, &trusted).unwrap() else { panic!("{told:?}") };
        let granted = answer.open_with_challenge().unwrap();
        let certificate = granted.certificates.first().unwrap();
        assert_eq!(certificate.key(), &device.public());
        certificate.verify_signed_by(world.issuing().key()).unwrap();
    }
}

#[tokio::test]
async fn rfc_29_a_wrong_challenge_or_one_known_by_its_hash_alone_opens_nothing() {
    let known = world_with("challenge_hash = ", "challenge_file = 'shared'\nchallenge_hash = ").await;
    let hashed = World::start().await;
    for (world, challenge) in [(&known, "zebra-shared-challenge-A7Q3"), (&hashed, SHARED)] {
        let (message, _) = Elliptic::new().message(world, challenge, true);
        let told = world.post("fixed", message).await;
        world.assert_refused(&told, 0, challenge).await;
    }
}

#[tokio::test]
async fn q46_fail_info_text_can_be_left_out() {
    for (line, speaks) in [("fail_info_text = true\n", true), ("fail_info_text = false\n", false)] {
        let world = world_with("name = 'once'\n", &format!("name = 'once'\n{line}")).await;
        let device = world.device("laptop");
        let told = device.asks(&world, "once", &device.csr("wrong")).await;
        assert!(told.is_refusal(), "{told:?}");
        assert_eq!(told.code(), speaks.then_some("CHY-3002"), "{line}");
    }
}

#[tokio::test]
async fn q34_the_chain_travels_behind_the_certificate_where_that_is_wanted() {
    for (line, certificates) in [("", 1), ("include_chain = true\n", 3)] {
        let world = world_with("name = 'once'\n", &format!("name = 'once'\n{line}")).await;
        let device = world.device("laptop");
        let challenge = world.challenge("once", None).await;
        let told: Told = device.asks(&world, "once", &device.csr(&challenge)).await;
        let inner = SignedData::parse(&told.envelope(&device.key).unwrap()).unwrap();
        assert_eq!(inner.certificates.len(), certificates, "{line}");
    }
}

#[tokio::test]
async fn a_renewal_before_its_window_is_too_early() {
    for (days, code) in [(0, None), (30, Some("CHY-4006")), (400, None)] {
        let line = format!("name = 'once'\nrenewal_window_days = {days}\n");
        let world = world_with("name = 'once'\n", &line).await;
        let device = world.device("laptop");
        let enrolled = device.signing_with(&device.enrols(&world).await);
        let next = Csr::named("laptop", "").signed(&world.key());
        let told = world.post("once", enrolled.renewal_req(&world, &next)).await;
        assert_eq!(told.code(), code, "{days}: {told:?}");
        assert_eq!(told.is_success(), code.is_none());
    }
}

#[tokio::test]
async fn t24_a_sid_passes_byte_for_byte_where_the_endpoint_vouches_for_it_alone() {
    const SID: &str = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104";
    for (line, code) in [("", Some("CHY-2314")), ("vouch_sid = true\n", None)] {
        let world = World::with_tenant_and(line).await;
        let device = world.device("laptop");
        let mut plan = world.delivered();
        plan.sans.push(San::new(SanKind::Uri, SID));
        let csr = plan.sign(&device.key, Digest::Sha256).unwrap();
        let told = world.post("intune", device.pkcs_req(&world, &csr)).await;
        assert_eq!(told.code(), code, "{line}: {told:?}");
        if code.is_none() {
            let names = device.opens(&told).san().unwrap().0;
            assert!(names.contains(&GeneralName::Uri(SID.into())), "{names:?}");
        }
    }
}
