//! Delta rounds: parts of objects, repeated, removed and in any order (contract §14).

use mdm::graph::*;

fn gathered(pages: &[&str]) -> Gathered<Device> {
    let origin = Origin::of("https://graph.microsoft.com/").unwrap();
    let mut gathered = Gathered::default();
    for page in pages {
        gathered.absorb(Page::parse(page.as_bytes(), Reading::Part, &origin).unwrap());
    }
    gathered
}

fn known<'a>(gathered: &'a Gathered<Device>, id: &str) -> &'a Known<Device> {
    &gathered.objects()[&ObjectId::parse(id).unwrap()]
}

#[test]
fn contract_14_only_changed_members_arrive() {
    let round = gathered(&[r#"{"value":[{"id":"a","accountEnabled":false}]}"#]);
    let Known::Item(device) = known(&round, "a") else { panic!("an item") };
    assert_eq!(device.account_enabled, Member::Is(false));
    assert_eq!((&device.device_id, &device.is_compliant), (&Member::Absent, &Member::Absent));
}

#[test]
fn contract_14_items_repeat_and_pages_may_be_empty() {
    let round = gathered(&[
        r#"{"value":[{"id":"a","accountEnabled":true,"isCompliant":true,"deviceId":"d"}]}"#,
        r#"{"value":[]}"#,
        r#"{"value":[{"id":"A","isCompliant":null},{"id":"b","accountEnabled":true},{"id":"a","accountEnabled":false}]}"#,
    ]);
    assert_eq!(round.objects().len(), 2);
    let Known::Item(device) = known(&round, "a") else { panic!("an item") };
    assert_eq!(device.account_enabled, Member::Is(false), "the last word");
    assert_eq!(device.is_compliant, Member::Null, "null is a word");
    assert_eq!(device.device_id.value().map(EntraDeviceId::as_str), Some("d"), "absent is not null");
}

#[test]
fn contract_14_removed_for_now_and_for_good() {
    let round = gathered(&[r#"{"value":[
        {"id":"a","@removed":{"reason":"changed"}},
        {"id":"b","accountEnabled":true},{"id":"b","@removed":{"reason":"deleted"}},
        {"id":"c","@removed":{"reason":"deleted"}},{"id":"c","accountEnabled":true},
        {"id":"d","@removed":{}},{"id":"e","@removed":null},{"@removed":{"reason":"deleted"}}]}"#]);
    assert_eq!(known(&round, "a"), &Known::Removed(RemovalReason::Changed));
    assert_eq!(known(&round, "b"), &Known::Removed(RemovalReason::Deleted));
    assert!(matches!(known(&round, "c"), Known::Item(_)), "restored");
    assert_eq!(known(&round, "d"), &Known::Removed(RemovalReason::Unknown), "gone all the same");
    assert!(matches!(known(&round, "e"), Known::Odd(_)), "gone or not?");
    assert_eq!(round.nameless(), 1);
}

#[test]
fn a_part_that_cannot_be_read_spoils_the_object_and_no_other() {
    let round = gathered(&[
        r#"{"value":[{"id":"a","accountEnabled":"no"},{"id":"a","isCompliant":true},{"id":"b","isCompliant":true}]}"#,
        r#"{"value":[{"id":"b","isManaged":7}]}"#,
        r#"{"value":[{"id":"c","isManaged":7},{"id":"c","@removed":{"reason":"deleted"}}]}"#,
    ]);
    assert!(matches!(known(&round, "a"), Known::Odd(odd) if odd.member == "accountEnabled"));
    assert!(matches!(known(&round, "b"), Known::Odd(odd) if odd.member == "isManaged"));
    assert_eq!(known(&round, "c"), &Known::Removed(RemovalReason::Deleted));
}
