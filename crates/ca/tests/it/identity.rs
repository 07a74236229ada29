//! Subject and alternative names: threats 15, 16, 25; rows M22, M24, M58, M64, M154.

use crate::world::{Ca, cn, csr, profile, profile_with, refused, san, uri, verdict};
use ca::decide::{Notice, Request, Vouching, decide};
use ca::profile::SanKind;
use pki::der::{Tag, Writer};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::{Attribute, Name};
use pki::{Oid, oid};

fn attribute(oid: Oid, tag: Tag, value: &[u8]) -> Attribute {
    Attribute { oid, tag: tag.0, value: value.to_vec() }
}

fn one(oid: Oid, tag: Tag, value: &[u8]) -> Name {
    Name::from_rdns(vec![vec![attribute(oid, tag, value)]])
}

#[test]
fn m24_without_a_verdict_nothing_is_issued() {
    let ca = Ca::new();
    let (csr, verdict) = (csr(&cn("device"), &[]), verdict());
    let facts = ca::decide::Facts { vouching: Vouching::Nobody, ..ca.facts(&verdict) };
    assert_eq!(refused(decide(&Request { csr: &csr, validity: None }, &profile(), &facts)), "NobodyVouched");
}

#[test]
fn t29_a_verdict_for_another_profile_does_not_count() {
    let ca = Ca::new();
    let csr = csr(&cn("device"), &[]);
    let other = ca::decide::Verdict { profile: "users".to_owned().try_into().unwrap(), ..verdict() };
    let result = decide(&Request { csr: &csr, validity: None }, &profile(), &ca.facts(&other));
    assert_eq!(refused(result), "OtherProfile");
}

#[test]
fn m58_each_changed_element_of_the_subject_is_refused() {
    let ca = Ca::new();
    let approved = Name::from_pairs(&[(oid::ORGANIZATION, "Contoso"), (oid::CN, "device")]);
    let bound = ca::decide::Verdict { subject: Some(approved.clone()), ..verdict() };
    let ask = |subject: &Name| {
        decide(&Request { csr: &csr(subject, &[]), validity: None }, &profile(), &ca.facts(&bound))
    };
    assert!(ask(&approved).is_ok());
    let changed: [&[(Oid, &str)]; 9] = [
        &[(oid::ORGANIZATION, "Contoso"), (oid::CN, "device2")],
        &[(oid::ORGANIZATION, "Contoso"), (oid::CN, "Device")],
        &[(oid::ORGANIZATION, "Contoso"), (oid::CN, "device ")],
        &[(oid::ORGANIZATION, "contoso"), (oid::CN, "device")],
        &[(oid::CN, "device"), (oid::ORGANIZATION, "Contoso")],
        &[(oid::CN, "device")],
        &[(oid::ORGANIZATION, "Contoso"), (oid::CN, "device"), (oid::ORGANIZATIONAL_UNIT, "x")],
        &[(oid::ORGANIZATIONAL_UNIT, "Contoso"), (oid::CN, "device")],
        &[(oid::CN, "O=Contoso,CN=device")],
    ];
    for pairs in changed {
        assert_eq!(refused(ask(&Name::from_pairs(pairs))), "SubjectNotVouched", "{pairs:?}");
    }
}

#[test]
fn m58_each_changed_alternative_name_is_refused() {
    let ca = Ca::new();
    let (dns, upn) = (GeneralName::Dns("a.contoso.com".into()), GeneralName::Upn("jane@contoso.com".into()));
    let approved = SubjectAltName(vec![dns.clone(), upn.clone()]);
    let bound = ca::decide::Verdict { san: Some(approved), ..verdict() };
    let ask = |names: &[GeneralName]| {
        let extensions = if names.is_empty() { vec![] } else { vec![san(names)] };
        decide(&Request { csr: &csr(&cn("d"), &extensions), validity: None }, &profile(), &ca.facts(&bound))
    };
    assert!(ask(&[dns.clone(), upn.clone()]).is_ok());
    assert!(ask(&[upn.clone(), dns.clone()]).is_ok(), "the order does not matter");
    let changed: [&[GeneralName]; 5] = [
        &[],
        std::slice::from_ref(&dns),
        &[dns.clone(), GeneralName::Upn("john@contoso.com".into())],
        &[dns.clone(), GeneralName::Email("jane@contoso.com".into())],
        &[dns.clone(), upn.clone(), uri("a:b")],
    ];
    for names in changed {
        assert_eq!(refused(ask(names)), "SanNotVouched", "{names:?}");
    }
}

#[test]
fn t16_subjects_that_two_programs_may_read_differently_are_refused() {
    let ca = Ca::new();
    let two = |first: Attribute, second: Attribute| Name::from_rdns(vec![vec![first], vec![second]]);
    let common = |text: &[u8]| attribute(oid::CN, Tag::UTF8_STRING, text);
    let unit = attribute(oid::ORGANIZATIONAL_UNIT, Tag::UTF8_STRING, b"x");
    let cases = [
        (two(common(b"a"), common(b"b")), "RepeatedAttribute"),
        (Name::from_rdns(vec![vec![common(b"a"), unit]]), "MultiValued"),
        (cn("a\0b"), "InvisibleCharacter"),
        (cn("a\nb"), "InvisibleCharacter"),
        (cn("a\u{1b}[2J"), "InvisibleCharacter"),
        (cn("a\u{202e}b"), "InvisibleCharacter"),
        (cn("a\u{200b}b"), "InvisibleCharacter"),
        (cn(""), "Empty"),
        (cn("  "), "Empty"),
        (cn("{{DeviceId}}"), "Unresolved"),
        (one(oid::CN, Tag::T61_STRING, b"a"), "Encoding"),
        (one(oid::CN, Tag::UNIVERSAL_STRING, b"\0\0\0a"), "Encoding"),
        (one(oid::CN, Tag::UTF8_STRING, b"\xff"), "Encoding"),
        (one(oid::CN, Tag::PRINTABLE_STRING, b"a@b"), "Encoding"),
        (one(oid::CN, Tag::OCTET_STRING, b"a"), "Encoding"),
        (one(oid::CN, Tag::BMP_STRING, b"\0a\0"), "Encoding"),
        (one(oid::COUNTRY, Tag::PRINTABLE_STRING, b"D"), "Encoding"),
        (one(oid::SERIAL_NUMBER, Tag::UTF8_STRING, "ü".as_bytes()), "Encoding"),
        (one(oid::STREET, Tag::UTF8_STRING, b"x"), "AttributeNotAllowed"),
        (one(Oid::new_unwrap("2.5.4.72"), Tag::UTF8_STRING, b"x"), "AttributeNotAllowed"),
        (one(Oid::new_unwrap("1.3.6.1.4.1.311.60.2.1.3"), Tag::UTF8_STRING, b"x"), "AttributeNotAllowed"),
    ];
    let profile = profile_with(|settings| settings.subject_allowed.retain(|word| word != "STREET"));
    for (subject, rule) in cases {
        assert_eq!(refused(ca.decide(&csr(&subject, &[]), &profile)), rule, "{subject}");
    }
}

#[test]
fn m64_commas_plus_signs_and_quotes_are_text_like_any_other() {
    let ca = Ca::new();
    for text in ["Doe, Jane", "a+b", "a;b", "a=b", "\"quoted\"", "O=x,CN=y", "#0401ff", "a\\,b"] {
        let certificate = ca.issue(&csr(&cn(text), &[]), &profile());
        assert_eq!(certificate.subject().common_name().as_deref(), Some(text));
    }
}

#[test]
fn t43_the_subject_keeps_its_order_and_its_bytes() {
    let ca = Ca::new();
    let printable = attribute(oid::ORGANIZATION, Tag::PRINTABLE_STRING, b"Contoso");
    let common = attribute(oid::CN, Tag::UTF8_STRING, "Zoë".as_bytes());
    let subject = Name::from_rdns(vec![vec![common], vec![printable]]);
    assert_eq!(ca.issue(&csr(&subject, &[]), &profile()).subject().der(), subject.der());
}

#[test]
fn t43_other_string_types_become_utf8_with_the_same_text() {
    let ca = Ca::new();
    let bmp = one(oid::CN, Tag::BMP_STRING, b"\0Z\0o\0\xeb");
    let order = ca.decide(&csr(&bmp, &[]), &profile()).unwrap();
    assert_eq!(order.subject().der(), cn("Zoë").der());
    assert!(matches!(order.notices(), [Notice::StringType { .. }]));
    let email = one(oid::EMAIL_ADDRESS, Tag::UTF8_STRING, b"a@b.c");
    let order = ca.decide(&csr(&email, &[]), &profile()).unwrap();
    assert_eq!(order.subject().der(), Name::from_pairs(&[(oid::EMAIL_ADDRESS, "a@b.c")]).der());
}

#[test]
fn m22_common_names_above_64_characters() {
    let ca = Ca::new();
    let lax = profile_with(|settings| settings.enforce_dn_length = false);
    for (length, strict_passes) in [(64, true), (65, false), (200, false)] {
        let csr = csr(&cn(&"ä".repeat(length)), &[]);
        let strict = ca.decide(&csr, &profile());
        assert_eq!(strict.is_ok(), strict_passes, "{length}");
        let certificate = ca.issue(&csr, &lax);
        assert_eq!(certificate.subject().common_name().unwrap().chars().count(), length);
        if !strict_passes {
            assert!(strict.unwrap_err().operator().contains(&format!("{length} characters")));
        }
    }
    assert_eq!(refused(ca.decide(&csr(&cn(&"a".repeat(1025)), &[]), &lax)), "TooLong");
}

#[test]
fn m121_a_second_common_name_by_the_profiles_leave_and_never_a_third() {
    let ca = Ca::new();
    let two = profile_with(|settings| settings.allow_second_common_name = true);
    let names = |count| {
        let all = [(oid::CN, "a"), (oid::ORGANIZATION, "Contoso"), (oid::CN, "b"), (oid::CN, "c")];
        csr(&Name::from_pairs(&all[..count]), &[])
    };
    let certificate = ca.issue(&names(3), &two);
    assert_eq!(certificate.subject().der(), names(3).subject().der(), "both stand as they were asked for");
    assert_eq!(certificate.subject().common_name().as_deref(), Some("a"));
    assert_eq!(refused(ca.decide(&names(3), &profile())), "RepeatedAttribute");
    assert_eq!(refused(ca.decide(&names(4), &two)), "RepeatedAttribute");
    let other = Name::from_pairs(&[(oid::CN, "a"), (oid::ORGANIZATION, "b"), (oid::ORGANIZATION, "c")]);
    assert_eq!(refused(ca.decide(&csr(&other, &[]), &two)), "RepeatedAttribute");
    let bound = ca::decide::Verdict { subject: Some(cn("a")), ..verdict() };
    let asked = names(3);
    let request = Request { csr: &asked, validity: None };
    assert_eq!(refused(decide(&request, &two, &ca.facts(&bound))), "SubjectNotVouched", "threat 16");
}

#[test]
fn m122_an_identifier_as_email_name_by_the_profiles_leave() {
    let ca = Ca::new();
    let lax = profile_with(|settings| settings.enforce_email_syntax = false);
    let named = |text: &str| csr(&cn("d"), &[san(&[GeneralName::Email(text.into())])]);
    let certificate = ca.issue(&named("device-1a"), &lax);
    assert_eq!(certificate.san().unwrap().0, [GeneralName::Email("device-1a".into())]);
    assert_eq!(refused(ca.decide(&named("device-1a"), &profile())), "Email");
    assert_eq!(refused(ca.decide(&named("a@b@c"), &lax)), "Email");
    assert_eq!(refused(ca.decide(&named("administrator"), &lax)), "Privileged");
    let domains = profile_with(|settings| {
        settings.enforce_email_syntax = false;
        settings.domains = vec!["contoso.com".into()];
    });
    assert_eq!(refused(ca.decide(&named("device-1a"), &domains)), "Domain", "threat 25");
}

#[test]
fn m154_every_allowed_kind_is_certified_byte_for_byte() {
    let ca = Ca::new();
    let names = [
        GeneralName::Email("jane@contoso.com".into()),
        GeneralName::Dns("Device.contoso.com".into()),
        uri("IntuneDeviceId://0c6e3b2d-0d53-4f2a-9c44-6b5a1c7f5a11"),
        GeneralName::Upn("jürgen@contoso.com".into()),
        GeneralName::Ip([192, 0, 2, 7].into()),
    ];
    let certificate = ca.issue(&csr(&cn("device"), &[san(&names)]), &profile());
    assert_eq!(certificate.san().unwrap().to_der(), SubjectAltName(names.to_vec()).to_der());
}

#[test]
fn t16_odd_alternative_names_are_refused() {
    let ca = Ca::new();
    let dns = |text: &str| GeneralName::Dns(text.into());
    let cases = [
        (vec![dns("*.contoso.com")], "Dns"),
        (vec![dns("")], "Dns"),
        (vec![dns("a.contoso.com.")], "Dns"),
        (vec![dns("a\0.contoso.com")], "InvisibleCharacter"),
        (vec![dns(&format!("{}.com", "a".repeat(64)))], "Dns"),
        (vec![dns("a.b"), dns("A.B")], "Repeated"),
        (vec![GeneralName::Email("a@b@c".into())], "Email"),
        (vec![uri("no-scheme")], "Uri"),
        (vec![GeneralName::Upn("jane".into())], "Upn"),
        (vec![GeneralName::Directory(cn("x"))], "KindNotAllowed"),
        (vec![GeneralName::Other(vec![0x88, 1, 42])], "KindNotAllowed"),
        (vec![uri("a:{{DeviceId}}")], "Unresolved"),
        ((0..21).map(|n| dns(&format!("h{n}.b"))).collect(), "TooMany"),
    ];
    for (names, rule) in cases {
        assert_eq!(refused(ca.decide(&csr(&cn("d"), &[san(&names)]), &profile())), rule, "{names:?}");
    }
    let without_ip = profile_with(|settings| settings.san_allowed.retain(|kind| *kind != SanKind::Ip));
    let request = csr(&cn("d"), &[san(&[GeneralName::Ip([192, 0, 2, 1].into())])]);
    assert_eq!(refused(ca.decide(&request, &without_ip)), "KindNotAllowed");
    for address in
        ["0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.1", "::", "::1", "ff02::1", "::ffff:192.0.2.1"]
    {
        let name = GeneralName::Ip(address.parse().unwrap());
        assert_eq!(refused(ca.decide(&csr(&cn("d"), &[san(&[name])]), &profile())), "Ip", "{address}");
    }
}

#[test]
fn t16_a_upn_that_is_no_utf8_string_is_refused() {
    let ca = Ca::new();
    let other = Writer::bytes_of(|w| {
        w.explicit(0, |w| {
            w.oid(&oid::UPN);
            w.explicit(0, |w| w.string(Tag::IA5_STRING, "a@b.c"));
        });
    });
    let result = ca.decide(&csr(&cn("d"), &[san(&[GeneralName::Other(other)])]), &profile());
    assert_eq!(refused(result), "KindNotAllowed");
}

#[test]
fn t25_names_outside_the_domains_and_reserved_names_are_refused() {
    let ca = Ca::new();
    let profile = profile_with(|settings| {
        settings.domains = vec!["Contoso.com".into()];
        settings.reserved_names =
            vec!["Administrator@contoso.com".into(), "dc01.contoso.com".into(), "DC01$".into()];
    });
    let ask = |subject: &Name, name: GeneralName| ca.decide(&csr(subject, &[san(&[name])]), &profile);
    let dns = |text: &str| GeneralName::Dns(text.into());
    assert!(ask(&cn("d"), dns("a.b.contoso.com")).is_ok());
    assert_eq!(refused(ask(&cn("d"), dns("a.fabrikam.com"))), "Domain");
    assert_eq!(refused(ask(&cn("d"), dns("evilcontoso.com"))), "Domain");
    assert_eq!(refused(ask(&cn("d"), GeneralName::Upn("jane@fabrikam.com".into()))), "Domain");
    assert_eq!(refused(ask(&cn("d"), GeneralName::Email("jane@fabrikam.com".into()))), "Domain");
    assert_eq!(refused(ask(&cn("d"), dns("DC01.contoso.com"))), "Reserved");
    assert_eq!(refused(ask(&cn("d"), GeneralName::Upn("ADMINISTRATOR@contoso.com".into()))), "Reserved");
    assert_eq!(refused(ask(&cn("dc01$"), dns("a.contoso.com"))), "Reserved");
    assert_eq!(refused(ask(&cn("jane@fabrikam.com"), dns("a.contoso.com"))), "Domain");
}

#[test]
fn t16_an_e_mail_address_in_the_subject_becomes_no_alternative_name() {
    let ca = Ca::new();
    let subject = Name::from_pairs(&[(oid::CN, "Jane"), (oid::EMAIL_ADDRESS, "jane@contoso.com")]);
    assert!(ca.issue(&csr(&subject, &[]), &profile()).san().unwrap().0.is_empty());
}

#[test]
fn an_empty_subject_needs_an_alternative_name_which_is_then_critical() {
    let ca = Ca::new();
    let nobody = Name::from_pairs(&[]);
    assert_eq!(refused(ca.decide(&csr(&nobody, &[]), &profile())), "NoIdentity");
    let certificate =
        ca.issue(&csr(&nobody, &[san(&[GeneralName::Dns("a.contoso.com".into())])]), &profile());
    let extension = pki::extension::find(certificate.extensions(), &oid::SUBJECT_ALT_NAME).unwrap();
    assert!(extension.critical);
}

#[test]
fn required_attributes_and_kinds_must_be_there() {
    let ca = Ca::new();
    let profile = profile_with(|settings| {
        settings.subject_required = vec!["CN".into(), "O".into()];
        settings.san_required = vec![SanKind::Upn];
    });
    assert_eq!(refused(ca.decide(&csr(&cn("d"), &[]), &profile)), "AttributeMissing");
    let both = Name::from_pairs(&[(oid::ORGANIZATION, "Contoso"), (oid::CN, "d")]);
    assert_eq!(refused(ca.decide(&csr(&both, &[]), &profile)), "KindMissing");
    assert!(ca.decide(&csr(&both, &[san(&[GeneralName::Upn("a@b.c".into())])]), &profile).is_ok());
}

#[test]
fn q33_the_default_profile_lets_the_usual_requests_of_mdms_and_routers_through() {
    let ca = Ca::new();
    let text = |oid, tag, value: &str| vec![attribute(oid, tag, value.as_bytes())];
    let utf8 = |oid, value| text(oid, Tag::UTF8_STRING, value);
    let intune = vec![
        text(oid::COUNTRY, Tag::PRINTABLE_STRING, "DE"),
        utf8(oid::STATE, "Berlin"),
        utf8(oid::LOCALITY, "Berlin"),
        utf8(oid::ORGANIZATION, "Contoso"),
        utf8(oid::ORGANIZATIONAL_UNIT, "Sales"),
        utf8(oid::ORGANIZATIONAL_UNIT, "EMEA"),
        text(oid::DOMAIN_COMPONENT, Tag::IA5_STRING, "contoso"),
        text(oid::SERIAL_NUMBER, Tag::PRINTABLE_STRING, "5CG1234XYZ"),
        utf8(oid::USER_ID, "jane"),
        utf8(oid::GIVEN_NAME, "Jane"),
        utf8(oid::SURNAME, "Doe"),
        utf8(oid::TITLE, "Buyer"),
        text(oid::EMAIL_ADDRESS, Tag::IA5_STRING, "jane@contoso.com"),
        utf8(oid::CN, "Jane Doe"),
    ];
    let cisco = vec![
        text(oid::SERIAL_NUMBER, Tag::PRINTABLE_STRING, "FTX1234A5BC"),
        text(oid::UNSTRUCTURED_NAME, Tag::IA5_STRING, "router-1.branch-office-berlin.contoso.com"),
        text(oid::CN, Tag::PRINTABLE_STRING, "router-1"),
    ];
    let names = [GeneralName::Ip([192, 0, 2, 1].into()), GeneralName::Dns("router-1.contoso.com".into())];
    let usual = ca::profile::Settings::named("devices").check().unwrap().numbered(1);
    for rdns in [intune, cisco] {
        let order = ca.decide(&csr(&Name::from_rdns(rdns.clone()), &[san(&names)]), &usual);
        assert_eq!(order.unwrap().subject().rdns().len(), rdns.len());
    }
}
