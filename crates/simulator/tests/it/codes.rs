//! Every refusing code is reached by its real cause; `Unknown` exists on clients only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use simulator::fleet::DeviceKey;
use simulator::tenant::{
    BlobFault, Code, Fault, Hop, MintOptions, Platform, Profile, Rule, San, SanKind, When,
};

use crate::caller::{Caller, csr, key};

#[tokio::test]
async fn m56_honest_request_succeeds_and_the_blob_has_the_real_size() {
    let caller = Caller::new().await;
    let plan = caller.plan(&MintOptions::default());
    let blob = plan.challenge.clone().unwrap();
    assert!((4_500..=5_500).contains(&blob.len()), "{} characters", blob.len());
    assert!(!blob.contains("Contoso"), "the device can read the blob");
    assert_eq!(caller.verdict(&plan).await, ("Success".into(), String::new()));
}

#[tokio::test]
async fn m60_blob_faults_have_their_codes() {
    let caller = Caller::new().await;
    let cases = [
        (BlobFault::Gibberish, Code::ChallengeDecodingError),
        (BlobFault::ForeignSigner, Code::SigningCertThumbprintMismatch),
        (BlobFault::ForgedSignature, Code::SignatureValidationFailed),
        (BlobFault::ForeignRecipient, Code::ChallengeDecryptionError),
        (BlobFault::NotJson, Code::ChallengeDeserializationError),
    ];
    for (fault, code) in cases {
        let plan = caller.plan(&MintOptions { fault: Some(fault), ..MintOptions::default() });
        assert_eq!(caller.verdict(&plan).await.0, code.as_str(), "{fault:?}");
    }
}

#[tokio::test]
async fn m57_another_tenants_blob_is_refused() {
    let (caller, other) = (Caller::new().await, Caller::new().await);
    let plan = other.plan(&MintOptions::default());
    assert_eq!(caller.verdict(&plan).await.0, "SigningCertThumbprintMismatch");
}

#[tokio::test]
async fn m59_request_without_challenge_is_refused() {
    let caller = Caller::new().await;
    let mut plan = caller.plan(&MintOptions::default());
    plan.challenge = None;
    assert_eq!(caller.verdict(&plan).await.0, "ChallengePasswordMissing");
}

#[tokio::test]
async fn m60_unreadable_requests_are_refused() {
    let caller = Caller::new().await;
    let good = csr(&caller.plan(&MintOptions::default()), &key());
    let longer = STANDARD.encode([STANDARD.decode(&good).unwrap(), vec![0]].concat());
    for bad in ["!", "MIIE", &longer, &good[1..]] {
        assert_eq!(caller.verdict_on(bad).await.0, "CertificateRequestDecodingFailed");
    }
}

#[tokio::test]
async fn m60_times() {
    let caller = Caller::new().await;
    let expired = caller.plan(&MintOptions { age: 3_601, ..MintOptions::default() });
    let (code, text) = caller.verdict(&expired).await;
    assert_eq!(code, "ChallengeExpired");
    assert!(text.contains("challengeExpInterval=60, challengeExpiration="), "{text}");
    let future = caller.plan(&MintOptions { age: -3_600, ..MintOptions::default() });
    assert_eq!(caller.verdict(&future).await.0, "ChallengeInvalidTimestamp");
    let backwards = caller.plan(&MintOptions { lifetime: Some(-1), ..MintOptions::default() });
    assert_eq!(caller.verdict(&backwards).await.0, "ChallengeInvalidTimestamp");
    let fresh = caller.plan(&MintOptions::default());
    caller.tenant.clock.advance(3_599);
    assert_eq!(caller.verdict(&fresh).await.0, "Success");
    caller.tenant.clock.advance(1);
    assert_eq!(caller.verdict(&fresh).await.0, "ChallengeExpired");
}

#[tokio::test]
async fn m61_identities() {
    let caller = Caller::new().await;
    let forgotten = caller.plan(&MintOptions { forgotten: true, ..MintOptions::default() });
    assert_eq!(caller.verdict(&forgotten).await.0, "BadCertificateRequestIdInChallenge");
    let plan = caller.plan(&MintOptions::default());
    caller.tenant.assign(&caller.profile.id, false);
    assert_eq!(caller.verdict(&plan).await.0, "ScepProfileNoLongerTargetedToTheClient");
    caller.tenant.directory().users.clear();
    assert_eq!(caller.verdict(&plan).await.0, "BadUserIdInChallenge");
    caller.tenant.directory().devices.clear();
    assert_eq!(caller.verdict(&plan).await.0, "BadDeviceIdInChallenge");
}

#[tokio::test]
async fn m58_alternative_names() {
    let caller = Caller::new().await;
    let plan = caller.plan(&MintOptions::default());
    let mut none = plan.clone();
    none.sans.clear();
    assert_eq!(caller.verdict(&none).await.0, "SubjectAltNameMissing");
    let mut changed = plan.clone();
    changed.sans[0].value = "eve@contoso.example".into();
    let (code, text) = caller.verdict(&changed).await;
    assert_eq!(code, "SubjectAltNameMismatch");
    assert!(text.contains("ada@contoso.example"), "{text}");
    let mut more = plan.clone();
    more.sans.push(San::new(SanKind::Dns, "dc01.contoso.example"));
    assert_eq!(caller.verdict(&more).await.0, "SubjectAltNameMismatch");
    let mut twice = plan.clone();
    twice.sans.push(twice.sans[0].clone());
    assert_eq!(caller.verdict(&twice).await.0, "SubjectAltNameMismatch");
    let mut other_case = plan.clone();
    other_case.sans[0].value = "ADA@contoso.example".into();
    other_case.sans.reverse();
    assert_eq!(caller.verdict(&other_case).await.0, "Success");
}

#[tokio::test]
async fn m194_intune_does_not_check_the_sid() {
    let caller = Caller::new().await;
    let mut plan = caller.plan(&MintOptions::default());
    plan.sans.push(San::new(SanKind::Uri, "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"));
    assert_eq!(caller.verdict(&plan).await.0, "Success");
}

#[tokio::test]
async fn m60_usages_and_keys() {
    let caller = Caller::new().await;
    let plan = caller.plan(&MintOptions::default());
    for usage in [0, 128, 32] {
        let mut other = plan.clone();
        other.key_usage = usage;
        assert_eq!(caller.verdict(&other).await.0, "KeyUsageMismatch");
    }
    let mut without = plan.clone();
    without.extended_key_usages.clear();
    assert_eq!(caller.verdict(&without).await.0, "EnhancedKeyUsageMissing");
    let mut wrong = plan.clone();
    wrong.extended_key_usages = vec!["1.3.6.1.5.5.7.3.1".into()];
    assert_eq!(caller.verdict(&wrong).await.0, "EnhancedKeyUsageMismatch");
    assert_eq!(caller.verdict_on(&csr(&plan, &DeviceKey::weak())).await.0, "KeyLengthMismatch");
}

#[tokio::test]
async fn apple_and_android_may_leave_out_extended_key_usages() {
    let mut caller = Caller::new().await;
    let user = caller.device.user.clone();
    for platform in [Platform::Ios, Platform::Macos, Platform::Android] {
        caller.device = caller.tenant.enrol_device(platform, user.as_deref());
        let plan = caller.plan(&MintOptions::default());
        assert!(plan.extended_key_usages.is_empty());
        assert_eq!(caller.verdict(&plan).await.0, "Success", "{platform:?}");
    }
}

#[tokio::test]
async fn hello_for_business_wants_a_registered_key() {
    let mut caller = Caller::new().await;
    let fingerprint: String = key().public().fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    let cases = [
        (vec![], "AadKeyIdentifierListMissing"),
        (vec!["00".into()], "RegisteredKeyMismatch"),
        (vec![fingerprint], "Success"),
    ];
    for (keys, code) in cases {
        let profile = Profile { registered_keys: Some(keys), ..Profile::new("CN={{DeviceId}}") };
        caller.profile = caller.tenant.add_profile(profile);
        assert_eq!(caller.verdict(&caller.plan(&MintOptions::default())).await.0, code);
    }
}

#[tokio::test]
async fn m60_every_code_can_be_ordered() {
    let caller = Caller::new().await;
    let plan = caller.plan(&MintOptions::default());
    assert_eq!(Code::ALL.len(), 25);
    for code in Code::ALL {
        let fault = Fault::Code { code: code.as_str().into() };
        let rule = Rule { hop: Hop::ValidateRequest, fault, when: When::Times(1), after: 0 };
        caller.tenant.faults().order(rule);
        assert_eq!(caller.verdict(&plan).await.0, code.as_str());
    }
    assert_eq!(caller.verdict(&plan).await.0, "Success");
}

#[tokio::test]
async fn the_first_failing_check_names_the_code() {
    let caller = Caller::new().await;
    let mut plan = caller.plan(&MintOptions { age: 3_601, ..MintOptions::default() });
    plan.sans.clear();
    plan.key_usage = 0;
    assert_eq!(caller.verdict(&plan).await.0, "ChallengeExpired");
}
