//! Keys that must not be certified, made and proved by OpenSSL, on both ways in.

use crate::world::{Device, SHARED, World};
use pki::certificate::Certificate;
use scep::client::{Habits, Request};
use std::path::Path;
use std::process::Command;

fn openssl(at: &Path, arguments: &str) -> bool {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(at).output().unwrap();
    output.status.success()
}

fn pem(at: &Path, file: &str, label: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(at.join(file)).unwrap();
    pki::pem::decode(label, &text).unwrap().remove(0)
}

/// Whether OpenSSL could make the key and a request of it; some builds refuse the smallest.
fn made(at: &Path, kind: &str) -> bool {
    let settings = format!(
        "[req]\nprompt=no\ndistinguished_name=dn\nattributes=at\n[dn]\nCN=phone\n[at]\nchallengePassword={SHARED}\n"
    );
    std::fs::write(at.join("req.cnf"), settings).unwrap();
    std::fs::write(at.join("bare.cnf"), "[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=phone\n").unwrap();
    openssl(at, &format!("genpkey {kind} -out key.pem"))
        && openssl(at, "req -new -key key.pem -config req.cnf -out req.pem")
        && openssl(at, "req -new -key key.pem -config bare.cnf -out bare.pem")
        && openssl(at, "req -x509 -key key.pem -config bare.cnf -days 9 -out signer.pem")
}

/// A PKCSReq signed by OpenSSL, if this client can draft one for such a signer.
fn enrolment(world: &World, at: &Path) -> Option<Vec<u8>> {
    let signer = Certificate::parse(&pem(at, "signer.pem", "CERTIFICATE")).ok()?;
    let request = Request::pkcs_req(&pem(at, "req.pem", "CERTIFICATE REQUEST"), crate::world::transaction());
    let dice = &mut simulator::keys::SystemDice;
    let draft = request.draft(&signer, &[&world.ra()], &Habits::default(), dice).ok()?;
    std::fs::write(at.join("tbs"), draft.to_be_signed()).unwrap();
    openssl(at, "dgst -sha256 -sign key.pem -out sig tbs")
        .then(|| draft.signed(&std::fs::read(at.join("sig")).unwrap()).0)
}

const BAD: [&str; 12] = [
    "-algorithm RSA -pkeyopt rsa_keygen_bits:512",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:1024",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:1536",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:2047",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:2056",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:4294967297",
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-521",
    "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
    "-algorithm EC -pkeyopt ec_paramgen_curve:sect283r1",
    "-algorithm ED25519",
];

#[tokio::test]
async fn v20_t28_t35_t37_bad_keys_are_refused_on_enrolment_and_on_renewal() {
    let world = World::start().await;
    let at = world.home.path().to_owned();
    let first = world.device("phone");
    let holder = first.signing_with(&first.enrols(&world).await);
    let (mut enrolments, mut renewals) = (0, 0);
    for kind in BAD {
        if !made(&at, kind) {
            continue;
        }
        if let Some(message) = enrolment(&world, &at) {
            let told = world.post("fixed", message).await;
            world.assert_refused(&told, 1, &format!("{kind}, enrolment")).await;
            enrolments += 1;
        }
        let csr = pem(&at, "bare.pem", "CERTIFICATE REQUEST");
        for send in [Device::renewal_req, Device::pkcs_req] {
            let told = world.post("once", send(&holder, &world, &csr)).await;
            world.assert_refused(&told, 1, &format!("{kind}, renewal")).await;
        }
        renewals += 1;
    }
    assert!(enrolments >= 5 && renewals >= 10, "{enrolments} enrolments, {renewals} renewals");
    assert!(made(&at, "-algorithm RSA -pkeyopt rsa_keygen_bits:3072"));
    assert!(world.post("fixed", enrolment(&world, &at).unwrap()).await.is_success(), "control: enrolment");
    assert!(made(&at, "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"));
    let csr = pem(&at, "bare.pem", "CERTIFICATE REQUEST");
    assert!(world.post("once", holder.renewal_req(&world, &csr)).await.is_success(), "control: renewal");
}

#[tokio::test]
async fn v20_t35_absurd_public_keys_are_refused_before_anything_is_computed() {
    let world = World::start().await;
    let device = world.device("phone");
    let odd = |octets: usize| [vec![0xc5; octets - 1], vec![1]].concat();
    let absurd = [
        pki::key::PublicKey::from_rsa(&odd(2048), &[1, 0, 1]),
        pki::key::PublicKey::from_rsa(&odd(256), &[1]),
        pki::key::PublicKey::from_rsa(&odd(256), &[2]),
        pki::key::PublicKey::from_rsa(&odd(256), &odd(200)),
        pki::key::PublicKey::from_rsa(&[vec![0xc5; 255], vec![2]].concat(), &[1, 0, 1]),
        pki::key::PublicKey::from_rsa(&[1], &[1, 0, 1]),
        pki::key::PublicKey::from_rsa(&[], &[1, 0, 1]),
    ];
    for (at, key) in absurd.iter().enumerate() {
        let csr = crate::world::signed(&device.csr(SHARED).info(key.spki()), &device.key);
        let told = world.post("fixed", device.pkcs_req(&world, &csr)).await;
        world.assert_refused(&told, 0, &at.to_string()).await;
    }
    assert!(device.asks(&world, "fixed", &device.csr(SHARED)).await.is_success(), "control");
}
