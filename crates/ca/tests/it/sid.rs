//! Microsoft's security identifiers: M186, M187, M194, threat 24.

use crate::world::{Ca, cn, csr, profile, refused, san, unknown, uri, verdict};
use ca::decide::{Request, Sid, SidVouching, Verdict, decide};
use pki::der::{Tag, Writer};
use pki::extension::Extension;
use pki::general_name::GeneralName;
use pki::{Oid, oid};

const SID: &str = "S-1-5-21-3623811015-3361044348-30300820-1013";

fn ask(
    vouching: SidVouching,
    extensions: &[Extension],
) -> Result<ca::decide::Order, ca::rejection::Rejection> {
    let ca = Ca::new();
    let verdict = Verdict { sid: vouching, ..verdict() };
    decide(&Request { csr: &csr(&cn("device"), extensions), validity: None }, &profile(), &ca.facts(&verdict))
}

fn sid_name() -> GeneralName {
    uri(&Sid::parse(SID).unwrap().uri())
}

#[test]
fn m186_a_vouched_sid_is_kept_byte_for_byte() {
    let ca = Ca::new();
    let names = [GeneralName::Upn("jane@contoso.com".into()), sid_name()];
    let asked = san(&names);
    let certificate = ca.issue(&csr(&cn("jane"), std::slice::from_ref(&asked)), &profile());
    let found = pki::extension::find(certificate.extensions(), &oid::SUBJECT_ALT_NAME).unwrap();
    assert_eq!(found.value, asked.value);
    let text = format!("tag:microsoft.com,2022-09-14:sid:{SID}");
    assert!(certificate.der().windows(text.len()).any(|part| part == text.as_bytes()));
}

#[test]
fn m194_a_sid_that_nobody_vouched_for_is_refused() {
    assert_eq!(refused(ask(SidVouching::No, &[san(&[sid_name()])])), "SidNotVouched");
    let own = Sid::parse("S-1-5-21-3623811015-3361044348-30300820-500").unwrap();
    assert_eq!(refused(ask(SidVouching::Exactly(own), &[san(&[sid_name()])])), "SidNotVouched");
    assert!(ask(SidVouching::Exactly(Sid::parse(SID).unwrap()), &[san(&[sid_name()])]).is_ok());
}

#[test]
fn m187_two_sids_are_refused_even_if_vouched_for() {
    let other = uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500");
    assert_eq!(refused(ask(SidVouching::AsRequested, &[san(&[sid_name(), other])])), "SidRepeated");
}

#[test]
fn t24_a_sid_in_another_spelling_or_place_is_refused() {
    let text = format!("tag:microsoft.com,2022-09-14:sid:{SID}");
    let other_name = |type_id: Oid, tag: Tag| {
        GeneralName::Other(Writer::bytes_of(|w| {
            w.explicit(0, |w| {
                w.oid(&type_id);
                w.explicit(0, |w| w.tlv(tag, SID.as_bytes()));
            });
        }))
    };
    let cases: Vec<(Vec<GeneralName>, &str)> = vec![
        (vec![uri(&text.to_uppercase())], "SidMalformed"),
        (vec![uri(&text.replace("tag:", "TAG:"))], "SidMalformed"),
        (vec![uri(&text.replace("sid", "%73id"))], "SidMalformed"),
        (vec![uri(&format!("urn:{text}"))], "SidMalformed"),
        (vec![GeneralName::Dns(text.clone())], "SidMalformed"),
        (vec![GeneralName::Email(format!("{text}@contoso.com"))], "SidMalformed"),
        (vec![GeneralName::Upn(text.clone())], "SidMalformed"),
        (vec![GeneralName::Upn(format!("{text}@contoso.com"))], "SidMalformed"),
        (vec![GeneralName::Directory(cn(&text))], "KindNotAllowed"),
        (vec![other_name(Oid::new_unwrap("1.3.6.1.4.1.311.25.2.1"), Tag::OCTET_STRING)], "KindNotAllowed"),
        (vec![sid_name(), other_name(oid::UPN, Tag::IA5_STRING)], "KindNotAllowed"),
        (vec![sid_name(), uri(&text.to_lowercase())], "SidMalformed"),
    ];
    for (names, rule) in cases {
        assert_eq!(refused(ask(SidVouching::AsRequested, &[san(&names)])), rule, "{names:?}");
    }
    let ca = Ca::new();
    assert_eq!(
        refused(ca.decide(&csr(&cn("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4"), &[]), &profile())),
        "SidMalformed"
    );
}

#[test]
fn t24_the_sid_extension_never_gets_through() {
    let ca = Ca::new();
    // szOID_NTDS_CA_SECURITY_EXT: SEQUENCE { [0] { szOID_NTDS_OBJECTSID, [0] OCTET STRING } }
    let value = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.explicit(0, |w| {
                w.oid(&Oid::new_unwrap("1.3.6.1.4.1.311.25.2.1"));
                w.explicit(0, |w| w.octet_string(SID.as_bytes()));
            });
        });
    });
    for critical in [false, true] {
        let extension = unknown("1.3.6.1.4.1.311.25.2", critical, &value);
        let certificate = ca.issue(&csr(&cn("device"), &[extension]), &profile());
        assert!(!certificate.der().windows(SID.len()).any(|part| part == SID.as_bytes()));
    }
}

#[test]
fn m194_the_directorys_sid_is_written_and_another_is_refused() {
    let ca = Ca::new();
    let (verdict, known) = (verdict(), Sid::parse(SID).unwrap());
    let sid = |as_extension| Some(ca::decide::KnownSid { sid: &known, as_extension });
    let facts = |as_extension| ca::decide::Facts { sid: sid(as_extension), ..ca.facts(&verdict) };
    let decided = |extensions: &[Extension], as_extension| {
        let request = csr(&cn("jane"), extensions);
        decide(&Request { csr: &request, validity: None }, &profile(), &facts(as_extension))
    };
    let other = uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500");
    let refusal = decided(&[san(&[other])], false).unwrap_err();
    assert!(
        refusal.operator().contains(SID) && refusal.operator().contains("S-1-5-21-1-2-3-500"),
        "{refusal:?}"
    );
    assert!(decided(&[san(&[sid_name()])], false).is_ok());
    // What the request has as extension is never taken over.
    let forged = Extension { oid: oid::MS_SID, critical: false, value: vec![0x30, 0] };
    for (as_extension, there) in [(false, false), (true, true)] {
        let order = decided(&[forged.clone(), san(&[sid_name()])], as_extension).unwrap();
        let ticket = ca::issue::prepare(&order, &profile(), &ca.issuing, crate::world::serial()).unwrap();
        let certificate = crate::world::finish(ticket, &ca.key).into_certificate();
        let found = pki::extension::find(certificate.extensions(), &oid::MS_SID);
        assert_eq!(found.is_some(), there);
        let Some(found) = found else { continue };
        // GeneralNames, otherName, 1.3.6.1.4.1.311.25.2.1, [0], OCTET STRING, as AD CS writes it.
        let head = [0x30, 0x3e, 0xa0, 0x3c, 6, 10, 43, 6, 1, 4, 1, 130, 55, 25, 2, 1, 0xa0, 0x2e, 4, 0x2c];
        assert_eq!(found.value, [&head[..], SID.as_bytes()].concat());
    }
}
