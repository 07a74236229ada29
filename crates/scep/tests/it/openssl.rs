//! OpenSSL as the judge: it reads what we write, and we read what it writes.

#![expect(clippy::disallowed_methods, reason = "the judge is a program and works on files")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use pki::algorithm::{ContentCipher, Digest, KeyTransport};
use pki::pem;
use pki::{Oid, oid};
use scep::client::{Encoding, Habits, RecipientName, Request};
use scep::server::{Answer, Opened, Policy};

use crate::raw::{Envelope, Signed, identifier};
use crate::support::{CHALLENGE, Key, Sending, csr, reply_to, transaction, world};

/// A directory of its own for each test, removed at the end.
pub struct Desk(PathBuf);

impl Desk {
    pub fn new() -> Desk {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("chancery-scep-{}-{count}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Desk(path)
    }

    pub fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        fs::write(self.0.join(file), bytes).unwrap();
    }

    fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.0.join(file)).unwrap()
    }

    pub fn pem(&self, file: &str, label: &str, der: &[u8]) {
        self.write(file, pem::encode(label, der).as_bytes());
    }

    pub fn key(&self, file: &str, key: &Key) {
        self.pem(file, "PRIVATE KEY", &key.pkcs8());
    }

    /// Runs `openssl`; gives what it printed.
    pub fn openssl(&self, arguments: &str) -> String {
        let output =
            Command::new("openssl").args(arguments.split(' ')).current_dir(&self.0).output().unwrap();
        let printed =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {printed}");
        printed
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn openssl_reads_our_requests_in_every_habit() {
    let world = world();
    let (desk, request) = (Desk::new(), csr("device", &world.device_key, Some(CHALLENGE)));
    desk.key("ra.key", &world.ra_key);
    desk.pem("ra.pem", "CERTIFICATE", world.ra.der());
    let plain = Habits::default();
    let habits = [
        plain.clone(),
        Habits { encoding: Encoding::StreamedBer, ..plain.clone() },
        Habits { digest: Digest::Sha512, cipher: ContentCipher::Aes256Cbc, ..plain.clone() },
        Habits { cipher: ContentCipher::TripleDesCbc, rsa_encryption: false, ..plain.clone() },
        Habits { transport: KeyTransport::Oaep(Digest::Sha256), ..plain.clone() },
        Habits { transport: KeyTransport::Oaep(Digest::Sha1), ..plain.clone() },
        Habits { signer_by_key_id: true, recipient: RecipientName::KeyIdentifier, ..plain.clone() },
    ];
    for habits in habits {
        let sending = Sending { habits: habits.clone(), ..world.pkcs_req() };
        desk.write("message", &sending.message().0);
        desk.openssl("cms -verify -noverify -binary -inform DER -in message -out envelope");
        desk.openssl(
            "cms -decrypt -binary -inform DER -in envelope -recip ra.pem -inkey ra.key -out request",
        );
        assert_eq!(desk.read("request"), request, "{habits:?}");
    }
    assert!(desk.openssl("req -inform DER -in request -verify -noout").contains("verify OK"));
}

#[test]
fn openssl_reads_our_certrep() {
    let (world, desk) = (world(), Desk::new());
    desk.pem("ca.pem", "CERTIFICATE", world.ca.der());
    desk.pem("device.pem", "CERTIFICATE", world.device.der());
    desk.key("device.key", &world.device_key);
    let opened = world.open(&world.pkcs_req().message().0, &Policy::default()).unwrap();
    let issued = world.issue_for(&opened);
    let success = Answer::Success { certificates: vec![issued.der().to_vec()] };
    desk.write("reply", &world.answer(&success, reply_to(&opened)));
    desk.openssl(
        "cms -verify -binary -purpose any -CAfile ca.pem -no_check_time -inform DER -in reply -out envelope",
    );
    desk.openssl(
        "cms -decrypt -binary -inform DER -in envelope -recip device.pem -inkey device.key -out certs",
    );
    let printed = desk.openssl("pkcs7 -inform DER -in certs -print_certs");
    assert_eq!(printed.matches("BEGIN CERTIFICATE").count(), 1);
    assert!(printed.contains("CN = device") && printed.contains("CN = Chancery CA"), "{printed}");
    let parsed = desk.openssl("cms -cmsout -print -noout -inform DER -in reply");
    // q20: rsaEncryption, not sha256WithRSAEncryption, for the signer.
    let signer = &parsed[parsed.find("signerInfos").unwrap()..];
    assert!(signer.contains("algorithm: rsaEncryption"), "{signer}");
    assert!(!signer.contains("sha256WithRSAEncryption"), "{signer}");
}

#[test]
fn openssl_reads_failure_and_pending() {
    let (world, desk) = (world(), Desk::new());
    desk.pem("ca.pem", "CERTIFICATE", world.ca.der());
    let opened = world.open(&world.pkcs_req().message().0, &Policy::default()).unwrap();
    let failure = Answer::Failure { fail_info: scep::FailInfo::BadRequest, text: Some("nein – ж".into()) };
    for answer in [failure, Answer::Pending] {
        desk.write("reply", &world.answer(&answer, reply_to(&opened)));
        desk.openssl("cms -verify -binary -purpose any -CAfile ca.pem -no_check_time -inform DER -in reply -out content");
        assert!(desk.read("content").is_empty());
    }
}

#[test]
fn q1_envelopes_that_openssl_streams_open() {
    let (world, desk) = (world(), Desk::new());
    let request = csr("device", &world.device_key, Some(CHALLENGE));
    desk.write("request", &request);
    desk.pem("ra.pem", "CERTIFICATE", world.ra.der());
    desk.pem("device.pem", "CERTIFICATE", world.device.der());
    let legacy = Policy { legacy_3des: true, ..Policy::default() };
    for options in [
        "-stream -aes-128-cbc -recip ra.pem",
        "-aes-192-cbc -recip ra.pem",
        "-stream -aes-256-cbc -keyid -recip ra.pem",
        "-des3 -recip ra.pem",
        "-aes128 -recip ra.pem -keyopt rsa_padding_mode:oaep",
        "-aes128 -recip ra.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha256",
        "-stream -aes128 -recip device.pem -recip ra.pem",
    ] {
        desk.openssl(&format!("cms -encrypt -binary -outform DER -in request -out envelope {options}"));
        let message = Signed::over(world, desk.read("envelope")).signed_by(&world.device_key);
        let opened = world.open(&message, &legacy);
        let Ok(Opened::CertificateRequested(requested)) = opened else { panic!("{options}: {opened:?}") };
        assert_eq!(requested.request.der(), request, "{options}");
    }
}

#[test]
fn rfc_29_password_recipients_of_openssl_open_and_ours_open_there() {
    let (world, desk) = (world(), Desk::new());
    let request = csr("device", &world.ec_key, Some(CHALLENGE));
    desk.write("request", &request);
    for cipher in ["-aes-128-cbc", "-aes-256-cbc -stream"] {
        desk.openssl(&format!(
            "cms -encrypt -binary -outform DER -in request -out envelope {cipher} -pwri_password {CHALLENGE}"
        ));
        let mut signed = Signed::over(world, desk.read("envelope"));
        signed.certificates = vec![world.ec_device.der().to_vec()];
        signed.sid = crate::raw::issuer_and_serial(&world.ec_device);
        signed.signature_algorithm = identifier(oid::ECDSA_WITH_SHA256);
        let signature = world.ec_key.sign(world.ec_key.algorithm(), &signed.to_be_signed());
        let opened = world.open(&signed.with_signature(&signature), &Policy::default());
        assert!(matches!(opened, Ok(Opened::CertificateRequested(_))), "{opened:?}");
    }
    let asked =
        Request::pkcs_req(&request, transaction()).with_challenge(scep::Challenge::new(CHALLENGE.into()));
    let mut sending =
        Sending { request: asked, signer: &world.ec_device, key: &world.ec_key, ..world.pkcs_req() };
    sending.habits.password_recipient = true;
    desk.write("message", &sending.message().0);
    desk.openssl("cms -verify -noverify -binary -inform DER -in message -out envelope");
    desk.openssl(&format!(
        "cms -decrypt -binary -inform DER -in envelope -pwri_password {CHALLENGE} -out opened"
    ));
    assert_eq!(desk.read("opened"), request);
}

#[test]
fn rfc_25_sha_1_messages_verify_by_switch_and_are_answered_with_sha_256() {
    let (world, desk) = (world(), Desk::new());
    let sha1 = || identifier(oid::SHA1);
    let mut signed = Signed::usual(world);
    let digest = Digest::Sha1.hash(signed.content.as_deref().unwrap());
    signed.digests = vec![sha1()];
    signed.signer_digest = sha1();
    let signed =
        signed.attribute(oid::MESSAGE_DIGEST, Some(crate::raw::octets(oid::MESSAGE_DIGEST, &digest)));
    desk.key("device.key", &world.device_key);
    desk.write("attributes", &signed.to_be_signed());
    desk.openssl("dgst -sha1 -sign device.key -out signature attributes");
    let message = signed.with_signature(&desk.read("signature"));
    assert!(world.open(&message, &Policy::default()).is_err());
    let opened = world.open(&message, &Policy { legacy_sha1: true, ..Policy::default() }).unwrap();
    let reply = world.answer(&Answer::Pending, reply_to(&opened));
    let info = pki::cms::signed::SignedData::parse(&reply).unwrap();
    assert_eq!(info.signers[0].digest(), Some(Digest::Sha256));
}

#[test]
fn v25_a_request_signed_with_sha_1_needs_the_switch() {
    let (world, desk) = (world(), Desk::new());
    desk.key("device.key", &world.device_key);
    desk.openssl("req -new -sha1 -subj /CN=device -key device.key -outform DER -out request");
    let envelope = Envelope::around(world, &desk.read("request"));
    let message = Signed::over(world, envelope.der()).signed_by(&world.device_key);
    let refused = world.open(&message, &Policy::default()).unwrap_err();
    assert_eq!(refused.refusal, scep::Refusal::LegacyDigest);
    assert!(world.open(&message, &Policy { legacy_sha1: true, ..Policy::default() }).is_ok());
}

#[test]
fn openssls_own_signed_data_lacks_what_scep_asks_for_and_nothing_else() {
    let (world, desk) = (world(), Desk::new());
    desk.key("device.key", &world.device_key);
    desk.pem("device.pem", "CERTIFICATE", world.device.der());
    desk.write("content", &Envelope::around(world, b"x").der());
    desk.openssl("cms -sign -binary -nodetach -stream -outform DER -md sha256 -signer device.pem -inkey device.key -in content -out message");
    let refused = world.open(&desk.read("message"), &Policy::default()).unwrap_err();
    assert_eq!(
        refused.refusal,
        scep::Refusal::Attribute("transactionID", scep::message::AttributeFault::Missing)
    );
}

#[test]
fn rfc_61_certs_only_has_no_content_and_openssl_reads_it() {
    let (world, desk) = (world(), Desk::new());
    let response = scep::server::ca_certificates(Default::default(), Some(&world.ra), &[&world.ca]);
    desk.write("certs", &response.body);
    let printed = desk.openssl("pkcs7 -inform DER -in certs -print_certs");
    let (ra, ca) = (printed.find("subject=CN = Chancery RA"), printed.find("subject=CN = Chancery CA"));
    assert!(ra.unwrap() < ca.unwrap());
    let dump = desk.openssl("asn1parse -inform DER -in certs");
    assert!(!dump.contains("OCTET STRING      :"), "{dump}");
    assert_eq!(Oid::new_unwrap("1.2.840.113549.1.7.2"), oid::SIGNED_DATA);
}
