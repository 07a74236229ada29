//! What an edit does.

use crate::profile::{device, read, with};
use mdm::diff::{Change, Consequence, changes};
use serde_json::{Value, json};

fn edit(members: Value) -> Vec<Change> {
    changes(&read(device()), &read(with(device(), members)))
}

#[test]
fn m193_adding_the_security_identifier_makes_devices_enrol_again() {
    let names = json!([
        {"type": "uri", "value": "IntuneDeviceId://{{DeviceId}}"},
        {"type": "dns", "value": "{{DeviceName}}.corp.example"},
        {"type": "uri", "value": "{{OnPremisesSecurityIdentifier}}"},
    ]);
    let found = edit(json!({"alternative_names": names}));
    assert_eq!(found.len(), 1);
    assert!(found[0].enrols_again() && found[0].sentence.contains("security identifier"));
    assert_eq!(found[0].after.as_array().unwrap().len(), 3);
}

#[test]
fn m140_on_apple_each_reference_brings_one_more() {
    let ios = |members| read(with(with(device(), json!({"platform": "ios"})), members));
    let found = changes(&ios(json!({})), &ios(json!({"key_size": 4096})));
    assert!(found[0].enrols_again() && found[0].sentence.contains("M140"));
    assert!(!edit(json!({"key_size": 4096}))[0].sentence.contains("M140"));
}

#[test]
fn m23_m76_each_setting_has_its_consequence() {
    for (members, consequence) in [
        (json!({"display_name": "Laptops"}), Consequence::Nothing),
        (json!({"description": "x"}), Consequence::Nothing),
        (json!({"renewal_threshold": 50}), Consequence::NextTime),
        (json!({"urls": ["https://b.example"]}), Consequence::NextTime),
        (json!({"assignments": ["all_users"]}), Consequence::OtherDevices),
        (json!({"subject": {"custom": "CN=x"}}), Consequence::EnrolsAgain),
        (json!({"validity": {"years": 2}}), Consequence::EnrolsAgain),
        (json!({"extended_key_usages": []}), Consequence::EnrolsAgain),
        (json!({"deployment_channel": "user"}), Consequence::NewProfile),
        (json!({"platform": "ios"}), Consequence::NewProfile),
    ] {
        let found = edit(members.clone());
        assert_eq!(found.len(), 1, "{members}");
        assert_eq!(found[0].consequence, consequence, "{members}");
        assert_eq!(Some(&found[0].setting), members.as_object().unwrap().keys().next());
    }
}

#[test]
fn m93_the_same_profile_has_no_change_and_two_have_two() {
    assert!(edit(json!({})).is_empty());
    let found = edit(json!({"description": "x", "key_size": 4096}));
    let settings: Vec<&str> = found.iter().map(|change| change.setting.as_str()).collect();
    assert_eq!(settings, ["description", "key_size"]);
    assert_eq!((&found[0].before, &found[1].before), (&Value::Null, &json!(2048)));
}
