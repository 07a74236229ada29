//! Profiles as Graph has them.

use crate::arbitrary::{any_profile, of_its_platform, platforms, root, text};
use crate::profile::{device, read, with};
use mdm::format::graph::{self, Imported};
use mdm::graph::ConfigurationId;
use mdm::platform::Platform;
use mdm::profile::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn id() -> ConfigurationId {
    ConfigurationId::parse("6f0c0000-0000-4000-a000-000000000001").unwrap()
}

fn name() -> ProfileName {
    ProfileName::parse("imported").unwrap()
}

fn imported(value: Value) -> Imported {
    graph::read(value, name(), None).unwrap()
}

fn wrong(value: Value) -> String {
    graph::read(value, name(), None).unwrap_err().to_string()
}

/// What Graph answers for a profile that the portal made: read order, nulls, annotations, `$expand`.
fn answered() -> Value {
    let about = json!({
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#deviceManagement/deviceConfigurations/$entity",
        "@microsoft.graph.tips": "Use $select to choose only the properties your app needs",
        "@odata.type": "#microsoft.graph.windows81SCEPCertificateProfile",
        "id": "0f6e0000-0000-4000-a000-000000000002", "version": 3, "supportsScopeTags": true,
        "createdDateTime": "2025-08-19T08:13:19.0484998Z", "lastModifiedDateTime": "2025-08-19T08:13:19.0484998Z",
        "roleScopeTagIds": ["0"], "displayName": "Win device SCEP", "description": null,
        "deviceManagementApplicabilityRuleOsEdition": null, "deviceManagementApplicabilityRuleDeviceMode": null,
        "deviceManagementApplicabilityRuleOsVersion": {
            "minOSVersion": "10.0.19041", "maxOSVersion": "10.0.30000", "name": "r", "ruleType": "exclude"},
    });
    let settings = json!({
        "renewalThresholdPercentage": 20, "subjectNameFormat": "custom", "subjectNameFormatString": "CN={{AAD_Device_ID}}",
        "subjectAlternativeNameType": null, "subjectAlternativeNameFormatString": null,
        "certificateValidityPeriodValue": 1, "certificateValidityPeriodScale": "years", "certificateStore": "machine",
        "keyUsage": "keyEncipherment,digitalSignature", "keySize": "size2048", "hashAlgorithm": "sha1,sha2",
        "keyStorageProvider": "useTpmKspOtherwiseFail", "scepServerUrls": ["https://scep.example/t/acme"],
        "extendedKeyUsages": [
            {"name": "Client Authentication", "objectIdentifier": "1.3.6.1.5.5.7.3.2"},
            {"name": "Ours", "objectIdentifier": "1.3.6.1.4.1.99999.1"}],
        "customSubjectAlternativeNames": [
            {"sanType": "universalResourceIdentifier", "name": "IntuneDeviceId://{{DeviceId}}"},
            {"sanType": "emailAddress", "name": "a@x.example; b@x.example"}],
        "rootCertificate@odata.context": "https://graph.microsoft.com/beta/$metadata#x",
        "rootCertificate": with(
            graph::write_root(&root(Platform::Windows)).unwrap(), json!({"id": id().as_str(), "version": 1})),
        "assignments": [{
            "id": "0f6e_93f5", "source": "direct", "sourceId": "0f6e", "intent": "apply",
            "target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "93f57a7f",
                "deviceAndAppManagementAssignmentFilterId": null, "deviceAndAppManagementAssignmentFilterType": "none"}}],
    });
    with(about, settings)
}

#[test]
fn contract_12_an_answer_of_graph_is_read() {
    let found = imported(answered());
    let profile = &found.profile;
    assert_eq!(found.root_id, Some(id()));
    assert_eq!(found.root.unwrap().certificate, root(Platform::Windows).certificate);
    assert_eq!(profile.root_certificates[0].name, "Contoso root");
    assert!(profile.root_certificates[0].thumbprints[0].is_sha1());
    assert_eq!((profile.platform, profile.certificate_type), (Platform::Windows, CertificateType::Device));
    assert_eq!(profile.key_storage_provider, Some(KeyStorageProvider::TpmElseFail));
    assert_eq!(profile.hash_algorithms, HashAlgorithm::ALL);
    assert_eq!(profile.older_alternative_names, None);
    assert_eq!(profile.extended_key_usages[0], Purpose::ClientAuthentication);
    assert!(matches!(&profile.extended_key_usages[1], Purpose::Custom { name, .. } if name == "Ours"));
    assert_eq!(profile.assignments, [Assignment::Group(Group { id: "93f57a7f".to_owned(), members: None })]);
    assert_eq!(profile.applicability_rules[0].effect, Effect::DoNotAssignIf);
}

#[test]
fn contract_12_a_root_has_the_members_of_every_configuration() {
    let every = json!({
        "deviceManagementApplicabilityRuleOsEdition": null, "deviceManagementApplicabilityRuleOsVersion": null,
        "deviceManagementApplicabilityRuleDeviceMode": null, "version": 1, "supportsScopeTags": true});
    let answered = with(graph::write_root(&root(Platform::Windows)).unwrap(), every);
    assert_eq!(graph::read_root(answered.clone()).unwrap(), root(Platform::Windows));
    for kind in ["OsEdition", "OsVersion", "DeviceMode"] {
        let ruled = with(
            answered.clone(),
            json!({format!("deviceManagementApplicabilityRule{kind}"): {"name": "r"}}),
        );
        assert!(graph::read_root(ruled).unwrap_err().to_string().contains(kind), "a rule would be lost");
    }
}

#[test]
fn m114_semicolons_are_split_on_import_and_never_written() {
    let values = |profile: &Profile| {
        profile.alternative_names.iter().map(|name| name.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(values(&imported(answered()).profile)[1..], ["a@x.example", "b@x.example"]);
    let typed = read(with(device(), json!({"alternative_names": [{"type": "email", "value": "a@x;b@x"}]})));
    let written = graph::write(&typed, None).unwrap();
    assert_eq!(written["customSubjectAlternativeNames"].as_array().unwrap().len(), 2);
}

#[test]
fn contract_12_unknown_and_unset_members_are_named() {
    for (members, told) in [
        (json!({"newSetting": true}), "newSetting: not known"),
        (json!({"newSetting": null}), "newSetting: not known"),
        (json!({"keySize": "size3072"}), "keySize: `size3072` is none of size1024"),
        (json!({"keySize": null}), "keySize: not set"),
        (json!({"renewalThresholdPercentage": 100}), "renewalThresholdPercentage: 1 to 99"),
        (json!({"certificateValidityPeriodValue": 0}), "certificateValidityPeriodValue: zero"),
        (json!({"scepServerUrls": ["https://a", "ftp://b"]}), "scepServerUrls[1]"),
        (json!({"customSubjectAlternativeNames": [{"sanType": "none", "name": "x"}]}), "Names[0].sanType"),
        (
            json!({"extendedKeyUsages": [{"name": "x", "objectIdentifier": "x"}]}),
            "extendedKeyUsages[0].objectId",
        ),
        (json!({"deviceManagementApplicabilityRuleDeviceMode": {}}), "DeviceMode"),
        (
            json!({"assignments": [{"target": {"@odata.type": "#microsoft.graph.x"}}]}),
            "assignments[0].target",
        ),
        (json!({"@odata.type": "#microsoft.graph.iosTrustedRootCertificate"}), "not a SCEP profile"),
        (json!({"rootCertificate": {"@odata.type": "#microsoft.graph.x"}}), "rootCertificate.@odata.type"),
        (json!({"description": 7}), "description: not a text"),
        (json!({"silentCertificateAccessDetails": [{"packageId": "a"}]}), "certificateAccessType"),
    ] {
        let found = wrong(with(answered(), members.clone()));
        assert!(found.contains(told), "{members}: {found}");
    }
    assert!(wrong(json!([])).contains("not an object"));
}

#[test]
fn m87_m123_each_platform_has_its_type_and_its_members() {
    let mut everything = read(with(
        device(),
        json!({"deployment_channel": "device", "all_apps_access": true, "certificate_access": "user_approval",
            "alternative_names": []}),
    ));
    for (platform, type_name, has) in [
        (
            Platform::Windows,
            "windows81SCEPCertificateProfile",
            "keyStorageProvider,hashAlgorithm,certificateStore",
        ),
        (Platform::Ios, "iosScepCertificateProfile", "certificateStore"),
        (
            Platform::MacOs,
            "macOSScepCertificateProfile",
            "deploymentChannel,allowAllAppsAccess,certificateStore",
        ),
        (Platform::AndroidDeviceAdministrator, "androidScepCertificateProfile", "hashAlgorithm"),
        (
            Platform::AndroidPersonalWorkProfile,
            "androidWorkProfileScepCertificateProfile",
            "hashAlgorithm,certificateStore",
        ),
        (
            Platform::AndroidDedicated,
            "androidDeviceOwnerScepCertificateProfile",
            "hashAlgorithm,certificateStore,certificateAccessType",
        ),
        (Platform::AospUserless, "aospDeviceOwnerScepCertificateProfile", "hashAlgorithm,certificateStore"),
    ] {
        everything.platform = platform;
        let written = graph::write(&everything, Some(&id())).unwrap();
        assert_eq!(written["@odata.type"], format!("#microsoft.graph.{type_name}"));
        for member in [
            "keyStorageProvider",
            "hashAlgorithm",
            "certificateStore",
            "deploymentChannel",
            "allowAllAppsAccess",
            "certificateAccessType",
        ] {
            assert_eq!(
                written.get(member).is_some(),
                has.split(',').any(|one| one == member),
                "{platform}: {member}"
            );
        }
    }
    everything.platform = Platform::Linux;
    assert_eq!(graph::write(&everything, None).unwrap_err().setting, "platform");
}

#[test]
fn contract_12_android_device_administrator_has_the_older_names() {
    let written = |names: Value| {
        let members = json!({"platform": "android_device_administrator", "alternative_names": names});
        graph::write(&read(with(device(), members)), None)
    };
    let fits = written(json!([
        {"type": "upn", "value": "{{UserPrincipalName}}"}, {"type": "email", "value": "{{EmailAddress}}"},
        {"type": "dns", "value": "{{DeviceName}}.x"}]))
    .unwrap();
    assert_eq!(fits["subjectAlternativeNameType"], "emailAddress,userPrincipalName,domainNameService");
    assert_eq!(fits["subjectAlternativeNameFormatString"], "{{DeviceName}}.x");
    for names in [
        json!([{"type": "email", "value": "a@x"}]),
        json!([{"type": "dns", "value": "a"}, {"type": "dns", "value": "b"}]),
        json!([{"type": "dns", "value": "a"}, {"type": "uri", "value": "b"}]),
    ] {
        assert_eq!(written(names).unwrap_err().setting, "alternative_names");
    }
}

#[test]
fn contract_12_a_format_that_apple_has_no_word_for_is_written_as_its_text() {
    let written = graph::write(
        &read(with(device(), json!({"platform": "ios", "subject": "common_name_as_aad_device_id"}))),
        None,
    );
    assert_eq!(written.unwrap()["subjectNameFormatString"], "CN={{AAD_Device_ID}}");
    let durable = json!({"platform": "ios", "subject": "common_name_as_durable_device_id"});
    assert_eq!(graph::write(&read(with(device(), durable)), None).unwrap_err().setting, "subject");
}

#[test]
fn m2_trusted_roots_come_back() {
    for platform in platforms() {
        let written = graph::write_root(&root(platform)).unwrap();
        let found = graph::read_root(written.clone()).unwrap();
        assert_eq!(found.certificate, root(platform).certificate);
        assert!(found.platform.installs_on(platform), "{platform}");
        assert_eq!(written.get("destinationStore").is_some(), written.to_string().contains("windows81"));
        assert!(
            graph::read_root(with(written, json!({"x": 1})))
                .unwrap_err()
                .to_string()
                .contains("x: not known")
        );
    }
}

#[test]
fn m200_assignments_as_a_body_and_back() {
    let group = |id: &str| Group { id: id.to_owned(), members: None };
    let all = [
        Assignment::AllUsers,
        Assignment::AllDevices,
        Assignment::Group(group("93f57a7f")),
        Assignment::Exclude(group("71aa")),
    ];
    let body = graph::assign_body(&all).unwrap();
    assert_eq!(imported(with(answered(), body)).profile.assignments, all);
    assert!(graph::assign_body(&[Assignment::Group(group("All staff"))]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn m35_what_is_written_for_graph_comes_back(profile in any_profile().prop_map(of_its_platform)) {
        let written = graph::write(&profile, Some(&id())).unwrap();
        let text = written.to_string();
        let found = graph::read(serde_json::from_str(&text).unwrap(), profile.name.clone(), Some(profile.platform)).unwrap();
        let mut expected = profile;
        if expected.platform == Platform::AndroidDeviceAdministrator {
            expected.certificate_type = found.profile.certificate_type;
        }
        prop_assert_eq!(found.root_id, Some(id()));
        prop_assert_eq!(found.profile, expected);
    }

    #[test]
    fn any_profile_is_written_the_same_once_it_was_read(profile in any_profile()) {
        let Ok(written) = graph::write(&profile, None) else { return Ok(()) };
        let found = graph::read(written.clone(), profile.name.clone(), Some(profile.platform)).unwrap().profile;
        prop_assert_eq!(graph::write(&found, None).unwrap(), written);
    }

    #[test]
    fn no_answer_panics(member in prop::sample::select(vec!["keyUsage", "assignments", "subjectNameFormat", "x"]), told in text()) {
        let _ = graph::read(with(answered(), json!({member: told.clone()})), name(), None);
        let _ = graph::read(with(answered(), json!({member: [told]})), name(), None);
    }
}

#[test]
fn m207_pkcs_profiles_are_recognised_and_not_taken_for_scep() {
    let read = |kind: &str| {
        let value = json!({"@odata.type": format!("#microsoft.graph.{kind}"), "displayName": "p"});
        graph::read(value, ProfileName::parse("p").unwrap(), None).unwrap_err().to_string()
    };
    for kind in [
        "windows10PkcsCertificateProfile",
        "androidDeviceOwnerPkcsCertificateProfile",
        "iosImportedPFXCertificateProfile",
    ] {
        assert!(read(kind).contains("PKCS certificate profile"), "{kind}: {}", read(kind));
    }
    assert!(!read("windowsWifiConfiguration").contains("PKCS"));
}
