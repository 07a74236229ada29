//! Messages: openssl opens ours, we open openssl's, in DER and in BER.

use crate::openssl::Desk;
use chancery_pki::algorithm::{ContentCipher, Digest, KeyTransport, SignatureAlgorithm};
use chancery_pki::certificate::Certificate;
use chancery_pki::cms::CertificateId;
use chancery_pki::cms::enveloped::{ContentKey, EnvelopedData, RecipientInfo, seal, seal_with_password};
use chancery_pki::cms::password::{PasswordRecipient, WrapParameters};
use chancery_pki::cms::signed::{SignatureFault, SignedData, SignedDraft, certs_only};
use chancery_pki::{oid, pem};
use std::num::NonZeroU32;

const TEXT: &[u8] = b"a message of some length, so that it takes more than two blocks";

fn desk_with_certificate() -> (Desk, Certificate) {
    let desk = Desk::new();
    desk.openssl("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=device -days 30");
    let text = String::from_utf8(desk.read("cert.pem")).unwrap();
    let der = pem::decode("CERTIFICATE", &text).unwrap().remove(0);
    desk.write("text", TEXT);
    (desk, Certificate::parse(&der).unwrap())
}

#[test]
fn q1_signed_data_of_openssl_in_der_and_ber_verifies() {
    let (desk, certificate) = desk_with_certificate();
    for streaming in ["", "-stream "] {
        let words = format!(
            "cms -sign {streaming}-binary -nodetach -in text -signer cert.pem -inkey key.pem -outform DER -out m"
        );
        desk.openssl(&words);
        let message = SignedData::parse(&desk.read("m")).unwrap();
        assert_eq!(message.content.as_deref(), Some(TEXT));
        assert_eq!(message.certificates, [certificate.der()]);
        let [signer] = message.signers.as_slice() else { panic!("one signer") };
        assert!(signer.sid.means(&certificate));
        assert_eq!(signer.verify(certificate.key(), &oid::DATA, TEXT), Ok(()));
        assert_eq!(signer.verify(certificate.key(), &oid::DATA, b"x"), Err(SignatureFault::MessageDigest));
        assert_eq!(
            signer.verify(certificate.key(), &oid::SIGNED_DATA, TEXT),
            Err(SignatureFault::ContentType)
        );
    }
}

#[test]
fn v23_signed_data_without_signed_attributes_is_refused() {
    let (desk, certificate) = desk_with_certificate();
    desk.openssl(
        "cms -sign -noattr -binary -nodetach -in text -signer cert.pem -inkey key.pem -outform DER -out m",
    );
    let message = SignedData::parse(&desk.read("m")).unwrap();
    let outcome = message.signers[0].verify(certificate.key(), &oid::DATA, TEXT);
    assert_eq!(outcome, Err(SignatureFault::NoAttributes));
}

#[test]
fn openssl_verifies_what_we_sign() {
    let (desk, certificate) = desk_with_certificate();
    let draft = SignedDraft {
        content_type: oid::DATA,
        content: TEXT.to_vec(),
        certificates: vec![certificate.der().to_vec()],
        sid: CertificateId::of(&certificate),
        algorithm: SignatureAlgorithm::RsaPkcs1(Digest::Sha512),
        attributes: vec![chancery_pki::attribute::Attribute::new(oid::SIGNING_TIME, |w| {
            w.time(chancery_pki::Time::from_unix(1_790_000_000))
        })],
    };
    let signed = draft.to_be_signed();
    desk.write("tbs", &signed);
    desk.openssl("dgst -sha512 -sign key.pem -out sig tbs");
    desk.write("m", draft.finish(&signed, &desk.read("sig")).unwrap());
    desk.openssl("cms -verify -binary -inform DER -in m -CAfile cert.pem -purpose any -out got");
    assert_eq!(desk.read("got"), TEXT);
}

#[test]
fn openssl_opens_what_we_seal() {
    let (desk, certificate) = desk_with_certificate();
    let rid = CertificateId::of(&certificate);
    for transport in
        [KeyTransport::Pkcs1, KeyTransport::Oaep(Digest::Sha1), KeyTransport::Oaep(Digest::Sha256)]
    {
        for cipher in [
            ContentCipher::Aes128Cbc,
            ContentCipher::Aes192Cbc,
            ContentCipher::Aes256Cbc,
            ContentCipher::TripleDesCbc,
        ] {
            let bytes: Vec<u8> = (1..=48).collect();
            let content_key = ContentKey {
                cipher,
                key: &bytes[..cipher.key_length()],
                iv: &bytes[..cipher.block_length()],
            };
            desk.write("m", seal(&rid, certificate.key(), transport, &content_key, TEXT).unwrap());
            desk.openssl("cms -decrypt -binary -inform DER -in m -inkey key.pem -recip cert.pem -out got");
            assert_eq!(desk.read("got"), TEXT, "{transport:?} {cipher:?}");
        }
    }
}

#[test]
fn q1_q29_envelopes_of_openssl_in_der_and_ber_open() {
    let (desk, certificate) = desk_with_certificate();
    for (words, transport) in [
        ("", KeyTransport::Pkcs1),
        ("-stream ", KeyTransport::Pkcs1),
        ("-keyopt rsa_padding_mode:oaep ", KeyTransport::Oaep(Digest::Sha1)),
        (
            "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha256 ",
            KeyTransport::Oaep(Digest::Sha256),
        ),
    ] {
        // `-recip` comes first because `-keyopt` belongs to the recipient before it.
        desk.openssl(
            format!("cms -encrypt -binary -aes-192-cbc -in text -outform DER -out m -recip cert.pem {words}")
                .trim_end(),
        );
        let envelope = EnvelopedData::parse(&desk.read("m")).unwrap();
        assert_eq!(envelope.cipher(), Some(ContentCipher::Aes192Cbc));
        let [RecipientInfo::KeyTransport { rid, algorithm, encrypted_key }] = envelope.recipients.as_slice()
        else {
            panic!("one recipient")
        };
        assert!(rid.means(&certificate));
        assert_eq!(KeyTransport::from_identifier(algorithm), Ok(transport));
        desk.write("wrapped", encrypted_key);
        let padding = if transport == KeyTransport::Pkcs1 { "pkcs1" } else { "oaep" };
        let hash =
            if transport == KeyTransport::Oaep(Digest::Sha256) { " -pkeyopt rsa_oaep_md:sha256" } else { "" };
        desk.openssl(&format!(
            "pkeyutl -decrypt -inkey key.pem -in wrapped -out cek -pkeyopt rsa_padding_mode:{padding}{hash}"
        ));
        assert_eq!(envelope.open(&desk.read("cek")).as_deref(), Ok(TEXT));
        assert!(envelope.open(&[0; 24]).is_err());
    }
}

#[test]
fn rfc_29_password_recipients_go_both_ways() {
    let desk = Desk::new();
    desk.write("text", TEXT);
    desk.openssl("cms -encrypt -binary -aes-128-cbc -in text -pwri_password challenge -outform DER -out m");
    let envelope = EnvelopedData::parse(&desk.read("m")).unwrap();
    let [RecipientInfo::Password(recipient)] = envelope.recipients.as_slice() else {
        panic!("one recipient")
    };
    assert_eq!(envelope.open(&recipient.unwrap(b"challenge").unwrap()).as_deref(), Ok(TEXT));
    assert!(recipient.unwrap(b"another").is_err());

    let parameters = WrapParameters {
        salt: &[1; 16],
        iterations: NonZeroU32::new(10_000).unwrap(),
        cipher: ContentCipher::Aes256Cbc,
        iv: &[2; 16],
        filling: &[3; 32],
    };
    let recipient = PasswordRecipient::wrap(&[4; 32], b"challenge", &parameters).unwrap();
    let content_key = ContentKey { cipher: ContentCipher::Aes256Cbc, key: &[4; 32], iv: &[5; 16] };
    desk.write("m", seal_with_password(&recipient, &content_key, TEXT).unwrap());
    desk.openssl("cms -decrypt -binary -inform DER -in m -pwri_password challenge -out got");
    assert_eq!(desk.read("got"), TEXT);
}

#[test]
fn openssl_reads_a_degenerate_message() {
    let (desk, certificate) = desk_with_certificate();
    let message = certs_only(&[certificate.der()], &[]);
    desk.write("m", &message);
    let text = desk.openssl("pkcs7 -inform DER -in m -print_certs");
    assert!(text.contains("CN = device"), "{text}");
    let read = SignedData::parse(&message).unwrap();
    assert_eq!((read.content, read.signers.len()), (None, 0), "rfc_61: no content, no signer");
}
