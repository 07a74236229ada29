//! Subjects in text and in DER.

use mdm::subject::{Attribute, AttributeType, Fault, Rdn, Subject, Unencodable, Unreadable, Value};
use pki::der::Tag;
use pki::name::Name;
use proptest::prelude::*;

/// What a text means, as `key=value` with `+` between the attributes of one RDN, and how it is written.
fn read(text: &str) -> Vec<Vec<(String, String)>> {
    let subject = Subject::parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let pair = |attribute: &Attribute| {
        let value = match &attribute.value {
            Value::Text(text) => text.clone(),
            Value::Octets(octets) => format!("{octets:02x?}"),
        };
        (attribute.kind.to_string(), value)
    };
    subject.rdns().iter().map(|rdn| rdn.attributes().iter().map(pair).collect()).collect()
}

fn one(text: &str) -> (String, String) {
    let rdns = read(text);
    assert_eq!((rdns.len(), rdns[0].len()), (1, 1), "{text}");
    rdns[0][0].clone()
}

fn fault(text: &str) -> (usize, Fault) {
    let wrong = Subject::parse(text).unwrap_err();
    (wrong.at, wrong.fault)
}

#[test]
fn m97_values_as_windows_reads_them() {
    for (text, value) in [
        ("CN=1", "1"),
        ("cn = \"1\"", "1"),
        ("CN='1'", "'1'"),
        ("CN=\" 1 \"", " 1 "),
        ("CN=\"\"\"1\"\"\"", "\"1\""),
        ("CN=\"1+2\"", "1+2"),
        ("CN=\"a,b\"", "a,b"),
        ("CN=\"a=b\"", "a=b"),
        ("CN=\"#\"", "#"),
        ("CN=\";\"", ";"),
        ("CN=\"a\nb\"", "a\nb"),
        ("CN=<", "<"),
        ("CN=", ""),
        ("CN=\"\"", ""),
        ("CN= a  b\t", "a  b"),
        ("CN=CORP\\ada", "CORP\\ada"),
        ("CN=a#b", "a#b"),
        ("CN=Ärzte 東京 🔑", "Ärzte 東京 🔑"),
        ("CN=# 61 6 2", "[61, 62]"),
        ("CN=#", "[]"),
        ("CN={{DeviceName}}Device1", "{{DeviceName}}Device1"),
    ] {
        assert_eq!(one(text), ("CN".to_owned(), value.to_owned()), "{text}");
    }
}

#[test]
fn m97_keys_as_windows_knows_them() {
    for (text, key) in [
        ("e=x", "E"),
        ("EMAIL=x", "E"),
        ("ST=x", "S"),
        ("S=x", "S"),
        ("Title=x", "T"),
        ("GIVENNAME=x", "G"),
        ("Initials=x", "I"),
        ("SN=x", "SN"),
        ("SerialNumber=x", "SERIALNUMBER"),
        ("POSTALCODE=x", "PostalCode"),
        ("Phone=1", "Phone"),
        ("description=x", "Description"),
        ("2.5.4.3=x", "CN"),
        ("OID.2.5.4.3=x", "CN"),
        ("oid.1.2.3.4=x", "OID.1.2.3.4"),
    ] {
        assert_eq!(one(text).0, key, "{text}");
    }
    for key in AttributeType::keys() {
        assert_eq!(one(&format!("{key}=1")).0, key);
    }
}

#[test]
fn m97_separators_between_and_within_rdns() {
    let shape = |text: &str| read(text).iter().map(Vec::len).collect::<Vec<_>>();
    for text in [
        "CN=a,O=b",
        "CN=a;O=b",
        "CN=a\nO=b",
        "CN=a\r\n O=b\r\n",
        "CN=a ,\n O=b",
        "CN=a\n, O=b",
        " \nCN=\"a\" ; O=b",
    ] {
        assert_eq!(read(text), read("CN=a, O=b"), "{text:?}");
    }
    assert_eq!(shape("CN=a + OU=\"b\"+L=c, O=d"), [3, 1]);
    assert_eq!(shape(""), [0; 0]);
    assert_eq!(Subject::parse("T=b + CN=a"), Subject::parse("CN=a+T=b"), "an RDN is a set");
}

#[test]
fn m121_order_and_several_common_names_are_kept() {
    let subject = Subject::parse("CN={{DeviceId}}, O=Contoso, CN={{WiFiMacAddress}}").unwrap();
    assert_eq!(subject.to_string(), "CN={{DeviceId}}, O=Contoso, CN={{WiFiMacAddress}}");
    assert_eq!(subject.first(AttributeType::COMMON_NAME), Some("{{DeviceId}}"));
}

#[test]
fn m96_the_documented_example() {
    let text = "CN={{UserName}},E={{EmailAddress}},OU=Mobile,O=Finance Group,L=Redmond,ST=Washington,C=US";
    let keys: Vec<String> = read(text).into_iter().flatten().map(|(key, _)| key).collect();
    assert_eq!(keys, ["CN", "E", "OU", "O", "L", "S", "C"]);
}

#[test]
fn m64_an_escape_is_refused_and_m65_the_quoted_form_is_read() {
    for special in [',', '+', ';', '='] {
        let escaped = format!("CN=Test\\{special} LLC,O=x");
        assert_eq!(fault(&escaped), (7, Fault::Escape(special)));
        assert!(Subject::parse(&escaped).unwrap_err().to_string().contains("quotation marks"));
        let quoted = format!("CN=\"Test{special} LLC\"");
        assert_eq!(one(&quoted).1, format!("Test{special} LLC"));
        assert_eq!(Subject::parse(&quoted).unwrap().to_string(), quoted);
        assert_eq!(one("CN=Test LLC").1, "Test LLC");
    }
}

#[test]
fn m97_errors_say_where() {
    for (text, at, wanted) in [
        ("bogus", 0, Fault::KeyExpected("bogus".into())),
        ("foo=1", 0, Fault::UnknownKey("foo".into())),
        ("CN=1+2", 5, Fault::KeyExpected("2".into())),
        ("CN=1,,O=2", 5, Fault::KeyExpected(String::new())),
        ("=1", 0, Fault::UnknownKey(String::new())),
        ("CN=\"\"1\"\"", 5, Fault::AfterQuote),
        ("O=é, CN=\"1", 8, Fault::OpenQuote),
        ("CN=a\"b", 4, Fault::QuoteWithin),
        ("CN=a=b", 4, Fault::EqualsWithin),
        ("CN=#1", 3, Fault::Hexadecimal),
        ("CN=#1g", 3, Fault::Hexadecimal),
        ("CN=a, ", 4, Fault::TrailingSeparator),
        ("CN=a\n;\n", 5, Fault::TrailingSeparator),
        ("O=x,CN=a+CN=b", 4, Fault::SameTypeTwice("CN".into())),
        ("{{OnPrem_Distinguished_Name}}", 0, Fault::VariableWithoutKey),
    ] {
        assert_eq!(fault(text), (at, wanted), "{text}");
    }
    assert_eq!(fault(&["CN=x"; 65].join(",")).1, Fault::TooMany);
    assert!(!Subject::parse("a\u{202e}\u{7}b").unwrap_err().to_string().contains(['\u{7}', '\u{202e}']));
}

#[test]
fn m97_string_types_as_windows_chooses_them() {
    let tag = |text: &str| Tag(Subject::parse(text).unwrap().to_name().unwrap().rdns()[0][0].tag);
    for (text, wanted) in [
        ("CN=Device 1", Tag::PRINTABLE_STRING),
        ("CN=a_b", Tag::UTF8_STRING),
        ("CN=Zoë", Tag::UTF8_STRING),
        ("E=a@b", Tag::IA5_STRING),
        ("DC=corp", Tag::IA5_STRING),
        ("C=SE", Tag::PRINTABLE_STRING),
        ("X21Address=12", Tag::NUMERIC_STRING),
        ("1.2.3.4=#01", Tag::OCTET_STRING),
    ] {
        assert_eq!(tag(text), wanted, "{text}");
    }
    let refused = |text: &str| Subject::parse(text).unwrap().to_name().unwrap_err();
    for (text, character) in [("E=zoë@x", 'ë'), ("C=S_", '_'), ("X21Address=1a", 'a')] {
        let Unencodable { character: found, .. } = refused(text);
        assert_eq!(found, character, "{text}");
    }
}

#[test]
fn m97_der_octet_for_octet() {
    let der = |text: &str| Subject::parse(text).unwrap().to_name().unwrap().der().to_vec();
    assert_eq!(der("CN=1"), [0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 0x13, 1, b'1']);
    let dummy = [
        &[0x30, 0x1f, 0x31, 0x0e, 0x30, 0x0c, 6, 3, 0x55, 4, 3, 0x13, 5][..],
        b"dummy",
        &[0x31, 0x0d, 0x30, 0x0b, 6, 3, 0x55, 4, 0x0c, 0x13, 4],
        b"test",
    ];
    assert_eq!(der("CN=dummy,T=test"), dummy.concat());
    assert_eq!(der(""), [0x30, 0]);
}

#[test]
fn t16_what_the_text_cannot_say_is_not_guessed() {
    let attribute = |tag: Tag, value: &[u8]| pki::name::Attribute {
        oid: pki::oid::CN,
        tag: tag.0,
        value: value.to_vec(),
    };
    let integer = Name::from_rdns(vec![vec![attribute(Tag::INTEGER, &[1])]]);
    assert_eq!(Subject::from_name(&integer), Err(Unreadable::Value(AttributeType::COMMON_NAME)));
    let twice = vec![attribute(Tag::UTF8_STRING, b"a"), attribute(Tag::UTF8_STRING, b"b")];
    assert_eq!(Subject::from_name(&Name::from_rdns(vec![twice])), Err(Unreadable::SameTypeTwice));
    let bmp = Name::from_rdns(vec![vec![attribute(Tag::BMP_STRING, &[0x67, 0x71])]]);
    assert_eq!(Subject::from_name(&bmp).unwrap().to_string(), "CN=東");
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => any::<String>().prop_map(Value::Text),
        4 => "[ ,;+=\"#\\\\\r\n<>{}a-c]{0,8}".prop_map(Value::Text),
        1 => prop::collection::vec(any::<u8>(), 0..5).prop_map(Value::Octets),
    ]
}

fn attribute() -> impl Strategy<Value = Attribute> {
    let keys: Vec<&'static str> = AttributeType::keys().chain(["1.2.3.4", "2.5.4.97"]).collect();
    (prop::sample::select(keys), value()).prop_map(|(key, value)| {
        let kind = AttributeType::parse(key).unwrap();
        let value = match value {
            Value::Text(text) => {
                Value::Text(text.chars().filter(|c| kind.misfit(&c.to_string()).is_none()).collect())
            }
            octets => octets,
        };
        Attribute { kind, value }
    })
}

fn subject() -> impl Strategy<Value = Subject> {
    let rdn = prop::collection::vec(attribute(), 1..4).prop_filter_map("one of each type", Rdn::new);
    prop::collection::vec(rdn, 0..5).prop_filter_map("few", Subject::new)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn m97_every_subject_survives_text_and_der(subject in subject()) {
        let text = subject.to_string();
        prop_assert_eq!(&Subject::parse(&text).unwrap(), &subject, "{}", text);
        let name = subject.to_name().unwrap();
        let again = Subject::from_name(&Name::parse(name.der()).unwrap()).unwrap();
        prop_assert_eq!(&again, &subject);
        prop_assert_eq!(again.to_string(), text);
    }

    #[test]
    fn m97_no_text_panics_and_what_is_read_is_written(text in "(CN|O|E|=|,|;|\\+|\"|#|\\\\|a|\n| |1\\.2\\.3){0,12}") {
        if let Ok(subject) = Subject::parse(&text) {
            prop_assert_eq!(Subject::parse(&subject.to_string()), Ok(subject));
        }
    }
}
