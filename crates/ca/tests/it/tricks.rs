//! Threat 16: forty tricks on eight identities; what a validator vouched for is issued, nothing that resembles it.

use crate::world::{Ca, cn, csr, profile_with, san, verdict};
use ca::decide::{Request, Verdict, decide};
use pki::der::Tag;
use pki::extension::Extension;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::{Attribute, Name};
use pki::{Oid, oid};

type Trick = (&'static str, fn(&str) -> Option<Name>);

fn text(value: &str) -> Option<Name> {
    Some(cn(value))
}

fn typed(tag: Tag, value: Vec<u8>) -> Option<Name> {
    Some(Name::from_rdns(vec![vec![Attribute { oid: oid::CN, tag: tag.0, value }]]))
}

fn with(first: &[(Oid, &str)]) -> Option<Name> {
    Some(Name::from_pairs(first))
}

fn joined(value: &str, other: Oid) -> Option<Name> {
    let attribute =
        |oid, text: &str| Attribute { oid, tag: Tag::UTF8_STRING.0, value: text.as_bytes().to_vec() };
    Some(Name::from_rdns(vec![vec![attribute(oid::CN, value), attribute(other, "x")]]))
}

const TRICKS: [Trick; 40] = [
    ("upper case", |v| text(&v.to_uppercase()).filter(|_| v.to_uppercase() != v)),
    ("lower case", |v| text(&v.to_lowercase()).filter(|_| v.to_lowercase() != v)),
    ("space before", |v| text(&format!(" {v}"))),
    ("space after", |v| text(&format!("{v} "))),
    ("no-break space", |v| text(&format!("{v}\u{a0}"))),
    ("doubled", |v| text(&format!("{v}{v}"))),
    ("cut", |v| text(v.get(..v.len() - 1)?)),
    ("NUL after", |v| text(&format!("{v}\0"))),
    ("NUL and more", |v| text(&format!("{v}\0.contoso.com"))),
    ("line break", |v| text(&format!("{v}\n"))),
    ("escape", |v| text(&format!("{v}\u{1b}[8m"))),
    ("right-to-left override", |v| text(&format!("\u{202e}{v}"))),
    ("zero-width space", |v| text(&format!("{v}\u{200b}"))),
    ("soft hyphen", |v| text(&format!("{v}\u{ad}"))),
    ("combining mark", |v| text(&format!("{v}\u{301}"))),
    ("variation selector", |v| text(&format!("{v}\u{fe0f}"))),
    ("Cyrillic a", |v| text(&v.replace('a', "\u{430}")).filter(|_| v.contains('a'))),
    ("full-width digit", |v| text(&v.replace('1', "\u{ff11}")).filter(|_| v.contains('1'))),
    ("trailing dot", |v| text(&format!("{v}."))),
    ("escaped comma", |v| text(&format!("{v}\\,OU=x"))),
    ("comma", |v| text(&format!("{v},OU=x"))),
    ("plus", |v| text(&format!("{v}+UID=x"))),
    ("equals", |v| text(&format!("CN={v}"))),
    ("hash", |v| text(&format!("#0c{v}"))),
    ("quotes", |v| text(&format!("\"{v}\""))),
    ("slash", |v| text(&format!("/CN={v}"))),
    ("Teletex", |v| typed(Tag::T61_STRING, v.as_bytes().to_vec())),
    ("Universal", |v| {
        typed(Tag::UNIVERSAL_STRING, v.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect())
    }),
    ("octets", |v| typed(Tag::OCTET_STRING, v.as_bytes().to_vec())),
    ("bad UTF-8", |v| typed(Tag::UTF8_STRING, [v.as_bytes(), &[0xc0, 0x80]].concat())),
    ("overlong UTF-8", |v| typed(Tag::UTF8_STRING, [&[0xc1, 0x81], v.as_bytes()].concat())),
    ("odd BMP", |v| {
        typed(Tag::BMP_STRING, [&[0], v.as_bytes(), &[0]].concat()).filter(|_| v.len().is_multiple_of(2))
    }),
    ("second CN after", |v| with(&[(oid::CN, v), (oid::CN, "admin")])),
    ("second CN before", |v| with(&[(oid::CN, "admin"), (oid::CN, v)])),
    ("unit besides", |v| with(&[(oid::CN, v), (oid::ORGANIZATIONAL_UNIT, "Domain Controllers")])),
    ("e-mail besides", |v| with(&[(oid::CN, v), (oid::EMAIL_ADDRESS, "admin@contoso.com")])),
    ("another attribute", |v| with(&[(oid::USER_ID, v)])),
    ("multi-valued", |v| joined(v, oid::USER_ID)),
    ("two CNs in one", |v| joined(v, oid::CN)),
    ("nothing", |_| with(&[])),
];

const IDENTITIES: [&str; 8] = [
    "device-1a",
    "DESKTOP-1a2B",
    "0c6e3b2d-0d53-4f2a-9c44-6b5a1c7f5a11",
    "jane@contoso.com",
    "Jane Doe 1a",
    "a1.contoso.com",
    "Groß, Zoë (1a)",
    "5CD1234aXYZ",
];

fn same_text(left: &Name, right: &Name) -> bool {
    left.to_string() == right.to_string()
}

#[test]
fn t16_three_hundred_lookalikes_are_refused() {
    let ca = Ca::new();
    let lax = profile_with(|settings| settings.enforce_dn_length = false);
    let mut refused = 0;
    for identity in IDENTITIES {
        let approved = cn(identity);
        let bound = Verdict { subject: Some(approved.clone()), ..verdict() };
        let ask = |subject: &Name| {
            let names = [san(&[GeneralName::Dns("a.contoso.com".into())])];
            decide(&Request { csr: &csr(subject, &names), validity: None }, &lax, &ca.facts(&bound))
        };
        assert!(same_text(ask(&approved).unwrap().subject(), &approved));
        for (trick, play) in TRICKS {
            let Some(subject) = play(identity) else { continue };
            assert!(ask(&subject).is_err(), "{trick} on {identity}");
            refused += 1;
        }
    }
    assert!(refused >= 300, "{refused}");
}

#[test]
fn t16_the_same_text_in_an_honest_string_type_is_the_same_identity() {
    let ca = Ca::new();
    let bound = Verdict { subject: Some(cn("device-1a")), ..verdict() };
    let bmp =
        typed(Tag::BMP_STRING, "device-1a".encode_utf16().flat_map(u16::to_be_bytes).collect()).unwrap();
    let printable = typed(Tag::PRINTABLE_STRING, b"device-1a".to_vec()).unwrap();
    for subject in [bmp, printable] {
        let request = csr(&subject, &[]);
        let order =
            decide(&Request { csr: &request, validity: None }, &crate::world::profile(), &ca.facts(&bound));
        assert_eq!(order.unwrap().subject().to_string(), "CN=device-1a");
    }
}

#[test]
fn t16_lookalike_alternative_names_are_refused() {
    let ca = Ca::new();
    let approved = SubjectAltName(vec![GeneralName::Upn("jane@contoso.com".into())]);
    let bound = Verdict { san: Some(approved), ..verdict() };
    let upn = |text: &str| GeneralName::Upn(text.into());
    let cases = [
        vec![upn("Jane@contoso.com")],
        vec![upn("jane@contoso.com.")],
        vec![upn("jane@contoso.com\0")],
        vec![upn("jan\u{435}@contoso.com")],
        vec![upn("jane@contoso.com"), upn("admin@contoso.com")],
        vec![upn("jane@contoso.com"), upn("jane@contoso.com")],
        vec![upn("jane@contoso.com"), GeneralName::Email("jane@contoso.com".into())],
        vec![GeneralName::Email("jane@contoso.com".into())],
    ];
    for names in cases {
        let request: Vec<Extension> = vec![san(&names)];
        let result = decide(
            &Request { csr: &csr(&cn("Jane"), &request), validity: None },
            &crate::world::profile(),
            &ca.facts(&bound),
        );
        assert!(result.is_err(), "{names:?}");
    }
}
