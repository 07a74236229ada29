use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scep::{Method, Operation, OperationError};

/// Its base64 has `+`, `/` and two `=`.
const MESSAGE: &[u8] = &[0xfb, 0xef, 0xff, 0xfe, 0x30, 0x80, 0x06];

fn get(query: &str) -> Result<Operation, OperationError> {
    Operation::decode(Method::Get, query, b"")
}

fn percent(text: &str, set: &str) -> String {
    text.chars().map(|c| if set.contains(c) { format!("%{:02X}", c as u32) } else { c.to_string() }).collect()
}

#[test]
fn t10_q2_q3_q7_forty_encodings_by_get_equal_the_post() {
    let post = Operation::decode(Method::Post, "operation=PKIOperation", MESSAGE).unwrap();
    let b64 = STANDARD.encode(MESSAGE);
    assert!(b64.contains('+') && b64.contains('/') && b64.ends_with("=="), "{b64}");
    let bare = b64.trim_end_matches('=');
    let lower = percent(&b64, "+/=").to_lowercase().replace(&bare.to_lowercase()[..1], &bare[..1]);
    let mut values = vec![
        ("q2 raw plus", b64.clone()),
        ("escaped plus", percent(&b64, "+")),
        ("q6 escaped padding", percent(&b64, "=")),
        ("escaped slash", percent(&b64, "/")),
        ("all escaped", percent(&b64, "+/=")),
        ("every octet escaped", b64.bytes().map(|o| format!("%{o:02x}")).collect()),
        ("unpadded", bare.to_owned()),
        ("half padded", format!("{bare}=")),
        ("unpadded, escaped", percent(bare, "+/")),
        ("q3 %0A inside", format!("{}%0A{}", &b64[..4], &b64[4..])),
        ("q3 %0a at the end", format!("{b64}%0a")),
        ("q3 %0D%0A inside", format!("{}%0D%0A{}", &b64[..6], &b64[6..])),
        ("q3 unpadded, line break", format!("{bare}%0A")),
        ("q3 %0A before", format!("%0A{b64}")),
        ("a tab inside, blanks after", format!("{}%09{}%20%0D", &b64[..2], &b64[2..])),
        ("plus as space", b64.replace('+', "%20")),
    ];
    values.retain(|(_, value)| *value != lower);
    let shapes = [
        ("usual", "operation=PKIOperation&message={}"),
        ("q7 message first", "message={}&operation=PKIOperation"),
        ("capitals", "OPERATION=PKIOperation&MESSAGE={}"),
        ("odd case", "Operation=pkiOperation&Message={}"),
        ("extra parameters", "x=1&operation=PKIOperation&y&message={}&z="),
        ("escaped names", "%6Fperation=PKI%4Fperation&mess%61ge={}"),
    ];
    let mut tried = 0;
    for (what, value) in &values {
        for (how, shape) in &shapes {
            assert_eq!(get(&shape.replace("{}", value)), Ok(post.clone()), "{what}, {how}");
            tried += 1;
        }
    }
    assert!(tried >= 30);
}

#[test]
fn t10_what_has_two_meanings_is_refused() {
    let b64 = STANDARD.encode(MESSAGE);
    let refused = |query: &str, error| assert_eq!(get(query), Err(error), "{query}");
    refused(
        &format!("operation=PKIOperation&message={b64}&message={b64}"),
        OperationError::DuplicateParameter,
    );
    refused("operation=GetCACaps&operation=GetCACert", OperationError::DuplicateParameter);
    refused("operation=GetCACaps&OPERATION=GetCACaps", OperationError::DuplicateParameter);
    refused("operation=PKIOperation", OperationError::MissingMessage);
    refused("operation=PKIOperation&message=", OperationError::MissingMessage);
    refused("operation=PKIOperation&message=%0A", OperationError::MissingMessage);
    refused("operation=PKIOperation&message=%252B%252F8%253D", OperationError::MessageNotBase64);
    refused("operation=PKIOperation&message=----", OperationError::MessageNotBase64);
    refused("operation=PKIOperation&message=AAAA%", OperationError::MessageNotBase64);
    refused("operation=PKIOperation&message=AA==AAAA", OperationError::MessageNotBase64);
    refused("", OperationError::MissingOperation);
    refused("message=AAAA", OperationError::MissingOperation);
    refused("operation=", OperationError::MissingOperation);
    refused("operation=../../etc/passwd", OperationError::UnknownOperation);
}

#[test]
fn q6_a_query_of_64_kib_is_read_and_a_longer_one_is_not() {
    let prefix = "operation=PKIOperation&message=";
    let room = 64 * 1024 - prefix.len();
    let query = format!("{prefix}{}", "A".repeat(room - room % 4));
    assert!(matches!(get(&query), Ok(Operation::PkiOperation(bytes)) if bytes.len() > 49_000));
    assert_eq!(get(&format!("{query}{}", "A".repeat(8))), Err(OperationError::TooLong));
}

#[test]
fn q11_rfc_72_message_of_getcacert_and_getcacaps_is_ignored() {
    for query in
        ["operation=GetCACert", "operation=GetCACert&message=0", "operation=GetCACert&message=default"]
    {
        assert_eq!(get(query), Ok(Operation::GetCaCert));
    }
    assert_eq!(get("operation=GetCACertChain&message=%%%"), Ok(Operation::GetCaCertChain));
    assert_eq!(get("operation=GetCACaps&message=0"), Ok(Operation::GetCaCaps));
}

#[test]
fn q30_windows_asks_with_message_default() {
    assert_eq!(get("operation=GetCACaps&message=default"), Ok(Operation::GetCaCaps));
    assert_eq!(get("operation=GetCACert&message=MyDeviceID"), Ok(Operation::GetCaCert));
}

#[test]
fn q36_any_ca_identifier_is_accepted() {
    assert_eq!(get("operation=GetCACert&message=CA+1%2F%26"), Ok(Operation::GetCaCert));
}

#[test]
fn q8_post_needs_nothing_but_a_body() {
    for query in [
        "",
        "operation=PKIOperation",
        "operation=PKIOperation&message=",
        "message=",
        "operation=pkioperation",
    ] {
        let operation = Operation::decode(Method::Post, query, MESSAGE);
        assert_eq!(operation, Ok(Operation::PkiOperation(MESSAGE.to_vec())), "{query}");
    }
}

#[test]
fn rfc_66_operation_is_not_looked_at_on_post() {
    let operation = Operation::decode(Method::Post, "operation=Whatever", MESSAGE);
    assert_eq!(operation, Ok(Operation::PkiOperation(MESSAGE.to_vec())));
    assert_eq!(Operation::decode(Method::Post, "", b""), Err(OperationError::MissingOperation));
    assert_eq!(Operation::decode(Method::Post, "operation=GetCACaps", b""), Ok(Operation::GetCaCaps));
    let empty = Operation::decode(Method::Post, "operation=PKIOperation", b"");
    assert_eq!(empty, Err(OperationError::MissingMessage));
}

#[test]
fn rfc_65_base64url_is_not_base64() {
    assert_eq!(get("operation=PKIOperation&message=--__"), Err(OperationError::MessageNotBase64));
}

#[test]
fn rfc_69_getcacert_needs_no_message() {
    assert_eq!(get("operation=GetCACert"), Ok(Operation::GetCaCert));
    assert_eq!(get("operation=GetNextCACert"), Ok(Operation::GetNextCaCert));
}
