//! What mail programs need besides a certificate.

use crate::profile::{device, read, with};
use mdm::format::mail;
use serde_json::json;

#[test]
fn m182_outlook_is_set_up_for_profiles_that_sign_mail_alone() {
    let signing = json!({"certificate_type": "user", "extended_key_usages": ["secure_email"], "key_usage": ["digital_signature"]});
    let script = mail::outlook(&read(with(device(), signing.clone()))).unwrap();
    for part in ["1.3.6.1.5.5.7.3.4", "'AlwaysSign' -Value 1", "'AlwaysEncrypt' -Value 0", "Write-Error"] {
        assert!(script.contains(part), "{part}");
    }
    assert!(script.is_ascii());
    for (setting, other) in [
        ("platform", json!({"platform": "ios"})),
        ("certificate_type", json!({"certificate_type": "device"})),
        ("extended_key_usages", json!({"extended_key_usages": ["client_authentication"]})),
        ("key_usage", json!({"key_usage": ["key_encipherment"]})),
    ] {
        let refused = mail::outlook(&read(with(with(device(), signing.clone()), other))).unwrap_err();
        assert_eq!(refused.setting, setting);
    }
}
