use scep::{FailInfo, MessageType, Nonce, PkiStatus, TransactionId};

#[test]
fn v1_message_type_is_a_closed_list_of_exact_texts() {
    let accepted = ["3", "17", "19", "20", "21", "22"];
    for number in 0..=255 {
        let text = number.to_string();
        assert_eq!(MessageType::from_text(&text).is_some(), accepted.contains(&text.as_str()), "{text}");
    }
    for text in ["", "019", "19 ", " 19", "+19", "19\0", "1９", "0x13", "19,17", "-1", "18446744073709551635"]
    {
        assert_eq!(MessageType::from_text(text), None, "{text:?}");
    }
}

#[test]
fn rfc_41_message_types_by_number() {
    let all = [
        (MessageType::CertRep, "3"),
        (MessageType::RenewalReq, "17"),
        (MessageType::PkcsReq, "19"),
        (MessageType::CertPoll, "20"),
        (MessageType::GetCert, "21"),
        (MessageType::GetCrl, "22"),
    ];
    for (kind, text) in all {
        assert_eq!((kind.text(), MessageType::from_text(text)), (text, Some(kind)));
    }
}

#[test]
fn rfc_42_pki_status_is_0_2_or_3() {
    for number in 0..=9 {
        let text = number.to_string();
        let status = PkiStatus::from_text(&text);
        assert_eq!(status.map(PkiStatus::text), [0, 2, 3].contains(&number).then_some(text.as_str()));
    }
    assert_eq!(PkiStatus::from_text("00"), None);
}

#[test]
fn rfc_43_fail_info_is_0_to_4() {
    for number in 0..=9 {
        let text = number.to_string();
        assert_eq!(FailInfo::from_text(&text).map(FailInfo::text), (number < 5).then_some(text.as_str()));
    }
    let names = ["badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId"];
    for (number, name) in names.iter().enumerate() {
        assert_eq!(FailInfo::from_text(&number.to_string()).map(FailInfo::name), Some(*name));
    }
}

#[test]
fn q14_transaction_ids_of_all_clients_fit() {
    let seen = [
        "9".repeat(77),
        "0123456789abcdef0123456789abcdef01234567".to_owned(),
        "pWJqyzv+/T2tOmPDY+U8wPvdVS4=".to_owned(),
        "SSCEP transactionId".to_owned(),
        "A'()+,-./:=? z".to_owned(),
        "x".repeat(256),
    ];
    for text in seen {
        assert_eq!(TransactionId::from_text(&text).unwrap().as_str(), text);
    }
}

#[test]
fn v19_transaction_ids_that_would_hurt_are_refused() {
    for text in ["", "a\nb", "a\u{1b}[31m", "\u{0}", "ä", &"x".repeat(257), &"x".repeat(200_000)] {
        assert_eq!(TransactionId::from_text(text), None);
    }
}

#[test]
fn q28_nonces_of_1_to_64_octets() {
    for length in 0..=66 {
        assert_eq!(Nonce::from_octets(&vec![7; length]).is_some(), (1..=64).contains(&length), "{length}");
    }
}
