use super::own::{Given, Own};
use super::tree::{chain, grown, nodes, size};
use super::{Cas, Lifetimes};
use crate::portal::pages::desk;
use askama::Template as _;
use pki::Time;
use serde_json::json;

fn own(name: &str, role: &str, issued_by: &str, text: &str) -> Own {
    serde_json::from_value(json!({
        "name": name, "role": role, "issued_by": issued_by, "subject": text, "issuer": text, "serial": text,
        "not_before": text, "not_after": text, "key": text, "sha1": text, "sha256": text, "retired_at": null,
        "download": text, "pem": "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    }))
    .unwrap()
}

fn four() -> Vec<Own> {
    // Not in the order of the tree.
    vec![
        own("ra", "ra", "default", "RA"),
        own("default", "issuing", "root", "Issuing"),
        own("ocsp", "ocsp", "root", "OCSP"),
        own("root", "root", "root", "Root"),
    ]
}

#[test]
fn a_ca_stands_after_the_one_above_it_with_those_who_speak_for_it() {
    let cas = grown(four());
    let names: Vec<_> = cas.iter().map(|ca| (ca.certificate.name.as_str(), ca.depth)).collect();
    assert_eq!(names, [("root", 0), ("default", 1)]);
    assert_eq!((cas[0].delegates[0].name.as_str(), cas[1].delegates[0].name.as_str()), ("ocsp", "ra"));
    let drawn = nodes(&cas);
    assert_eq!((drawn[0].from, drawn[1].from, size(&cas)), (None, Some((230, 24)), (520, 128)));
}

#[test]
fn a_chain_ends_at_the_root_and_one_that_runs_in_a_circle_ends() {
    let all = four();
    let names: Vec<_> = chain(&all, &all[1]).iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["root", "default"]);
    let circle = vec![own("a", "issuing", "b", "a"), own("b", "issuing", "a", "b")];
    assert_eq!(chain(&circle, &circle[0]).len(), 2);
    assert_eq!(grown(circle).len(), 2);
}

#[test]
fn m1_a_download_has_the_octets_of_the_certificate() {
    let all = four();
    let der = vec![0x30, 0x00];
    assert_eq!(Given::Cer.octets(&[&all[1], &all[3]]), Some(der));
    let pem = String::from_utf8(Given::Pem.octets(&[&all[1], &all[3]]).unwrap()).unwrap();
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(Given::parse("key"), None);
}

#[test]
fn t_xss_hostile_text_is_text_on_the_page_of_cas() {
    let (frame, w) = desk::frame("auditor");
    for text in desk::HOSTILE {
        let cas = grown(vec![own(text, "root", text, text), own("ra", "ra", text, text)]);
        let lifetimes = Lifetimes { title: text.to_owned(), lives: Vec::new(), now: String::new(), w };
        let (base, now) = (text.to_owned(), Time::from_unix(0));
        let page = Cas { frame: &frame, w, cas, retired: 1, lifetimes, base, now };
        desk::assert_inert(&page.render().unwrap());
    }
}
