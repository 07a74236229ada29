//! What the rules find, fact by fact, without a server.

use chancery::standing::{Effect, Finding, Kind, Learned, Record, Rule, Subject, Switches, judge};
use pki::Time;
use std::time::Duration;

const MADE: i64 = 1_000;
const NOW: i64 = 100_000;

fn record(kind: Kind, key: &str) -> Record {
    Record { key: Some(key.to_owned()), ..Record::new(kind, &format!("object of {key}"), 0) }
}

fn learned<T>(value: T, at: i64) -> Option<Learned<T>> {
    Some(Learned { value, at })
}

fn gone(kind: Kind, at: i64) -> Record {
    Record { present: Learned { value: false, at }, ..record(kind, "k") }
}

fn found(own: &[Record], linked: &[Record], switches: &Switches) -> Vec<Finding> {
    let subject = Subject { key: "k".to_owned(), made_at: Time::from_unix(MADE) };
    let (own, linked): (Vec<&Record>, Vec<&Record>) = (own.iter().collect(), linked.iter().collect());
    judge(&subject, &own, &linked, switches, (Some(Time::from_unix(NOW)), Time::from_unix(NOW)))
}

fn rules(own: &[Record], linked: &[Record], switches: &Switches) -> Vec<Rule> {
    found(own, linked, switches).into_iter().map(|finding| finding.rule).collect()
}

fn everything_on() -> Switches {
    let hold = Some(Effect::Hold);
    Switches { device_noncompliant: hold, user_risk: hold, ..Switches::default() }
}

#[test]
fn m160_states_1_to_8_and_no_others() {
    let states = mdm::graph::ManagementState::NAMED.iter().map(|state| state.as_str().to_owned());
    let unknown = ["", "somethingNew", "12", "managed "].map(str::to_owned);
    for state in states.chain(unknown) {
        let number = mdm::graph::ManagementState::read(&serde_json::Value::String(state.clone()));
        let leaving = number.and_then(|state| state.number()).is_some_and(|number| (1..=8).contains(&number));
        let device = Record { management: learned(state.clone(), 5_000), ..record(Kind::Managed, "k") };
        let found = rules(&[device], &[], &everything_on());
        assert_eq!(found, if leaving { vec![Rule::DeviceRetired] } else { vec![] }, "{state}");
    }
}

#[test]
fn each_fact_has_its_rule_its_effect_and_its_time() {
    let of = |record: Record| found(&[record], &[], &everything_on());
    let single = |record: Record| {
        let found = of(record);
        assert_eq!(found.len(), 1, "{found:?}");
        let one = found.into_iter().next().unwrap();
        (one.rule, one.effect, one.since.unix())
    };
    let disabled = |kind| Record { enabled: learned(false, 7), ..record(kind, "k") };
    assert_eq!(single(disabled(Kind::Device)), (Rule::DeviceDisabled, Effect::Hold, 7));
    assert_eq!(single(disabled(Kind::User)), (Rule::UserDisabled, Effect::Hold, 7));
    assert_eq!(single(gone(Kind::Managed, 2_000)), (Rule::DeviceDeleted, Effect::Revoke, 2_000));
    assert_eq!(single(gone(Kind::User, 2_000)), (Rule::UserDeleted, Effect::Revoke, 2_000));
    let risky = Record { risk: learned("high".to_owned(), 9), ..record(Kind::User, "k") };
    assert_eq!(single(risky), (Rule::UserAtRisk, Effect::Hold, 9));
    let tolerated = Record { risk: learned("low".to_owned(), 9), ..record(Kind::User, "k") };
    assert_eq!(of(tolerated), []);
    assert_eq!(of(record(Kind::User, "k")), [], "nothing is known, and nothing is held against anybody");
}

#[test]
fn compliance_has_its_grace() {
    let switches = Switches { compliance_grace: Duration::from_secs(1_000), ..everything_on() };
    let device =
        |at, enrolled| Record { compliant: learned(false, at), enrolled, ..record(Kind::Device, "k") };
    assert_eq!(rules(&[device(NOW - 1_000, None)], &[], &switches), [Rule::DeviceNotCompliant]);
    assert_eq!(rules(&[device(NOW - 999, None)], &[], &switches), []);
    assert_eq!(rules(&[device(0, Some(NOW - 999))], &[], &switches), [], "it has just enrolled");
}

#[test]
fn a_device_that_enrolled_again_is_spoken_for_by_its_newer_record() {
    let switches = everything_on();
    let entra = record(Kind::Device, "k");
    let managed = |object: &str, state: &str| Record {
        object: object.to_owned(),
        link: Some("k".to_owned()),
        management: learned(state.to_owned(), 5_000),
        ..record(Kind::Managed, object)
    };
    let (old, new) = (managed("old", "retireIssued"), managed("new", "managed"));
    assert_eq!(rules(std::slice::from_ref(&entra), &[old.clone(), new], &switches), []);
    assert_eq!(
        rules(std::slice::from_ref(&entra), std::slice::from_ref(&old), &switches),
        [Rule::DeviceRetired]
    );
    let left_before = Record { present: Learned { value: false, at: MADE }, ..old };
    assert_eq!(rules(&[entra], &[left_before], &switches), [], "of an earlier life");
}

#[test]
fn who_was_never_found_is_given_time() {
    let at = |made_at: i64, read: Option<i64>| {
        let subject = Subject { key: "k".to_owned(), made_at: Time::from_unix(made_at) };
        let times = (read.map(Time::from_unix), Time::from_unix(NOW));
        judge(&subject, &[], &[], &Switches::default(), times)
            .into_iter()
            .map(|one| one.rule)
            .collect::<Vec<_>>()
    };
    assert_eq!(at(NOW - 3_600, Some(NOW)), [Rule::NotFound]);
    assert_eq!(at(NOW - 3_599, Some(NOW)), []);
    assert_eq!(at(NOW - 10_000, Some(NOW - 9_000)), [], "no reading began late enough");
    assert_eq!(at(0, None), [], "nothing was ever read");
}

#[test]
fn every_rule_can_be_switched_off() {
    let off = Switches {
        device_deleted: None,
        device_retired: None,
        device_disabled: None,
        device_noncompliant: None,
        user_deleted: None,
        user_disabled: None,
        user_risk: None,
        not_found: None,
        ..Switches::default()
    };
    for kind in [Kind::Managed, Kind::Device, Kind::User] {
        let worst = Record {
            enabled: learned(false, 0),
            management: learned("wipeIssued".to_owned(), 0),
            compliant: learned(false, 0),
            risk: learned("high".to_owned(), 0),
            ..record(kind, "k")
        };
        assert_eq!(rules(&[worst], &[], &off), []);
        assert_eq!(rules(&[gone(kind, NOW)], &[], &off), []);
    }
    assert_eq!(rules(&[], &[], &off), []);
    for rule in Rule::ALL {
        assert_eq!(Rule::parse(rule.as_str()), Some(*rule));
        assert_eq!(off.effect(*rule), None);
    }
}
