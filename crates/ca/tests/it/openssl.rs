//! The judge that is not ours: OpenSSL reads, verifies and prints what was issued.

#![expect(clippy::disallowed_methods, reason = "the judge is another program, with files of its own")]

use crate::world::{Ca, DAY, Key, NOW, cn, csr, csr_by, finish, profile, profile_with, san, serial, uri};
use ca::authority::{self, Plan};
use ca::crl::{self, CrlPlan};
use ca::issue::IssueFault;
use ca::profile::Urls;
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::crl::{Reason, RevokedEntry};
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Time, oid, pem};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("chancery-ca-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, label: &str, der: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, pem::encode(label, der)).unwrap();
        path.to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}

fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().expect("openssl is installed");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

struct Chain {
    folder: Folder,
    root: String,
    issuing: String,
}

impl Chain {
    fn new(name: &str, ca: &Ca) -> Self {
        let folder = Folder::new(name);
        let root = folder.write("root.pem", "CERTIFICATE", ca.root.der());
        let issuing = folder.write("issuing.pem", "CERTIFICATE", ca.issuing.der());
        Self { folder, root, issuing }
    }

    fn verify(&self, leaf: &Certificate, at: Time, purpose: &str) -> (bool, String) {
        let leaf = self.folder.write("leaf.pem", "CERTIFICATE", leaf.der());
        let at = at.unix().to_string();
        openssl(&[
            "verify",
            "-x509_strict",
            "-check_ss_sig",
            "-attime",
            &at,
            "-purpose",
            purpose,
            "-CAfile",
            &self.root,
            "-untrusted",
            &self.issuing,
            &leaf,
        ])
    }
}

#[test]
fn openssl_verifies_the_chain_of_every_kind_of_key() {
    let now = NOW;
    for (name, root, issuing) in [
        ("p256", Key::p256(), Key::p256()),
        ("p384", Key::p384(), Key::p384()),
        ("rsa", Key::rsa(), Key::rsa()),
        ("mixed", Key::rsa(), Key::p256()),
    ] {
        let ca = Ca::with_keys(&root, issuing, now.plus_days(3650));
        let chain = Chain::new(name, &ca);
        for key in [Key::rsa(), Key::p256(), Key::p384()] {
            let leaf = ca.issue(&csr_by(&key, &cn("device"), &[]), &profile());
            let (fine, text) = chain.verify(&leaf, now, "sslclient");
            assert!(fine, "{name}: {text}");
        }
    }
}

#[test]
fn t27_openssl_does_not_take_a_device_for_a_server_or_a_ca() {
    let ca = Ca::new();
    let chain = Chain::new("purpose", &ca);
    let leaf = ca.issue(&csr(&cn("device"), &[]), &profile());
    assert!(chain.verify(&leaf, NOW, "sslclient").0);
    assert!(!chain.verify(&leaf, NOW, "sslserver").0);
    assert!(!chain.verify(&leaf, NOW, "crlsign").0);
    // A certificate under the device's: the device is no CA.
    let below = Ca { root: ca.root.clone(), issuing: leaf.clone(), key: Key::rsa() };
    let order = below.decide(&csr_by(&Key::p256(), &cn("below"), &[]), &profile()).unwrap();
    let Err(IssueFault::Lints(findings)) = ca::issue::prepare(&order, &profile(), &below.issuing, serial())
    else {
        panic!("a device issued a certificate");
    };
    assert!(findings.iter().any(|finding| finding.lint == "issuer_may_sign"), "{findings:?}");
}

#[test]
fn t41_openssl_agrees_on_the_first_and_the_last_second() {
    let ca = Ca::new();
    let chain = Chain::new("seconds", &ca);
    let leaf = ca.issue(&csr(&cn("device"), &[]), &profile());
    let at = |at: Time| chain.verify(&leaf, at, "sslclient").0;
    assert!(!at(leaf.not_before().plus_seconds(-1)) && at(leaf.not_before()));
    assert!(at(leaf.not_after().plus_seconds(-1)) && !at(leaf.not_after().plus_seconds(1)));
    assert_eq!(leaf.not_after().unix() - leaf.not_before().unix(), 365 * DAY - 1);
}

#[test]
fn openssl_prints_what_was_meant() {
    let ca = Ca::new();
    let chain = Chain::new("print", &ca);
    let subject =
        Name::from_pairs(&[(oid::COUNTRY, "DE"), (oid::ORGANIZATION, "Contoso"), (oid::CN, "Zoë, A+B")]);
    let sid = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104";
    let names = [
        GeneralName::Email("jane@contoso.com".into()),
        GeneralName::Dns("device.contoso.com".into()),
        uri(sid),
        GeneralName::Upn("jane@contoso.com".into()),
    ];
    let leaf = ca.issue(&csr(&subject, &[san(&names)]), &profile());
    let path = chain.folder.write("leaf.pem", "CERTIFICATE", leaf.der());
    let (fine, text) =
        openssl(&["x509", "-in", &path, "-noout", "-text", "-nameopt", "RFC2253,utf8,-esc_msb"]);
    assert!(fine, "{text}");
    for wanted in [
        "Version: 3",
        "Signature Algorithm: ecdsa-with-SHA256",
        "Subject: CN=Zoë\\, A\\+B,O=Contoso,C=DE",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment",
        "TLS Web Client Authentication",
        "email:jane@contoso.com, DNS:device.contoso.com, URI:tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104",
        "othername: UPN:",
        "URI:http://pki.contoso.com/issuing.crl",
        "OCSP - URI:http://ocsp.contoso.com/",
        "CA Issuers - URI:http://pki.contoso.com/issuing.cer",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

#[test]
fn openssl_takes_the_ra_and_the_empty_subject() {
    let ca = Ca::new();
    let chain = Chain::new("ra", &ca);
    let key = Key::rsa();
    let plan = Plan {
        subject: cn("Contoso SCEP RA"),
        key: &key.public(),
        serial: serial(),
        not_before: NOW.plus_days(-1),
        not_after: NOW.plus_days(5000),
        hash: Digest::Sha256,
    };
    let urls = Urls { crl: vec!["http://pki.contoso.com/issuing.crl".into()], ..Urls::default() };
    let ra = finish(authority::registration(plan, &ca.issuing, &urls).unwrap(), &ca.key).into_certificate();
    assert_eq!(ra.not_after(), ca.issuing.not_after(), "cut to the issuer's end");
    let (fine, text) = chain.verify(&ra, NOW, "any");
    assert!(fine, "{text}");
    let nobody = csr(&Name::from_pairs(&[]), &[san(&[GeneralName::Dns("a.contoso.com".into())])]);
    let (fine, text) = chain.verify(&ca.issue(&nobody, &profile()), NOW, "sslclient");
    assert!(fine, "{text}");
}

#[test]
fn t41_openssl_reads_both_forms_of_time() {
    let ca = Ca::until(Time::from_unix(2_524_608_000).plus_days(3000));
    let chain = Chain::new("times", &ca);
    let long =
        profile_with(|settings| (settings.validity_days, settings.max_validity_days) = (10_000, 10_000));
    let leaf = ca.issue(&csr(&cn("device"), &[]), &long);
    let path = chain.folder.write("leaf.pem", "CERTIFICATE", leaf.der());
    let (_, text) = openssl(&["asn1parse", "-in", &path]);
    assert!(text.contains("UTCTIME") && text.contains("GENERALIZEDTIME"), "{text}");
    let (fine, text) = chain.verify(&leaf, Time::from_unix(2_524_608_000), "sslclient");
    assert!(fine, "{text}");
}

#[test]
fn i7_openssl_finds_the_revoked_certificate_in_the_list() {
    let ca = Ca::new();
    let chain = Chain::new("crl", &ca);
    let (good, bad) =
        (ca.issue(&csr(&cn("good"), &[]), &profile()), ca.issue(&csr(&cn("bad"), &[]), &profile()));
    let entry =
        RevokedEntry { serial: bad.serial().clone(), at: NOW.plus_days(-1), reason: Reason::KeyCompromise };
    let plan = CrlPlan {
        issuer: &ca.issuing,
        number: 1,
        this_update: NOW.plus_seconds(-60),
        next_update: NOW.plus_days(7),
        revoked: [entry].into_iter().collect(),
        part: Vec::new(),
        hash: Digest::Sha256,
    };
    let (message, unsigned) = crl::prepare(plan).unwrap().spend();
    let list = unsigned.complete(&ca.key.sign(message.bytes())).unwrap();
    let crl = chain.folder.write("ca.crl", "X509 CRL", list.der());
    let check = |certificate: &Certificate| {
        let leaf = chain.folder.write("leaf.pem", "CERTIFICATE", certificate.der());
        let at = NOW.unix().to_string();
        openssl(&[
            "verify",
            "-x509_strict",
            "-crl_check",
            "-CRLfile",
            &crl,
            "-attime",
            &at,
            "-CAfile",
            &chain.root,
            "-untrusted",
            &chain.issuing,
            &leaf,
        ])
    };
    assert!(check(&good).0, "{}", check(&good).1);
    let (fine, text) = check(&bad);
    assert!(!fine && text.contains("certificate revoked"), "{text}");
    let (_, text) = openssl(&["crl", "-in", &crl, "-noout", "-text"]);
    assert!(text.contains("Key Compromise") && text.contains("X509v3 CRL Number"), "{text}");
}
