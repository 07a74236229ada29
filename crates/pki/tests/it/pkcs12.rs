//! What this crate writes, read by others.

use crate::openssl::Desk;
use chancery_pki::certificate::Certificate;
use chancery_pki::pkcs12::{self, Contents, Fault};
use chancery_pki::{Random, RandomFailed, pem};

const PASSWORD: &str = "7GQ2-TMKX-W4RD";

/// Counts, so that no two octets drawn in a row are alike.
struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
        for octet in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(7);
            *octet = self.0;
        }
        Ok(())
    }
}

/// A key with a chain of three, of `kind`, in the desk's directory.
fn made(desk: &Desk, kind: &str) -> (Vec<u8>, Vec<Certificate>) {
    for name in ["leaf", "issuer"] {
        desk.openssl(&format!(
            "req -x509 -newkey {kind} -nodes -keyout {name}.key -out {name}.pem -subj /CN={name} -days 9"
        ));
    }
    desk.openssl("pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out leaf.der");
    let read = |name: &str| {
        let text = String::from_utf8(desk.read(&format!("{name}.pem"))).unwrap();
        Certificate::parse(&pem::decode("CERTIFICATE", &text).unwrap()[0]).unwrap()
    };
    (desk.read("leaf.der"), vec![read("leaf"), read("issuer")])
}

fn written(desk: &Desk, kind: &str) -> Vec<u8> {
    let (key, chain) = made(desk, kind);
    let chain: Vec<&Certificate> = chain.iter().collect();
    let (certificate, chain) = chain.split_first().unwrap();
    let contents = Contents { key: &key, certificate, chain, friendly_name: "Büro 7" };
    let pfx = pkcs12::write(&contents, PASSWORD, &mut Counter(1)).unwrap();
    desk.write("made.p12", &pfx);
    pfx
}

#[test]
fn openssl_finds_key_and_chain_of_every_kind() {
    for kind in ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256", "ec -pkeyopt ec_paramgen_curve:P-384"] {
        let desk = Desk::new();
        written(&desk, kind);
        let told = desk.openssl(&format!("pkcs12 -in made.p12 -passin pass:{PASSWORD} -nodes -out all.pem"));
        assert!(!told.contains("error"), "{told}");
        let text = String::from_utf8_lossy(&desk.read("all.pem")).into_owned();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2, "{text}");
        assert!(text.contains("friendlyName: "), "{text}");
        desk.openssl("pkey -in all.pem -pubout -out found.pub");
        desk.openssl("pkey -in leaf.key -pubout -out made.pub");
        assert_eq!(desk.read("found.pub"), desk.read("made.pub"), "{kind}");
    }
}

#[test]
fn nothing_of_the_key_stands_in_the_file_and_another_password_opens_nothing() {
    let desk = Desk::new();
    let pfx = written(&desk, "rsa:2048");
    let key = desk.read("leaf.der");
    let piece = &key[key.len() / 2..key.len() / 2 + 8];
    assert!(key.windows(8).any(|one| one == piece), "control");
    assert!(!pfx.windows(8).any(|one| one == piece));
    let (said, opened) = desk.run("openssl", "pkcs12 -in made.p12 -passin pass:7GQ2-TMKX-W4RE -nodes");
    assert!(!opened, "{said}");
}

/// GnuTLS, NSS and Java, each where it is installed.
#[test]
fn other_libraries_read_it_too() {
    let desk = Desk::new();
    written(&desk, "rsa:2048");
    desk.run("mkdir", "nss");
    let readers = [
        format!("certtool --p12-info --inder --infile made.p12 --password {PASSWORD}"),
        "certutil -N -d sql:nss --empty-password".to_owned(),
        format!("pk12util -i made.p12 -d sql:nss -W {PASSWORD}"),
        format!("keytool -list -keystore made.p12 -storetype PKCS12 -storepass {PASSWORD}"),
    ];
    for reader in &readers {
        let (program, words) = reader.split_once(' ').unwrap();
        if !desk.run("which", program).1 {
            continue;
        }
        let (said, read) = desk.run(program, words);
        assert!(read, "{reader}: {said}");
        if program == "keytool" {
            assert!(said.contains("PrivateKeyEntry"), "{said}");
        }
    }
}

#[test]
fn a_password_that_programs_encode_differently_is_refused() {
    let desk = Desk::new();
    let (key, chain) = made(&desk, "ec -pkeyopt ec_paramgen_curve:P-256");
    let contents = Contents { key: &key, certificate: &chain[0], chain: &[], friendly_name: "" };
    for password in ["", "pässword", "a\nb"] {
        assert_eq!(pkcs12::write(&contents, password, &mut Counter(1)), Err(Fault::Password), "{password:?}");
    }
}
