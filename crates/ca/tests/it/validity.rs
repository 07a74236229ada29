//! The period of validity: M10 to M14, threat 41.

use crate::world::{
    Ca, DAY, NOW, cn, csr, csr_with_attributes, device_key, profile, profile_with, refused, verdict,
};
use ca::decide::RequestedValidity::{Period, Until};
use ca::decide::{Facts, Issuer, Notice, Request, requested, validity};
use ca::profile::{BeyondIssuer, CertificateProfile, Platform};
use pki::Time;
use pki::certificate::Certificate;
use pki::csr::CertificateRequest;
use pki::der::{Tag, Writer};
use proptest::prelude::*;
use std::sync::OnceLock;

fn days(order: &ca::decide::Order) -> i64 {
    let seconds = order.not_after().unix() - order.not_before().unix() + 1;
    assert_eq!(seconds % DAY, 0);
    seconds / DAY
}

fn open() -> CertificateProfile {
    profile_with(|settings| {
        settings.allow_requested_validity = true;
        settings.max_validity_days = 730;
    })
}

#[test]
fn m10_requested_validity_is_capped() {
    let (ca, csr) = (Ca::new(), csr(&cn("d"), &[]));
    for (asked, given) in [(30, 30), (365, 365), (730, 730), (731, 730), (4000, 730)] {
        let order = ca.decide_for(&csr, &open(), Period(asked * DAY)).unwrap();
        assert_eq!(days(&order), given);
        let capped = order.notices().iter().any(|notice| matches!(notice, Notice::ValidityCapped { .. }));
        assert_eq!(capped, asked > 730);
    }
}

#[test]
fn m12_the_profile_decides_unless_it_allows_requests() {
    let (ca, csr) = (Ca::new(), csr(&cn("d"), &[]));
    let order = ca.decide_for(&csr, &profile(), Period(30 * DAY)).unwrap();
    assert_eq!(days(&order), 365);
    assert_eq!(order.notices(), [Notice::ValidityNotHonoured]);
    assert_eq!(days(&ca.decide_for(&csr, &open(), Period(30 * DAY)).unwrap()), 30);
    let until = NOW.plus_days(10);
    assert_eq!(ca.decide_for(&csr, &open(), Until(until)).unwrap().not_after(), until);
    assert_eq!(days(&ca.decide(&csr, &open()).unwrap()), 365);
}

#[test]
fn m12_microsofts_attribute_is_a_wish_for_a_period() {
    let bmp = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let ask = |unit: &str, number: &str| {
        let pair = |w: &mut Writer, name: &str, value: &str| {
            w.sequence(|w| {
                w.tlv(Tag::BMP_STRING, &bmp(name));
                w.tlv(Tag::BMP_STRING, &bmp(value));
            });
        };
        let attribute = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&pki::Oid::new_unwrap("1.3.6.1.4.1.311.13.2.1"));
                w.set(|w| {
                    pair(w, "ValidityPeriod", unit);
                    pair(w, "ValidityPeriodUnits", number);
                });
            });
        });
        let der = csr_with_attributes(&device_key().public(), device_key(), &cn("d"), &attribute);
        requested::validity(&CertificateRequest::parse(&der).unwrap())
    };
    assert_eq!(ask("Days", "30"), Some(Period(30 * DAY)));
    assert_eq!(ask("years", "2"), Some(Period(730 * DAY)));
    assert_eq!(ask("Fortnights", "2"), None);
    assert_eq!(ask("Days", "-1"), None);
    assert_eq!(ask("Days", "99999999999"), None);
    assert_eq!(requested::validity(&csr(&cn("d"), &[])), None);
}

#[test]
fn m13_apple_devices_get_the_profiles_value() {
    let (ca, csr) = (Ca::new(), csr(&cn("d"), &[]));
    let apple = CertificateProfile { platform: Platform::Apple, ..open() };
    assert_eq!(days(&ca.decide_for(&csr, &apple, Period(30 * DAY)).unwrap()), 365);
    assert_eq!(days(&ca.decide(&csr, &apple).unwrap()), 365);
}

#[test]
fn m11_near_the_end_of_the_ca_the_period_is_clamped_or_refused() {
    let (ca, csr) = (Ca::until(NOW.plus_days(40)), csr(&cn("d"), &[]));
    let order = ca.decide(&csr, &profile()).unwrap();
    assert_eq!(order.not_after(), ca.issuing.not_after());
    assert_eq!(order.notices(), [Notice::ValidityClamped { until: ca.issuing.not_after() }]);
    let strict = profile_with(|settings| settings.beyond_issuer = BeyondIssuer::Refuse);
    assert_eq!(refused(ca.decide(&csr, &strict)), "BeyondIssuer");
}

#[test]
fn t41_not_before_is_24_hours_back_and_never_before_the_cas() {
    let (ca, csr) = (Ca::new(), csr(&cn("d"), &[]));
    assert_eq!(ca.decide(&csr, &profile()).unwrap().not_before(), NOW.plus_days(-1));
    let (verdict, early) = (verdict(), ca.issuing.not_before().plus_seconds(60));
    let facts = Facts { now: early, ..ca.facts(&verdict) };
    let order = ca::decide(&Request { csr: &csr, validity: None }, &profile(), &facts).unwrap();
    assert_eq!(order.not_before(), ca.issuing.not_before());
}

#[test]
fn t41_an_expired_ca_a_wrong_clock_and_a_past_end_are_refused() {
    let (ca, csr, verdict) = (Ca::new(), csr(&cn("d"), &[]), verdict());
    let at = |now| {
        let facts = Facts { now, ..ca.facts(&verdict) };
        ca::decide(&Request { csr: &csr, validity: None }, &profile(), &facts)
    };
    assert_eq!(refused(at(ca.issuing.not_after().plus_seconds(1))), "IssuerNotValid");
    assert_eq!(refused(at(ca.issuing.not_before().plus_seconds(-1))), "IssuerNotValid");
    assert_eq!(refused(at(ca.issuing.not_after())), "NothingLeft");
    assert_eq!(refused(at(Time::from_unix(0))), "Clock");
    assert_eq!(refused(at(Time::NEVER)), "Clock");
    assert_eq!(refused(ca.decide_for(&csr, &open(), Period(0))), "NothingLeft");
    assert_eq!(refused(ca.decide_for(&csr, &open(), Period(i64::MIN))), "NothingLeft");
    assert_eq!(refused(ca.decide_for(&csr, &open(), Until(NOW))), "NothingLeft");
    assert_eq!(days(&ca.decide_for(&csr, &open(), Period(i64::MAX)).unwrap()), 730);
}

/// An issuing certificate that lives from 2026 to 2075, over the change of 2050.
fn long_lived() -> &'static Certificate {
    static CA: OnceLock<Certificate> = OnceLock::new();
    CA.get_or_init(|| Ca::until(NOW.plus_days(49 * 365)).issuing)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t41_whatever_the_clock_the_period_holds(
        since in 0_i64..49 * 365 * DAY,
        period in 2_i64..1200 * DAY,
        asked in prop::option::of(prop_oneof![Just(0), Just(1), -DAY..2000 * DAY, any::<i64>()]),
        backdate in 0_i64..3 * DAY,
        edge in prop::option::of(-2_i64..3),
    ) {
        let issuer = long_lived();
        // One case in two sits at the change of 2050 or at the end of the CA.
        let now = match edge {
            Some(offset) if since % 2 == 0 => Time::from_unix(2_524_608_000 + offset),
            Some(offset) => issuer.not_after().plus_seconds(offset),
            None => issuer.not_before().plus_seconds(since),
        };
        let mut profile = open();
        profile.validity.period = period.min(profile.validity.cap);
        profile.validity.backdate = backdate;
        let verdict = verdict();
        let facts = Facts {
            now,
            issuer: Issuer { name: "default", certificate: issuer },
            vouching: ca::decide::Vouching::Validator(&verdict),
            known_keys: ca::key_policy::KnownKeys::default(),
            sid: None,
        };
        if let Ok((first, last)) = validity::choose(asked.map(Period), &profile, &facts, &mut Vec::new()) {
            prop_assert!(first <= now && now < last);
            prop_assert!(first >= issuer.not_before() && last <= issuer.not_after());
            prop_assert!(first.unix() >= now.unix() - backdate);
            let seconds = last.unix() - first.unix() + 1;
            prop_assert!(seconds <= profile.validity.cap);
            let wanted = asked.unwrap_or(profile.validity.period);
            prop_assert!(seconds == wanted.min(profile.validity.cap) || last == issuer.not_after());
        }
    }
}
