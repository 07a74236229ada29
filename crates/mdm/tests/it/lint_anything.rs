//! Whatever a profile says, the linter answers; and a mend only makes it better.

use crate::lint::surroundings;
use mdm::lint::{Finding, Severity, Surroundings, lint, mend};
use mdm::platform::Platform;
use mdm::profile::{Profile, Purpose};
use mdm::variable::Variable;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Parts that texts are made of: structure, mistakes, and what is not seen.
const PARTS: [&str; 30] = [
    "CN=",
    "O=",
    "E=",
    "SN=",
    "C=",
    "CN=\"",
    "\"",
    "{{",
    "}}",
    "{",
    "}",
    ",",
    ";",
    "+",
    "=",
    "\\",
    "\\,",
    "#",
    "\n",
    "\t",
    "@",
    "://",
    "tag:microsoft.com,2022-09-14:sid:",
    "ü",
    "x",
    "Doe, LLC",
    " ",
    "{{Usernme}}",
    "{DeviceId}",
    "OID.1.2=",
];

fn text() -> impl Strategy<Value = String> {
    let variables: Vec<String> = Variable::ALL.iter().map(ToString::to_string).collect();
    let part = prop_oneof![select(&PARTS[..]).prop_map(str::to_owned), select(variables), "[ -~]{0,4}",];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn subject() -> impl Strategy<Value = Value> {
    let fixed = select(
        &[
            "common_name",
            "common_name_as_imei",
            "common_name_as_aad_device_id",
            "common_name_as_durable_device_id",
        ][..],
    );
    let custom =
        prop_oneof![text(), text().prop_map(|text| format!("CN={text}")), Just("CN={{UserName}}".to_owned())];
    prop_oneof![1 => fixed.prop_map(Value::from), 4 => custom.prop_map(|text| json!({"custom": text}))]
}

fn words(words: &'static [&'static str], count: usize) -> impl Strategy<Value = Value> {
    prop::collection::vec(select(words), 0..=count).prop_map(Value::from)
}

fn assignments() -> impl Strategy<Value = Value> {
    let group = (select(&["", "a", "b"][..]), select(&["users", "devices", "mixed"][..]))
        .prop_map(|(id, members)| json!({"id": id, "members": members}));
    let one = prop_oneof![
        select(&["all_users", "all_devices"][..]).prop_map(Value::from),
        group.clone().prop_map(|group| json!({"group": group})),
        group.prop_map(|group| json!({"exclude": group})),
    ];
    prop::collection::vec(one, 0..4).prop_map(Value::from)
}

fn purposes() -> impl Strategy<Value = Value> {
    let known = select(Purpose::KNOWN).prop_map(|purpose| serde_json::to_value(purpose).unwrap());
    let custom = select(&["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.2.3"][..])
        .prop_map(|oid| json!({"custom": {"name": "Ours", "oid": oid}}));
    prop::collection::vec(prop_oneof![known, custom], 0..4).prop_map(Value::from)
}

/// A setting that is there or not.
fn maybe(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Option<(&'static str, Value)>> {
    prop::option::of(value.prop_map(move |value| (name, value))).boxed()
}

fn names() -> impl Strategy<Value = Value> {
    let one = (select(&["email", "upn", "dns", "uri"][..]), text())
        .prop_map(|(kind, value)| json!({"type": kind, "value": value}));
    prop::collection::vec(one, 0..4).prop_map(Value::from)
}

fn roots() -> impl Strategy<Value = Value> {
    let name = select(&["contoso-windows-devices", "Contoso root, ios, users", "other"][..]);
    let print = select(&["11", "22", "33", "99"][..]).prop_map(|octet| octet.repeat(20));
    let one = (name, prop::collection::vec(print, 0..2))
        .prop_map(|(name, prints)| json!({"name": name, "thumbprints": prints}));
    prop::collection::vec(one, 0..3).prop_map(Value::from)
}

fn rules() -> impl Strategy<Value = Value> {
    let version = || select(&["6.3", "10.0.19041", "10.0.22631"][..]);
    let condition = prop_oneof![
        (version(), version()).prop_map(|(min, max)| json!({"versions": {"min": min, "max": max}})),
        words(&["windows10Enterprise"], 1).prop_map(|editions| json!({"editions": editions})),
    ];
    let one = (select(&["assign_if", "do_not_assign_if"][..]), condition)
        .prop_map(|(effect, condition)| json!({"effect": effect, "condition": condition}));
    prop::collection::vec(one, 0..3).prop_map(Value::from)
}

fn optional() -> impl Strategy<Value = Vec<Option<(&'static str, Value)>>> {
    let older = (
        words(
            &["email_address", "user_principal_name", "custom_azure_ad_attribute", "domain_name_service"],
            3,
        ),
        prop::option::of(text()),
    )
        .prop_map(|(types, format)| json!({"types": types, "format": format}));
    let access = prop_oneof![
        Just(json!("user_approval")),
        words(&["com.example.vpn", "no package"], 2).prop_map(|apps| json!({"specific_apps": apps})),
    ];
    let url = [
        "https://scep.contoso.example/certsrv/mscep/mscep.dll/pkiclient.exe",
        "http://a/",
        "https://localhost:1/x",
        "http://scep.contoso.example/y",
    ];
    let url = prop::collection::vec(select(url.to_vec()), 0..3).prop_map(Value::from);
    let word = |words: &'static [&'static str]| select(words).prop_map(Value::from);
    vec![
        maybe("display_name", text().prop_map(Value::from)),
        maybe("deployment_channel", word(&["user", "device"])),
        maybe("alternative_names", names()),
        maybe("older_alternative_names", older),
        maybe(
            "key_storage_provider",
            word(&["tpm_else_software", "tpm_else_fail", "hello_else_fail", "software"]),
        ),
        maybe("hash_algorithms", words(&["sha1", "sha2"], 2)),
        maybe("root_certificates", roots()),
        maybe("extended_key_usages", purposes()),
        maybe("urls", url),
        maybe("certificate_access", access),
        maybe("all_apps_access", any::<bool>().prop_map(Value::from)),
        maybe("certificate_store", word(&["user", "machine"])),
        maybe("assignments", assignments()),
        maybe("applicability_rules", rules()),
    ]
}

fn profile() -> impl Strategy<Value = Profile> {
    let usage = select(vec![
        json!(["digital_signature"]),
        json!(["key_encipherment"]),
        json!(["digital_signature", "key_encipherment"]),
    ]);
    let validity =
        (select(&["days", "months", "years"][..]), 1_u16..).prop_map(|(unit, count)| json!({unit: count}));
    let term = prop_oneof![Just(json!({"years": 1})), validity];
    let fixed = (
        select(&Platform::ALL[..]),
        select(&["user", "device"][..]),
        subject(),
        term,
        usage,
        select(&[1024, 2048, 4096][..]),
        1_u8..=99,
    );
    (fixed, optional()).prop_map(|((platform, kind, subject, validity, usage, size, threshold), optional)| {
        let mut members: Map<String, Value> =
            optional.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect();
        let fixed = json!({
            "name": "x", "platform": platform, "certificate_type": kind, "subject": subject, "validity": validity,
            "key_usage": usage, "key_size": size, "renewal_threshold": threshold,
        });
        members.extend(fixed.as_object().unwrap().clone());
        serde_json::from_value(Value::Object(members)).unwrap()
    })
}

fn around(known: bool, deployed: Option<Profile>) -> Surroundings {
    let known = if known { surroundings() } else { Surroundings::default() };
    Surroundings { deployed: deployed.map(Box::new), ..known }
}

fn errors(findings: &[Finding]) -> BTreeSet<&'static str> {
    let errors = findings.iter().filter(|finding| finding.rule.severity == Severity::Error);
    errors.map(|finding| finding.rule.code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mend_makes_it_better_and_brings_no_error(
        profile in profile(),
        deployed in prop::option::of(profile()),
        known in any::<bool>(),
    ) {
        let around = around(known, deployed);
        let findings = lint(&profile, &around);
        for finding in &findings {
            prop_assert!(!finding.to_string().contains(char::is_control), "{finding:?}");
            let Some(offered) = finding.mend else { continue };
            let mended = offered.apply(&profile, &around).unwrap();
            let after = lint(&mended, &around);
            prop_assert!(errors(&after).is_subset(&errors(&findings)), "{finding}\n{after:?}");
            // What is left of it is offered again or not at all: no mend undoes itself.
            let again = after.iter().find(|one| one.rule.code == finding.rule.code).and_then(|one| one.mend);
            if let Some(again) = again {
                prop_assert_ne!(again.apply(&mended, &around).unwrap(), profile.clone());
            }
        }
    }

    #[test]
    fn mending_twice_is_mending_once(profile in profile(), deployed in prop::option::of(profile()), known in any::<bool>()) {
        let around = around(known, deployed);
        let mended = mend(&profile, &around);
        let after = lint(&mended, &around);
        prop_assert!(errors(&after).is_subset(&errors(&lint(&profile, &around))));
        prop_assert!(after.iter().all(|finding| finding.mend.is_none()));
        prop_assert_eq!(mend(&mended, &around), mended);
    }
}
