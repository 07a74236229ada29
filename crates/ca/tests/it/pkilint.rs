//! A second judge: pkilint (PyPI) finds no error in any kind of certificate or list that is made here.

#![expect(clippy::disallowed_methods, reason = "the judge is another program, with files of its own")]

use crate::world::{Ca, Key, NOW, cn, csr, csr_by, finish, profile, profile_with, san, serial, uri};
use ca::authority::{self, Plan};
use ca::crl::{self, CrlPlan};
use ca::profile::Urls;
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::crl::{Reason, RevokedEntry};
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Time, oid, pem};
use std::process::Command;

/// Runs one of pkilint's programs; gives its findings of severity WARNING and above, one a line.
fn findings(program: &str, arguments: &[&str]) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../interop/.venv/bin");
    let output = Command::new(format!("{folder}/{program}"))
        .args(["lint", "-s", "WARNING"])
        .args(arguments)
        .output()
        .expect("pkilint runs; `./test tools` installs it");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

fn certificates(ca: &Ca) -> Vec<(&'static str, Certificate)> {
    let key = Key::rsa();
    let plan = Plan {
        subject: cn("Contoso SCEP RA"),
        key: &key.public(),
        serial: serial(),
        not_before: NOW.plus_days(-1),
        not_after: NOW.plus_days(365),
        hash: Digest::Sha256,
    };
    let urls = Urls { crl: vec!["http://pki.contoso.com/issuing.crl".into()], ..Urls::default() };
    let ra = finish(authority::registration(plan.clone(), &ca.issuing, &urls).unwrap(), &ca.key)
        .into_certificate();
    let key = Key::p256();
    let plan = Plan { subject: cn("Contoso OCSP"), key: &key.public(), serial: serial(), ..plan };
    let responder = finish(authority::responder(plan, &ca.issuing).unwrap(), &ca.key).into_certificate();
    let full = Name::from_pairs(&[
        (oid::COUNTRY, "DE"),
        (oid::DOMAIN_COMPONENT, "com"),
        (oid::DOMAIN_COMPONENT, "contoso"),
        (oid::ORGANIZATION, "Contoso"),
        (oid::SERIAL_NUMBER, "5CD1234XYZ"),
        (oid::CN, "Zoë"),
        (oid::EMAIL_ADDRESS, "zoe@contoso.com"),
    ]);
    let names = [
        GeneralName::Email("zoe@contoso.com".into()),
        GeneralName::Dns("device.contoso.com".into()),
        uri("https://contoso.com/device"),
        GeneralName::Upn("zoë@contoso.com".into()),
    ];
    let sid = [uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-3623811015-3361044348-30300820-1013")];
    let nobody = Name::from_pairs(&[]);
    let mail = profile_with(|settings| settings.extended_key_usage.push("emailProtection".into()));
    let long = profile_with(|settings| (settings.validity_days, settings.max_validity_days) = (3000, 3000));
    vec![
        ("root", ca.root.clone()),
        ("issuing", ca.issuing.clone()),
        ("ra", ra),
        ("responder", responder),
        ("sid", ca.issue(&csr(&cn("device"), &[san(&sid)]), &profile())),
        ("plain", ca.issue(&csr(&cn("device"), &[]), &profile())),
        ("full", ca.issue(&csr(&full, &[san(&names)]), &profile())),
        ("nobody", ca.issue(&csr(&nobody, &[san(&names[..2])]), &profile())),
        ("p256", ca.issue(&csr_by(&Key::p256(), &cn("device"), &[]), &profile())),
        ("p384", ca.issue(&csr_by(&Key::p384(), &cn("device"), &[]), &profile())),
        ("mail", ca.issue(&csr(&full, &[san(&names)]), &mail)),
        ("long", ca.issue(&csr(&cn("device"), &[]), &long)),
    ]
}

/// A finding is a line of the place and a line of severity, code and text.
fn without_the_false_positive(lines: Vec<String>) -> Vec<String> {
    let at = lines.iter().position(|line| line.contains("pkix.invalid_uri_syntax"));
    let at = at.expect("pkilint still has its false positive; take this out where it has not");
    let rest = lines.iter().enumerate().filter(|(line, _)| *line != at && *line + 1 != at);
    rest.map(|(_, line)| line.clone()).collect()
}

#[test]
fn t44_pkilint_finds_nothing() {
    let folder = std::env::temp_dir().join(format!("chancery-ca-pkilint-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, label: &str, der: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, pem::encode(label, der)).unwrap();
        path.to_string_lossy().into_owned()
    };
    let mut found = Vec::new();
    let elliptic = Ca::until(Time::from_unix(2_600_000_000));
    let rsa = Ca::with_keys(&Key::rsa(), Key::rsa(), Time::from_unix(2_600_000_000));
    for (kind, ca) in [("elliptic", &elliptic), ("rsa", &rsa)] {
        let issuer = write("issuer.pem", "CERTIFICATE", ca.issuing.der());
        for (name, certificate) in certificates(ca) {
            let path = write("leaf.pem", "CERTIFICATE", certificate.der());
            let lines = findings("lint_pkix_cert", &[&path]);
            // threats.md §4: pkilint takes the comma of Microsoft's tag URI for an error, and names nothing else.
            let lines = if name == "sid" { without_the_false_positive(lines) } else { lines };
            found.extend(lines.into_iter().map(|line| format!("{kind} {name}: {line}")));
            if name == "full" {
                let lines = findings("lint_pkix_signer_signee_cert_chain", &[&issuer, &path]);
                found.extend(lines.into_iter().map(|line| format!("{kind} chain: {line}")));
            }
        }
        let entry = RevokedEntry { serial: serial(), at: NOW.plus_days(-1), reason: Reason::KeyCompromise };
        let plan = CrlPlan {
            issuer: &ca.issuing,
            number: 1,
            this_update: NOW,
            next_update: NOW.plus_days(7),
            revoked: [entry].into_iter().collect(),
            part: Vec::new(),
            hash: Digest::Sha256,
        };
        let (message, unsigned) = crl::prepare(plan).unwrap().spend();
        let list = unsigned.complete(&ca.key.sign(message.bytes())).unwrap();
        let path = write("ca.crl", "X509 CRL", list.der());
        let lines = findings("lint_crl", &["-t", "CRL", "-p", "PKIX", &path]);
        found.extend(lines.into_iter().map(|line| format!("{kind} CRL: {line}")));
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(found.is_empty(), "{found:#?}");
}
