//! Whatever comes, nothing panics; and what is written is found again.

use mdm::graph::*;
use mdm::intune::SerialNumber;
use mdm::intune::revocation::{Downloaded, SerialCandidates, recorded};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Names that mean something, and one that does not.
const NAMES: [&str; 16] = [
    "id",
    "deviceId",
    "accountEnabled",
    "isCompliant",
    "managementState",
    "complianceState",
    "enrolledDateTime",
    "userId",
    "userPrincipalName",
    "riskLevel",
    "@removed",
    "reason",
    "value",
    "@odata.nextLink",
    "@odata.deltaLink",
    "requestContext",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,24}".prop_map(Value::from),
        Just(Value::from("0001-01-01T00:00:00Z")),
        Just(Value::from("https://graph.microsoft.com/v1.0/devices?$skiptoken=a")),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let name = prop::sample::select(&NAMES[..]).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn read_as<T: Item>(body: &[u8]) {
    let origin = Origin::of("https://graph.microsoft.com").unwrap();
    let mut gathered = Gathered::<T>::default();
    for reading in [Reading::Whole, Reading::Part] {
        if let Ok(page) = Page::parse(body, reading, &origin) {
            let count = page.entries.len();
            gathered.absorb(page);
            assert!(gathered.objects().len() + gathered.nameless() <= 2 * count);
        }
    }
    let _ = one::<T>(body);
}

fn read_all(body: &[u8]) {
    read_as::<Device>(body);
    read_as::<User>(body);
    read_as::<ManagedDevice>(body);
    read_as::<RiskyUser>(body);
    let _ = Downloaded::parse(body);
    let _ = recorded(body);
    let _ = Refusal::of(404, body);
}

fn found(text: &str) -> Vec<String> {
    let candidates = SerialCandidates::parse(text);
    candidates.iter().flat_map(SerialCandidates::iter).map(|serial| serial.as_str().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..256)) {
        read_all(&body);
    }

    #[test]
    fn json_never_panics(value in json(), items in prop::collection::vec(json(), 0..4)) {
        read_all(value.to_string().as_bytes());
        read_all(serde_json::json!({ "value": items }).to_string().as_bytes());
    }

    #[test]
    fn texts_never_panic(text in any::<String>()) {
        let _ = instant::parse(&text);
        let _ = (Origin::of(&text), Upn::parse(&text), ObjectId::parse(&text), SerialCandidates::parse(&text));
        let origin = Origin::of("https://graph.microsoft.com").unwrap();
        let _ = Link::checked(&text, &origin);
        let _ = Link::checked(&format!("https://graph.microsoft.com{text}"), &origin);
    }

    #[test]
    fn a_link_that_passes_begins_at_the_origin(rest in "[!-~]{0,40}") {
        let origin = Origin::of("https://graph.microsoft.com").unwrap();
        if let Some(link) = Link::checked(&format!("https://graph.microsoft.com{rest}"), &origin) {
            prop_assert!(link.as_str().starts_with("https://graph.microsoft.com/")
                || link.as_str().starts_with("https://graph.microsoft.com:443/"));
        }
    }

    #[test]
    fn a_serial_is_found_in_every_spelling(octets in prop::collection::vec(any::<u8>(), 1..=20)) {
        prop_assume!(octets.iter().any(|octet| *octet != 0));
        let serial = SerialNumber::from_integer(&octets).as_str().to_owned();
        let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        for text in [pairs.concat(), pairs.join(":"), pairs.join(" "), format!("0x{}", pairs.concat())] {
            prop_assert_eq!(&found(&text)[0], &serial);
        }
    }

    #[test]
    fn a_decimal_serial_is_among_the_candidates(number in 1_u128..) {
        let serial = SerialNumber::from_integer(&number.to_be_bytes()).as_str().to_owned();
        prop_assert!(found(&number.to_string()).contains(&serial));
    }

    #[test]
    fn instants_are_in_order(day in 1_u32..=28, month in 1_u32..=12, year in 1_u32..=9998, second in 0_u32..60) {
        let at = |year, second| instant::parse(&format!("{year:04}-{month:02}-{day:02}T00:00:{second:02}Z")).unwrap();
        prop_assert_eq!(at(year, second) - at(year, 0), i64::from(second));
        let days = (at(year + 1, 0) - at(year, 0)) / 86_400;
        prop_assert!(days == 365 || days == 366);
    }
}
