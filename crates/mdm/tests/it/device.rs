//! What one device does with a profile.

use crate::profile::{device, read, with};
use mdm::device::*;
use mdm::expand::DeviceFacts;
use mdm::platform::{Platform, Renewal, RootTrust, UrlChoice};
use mdm::profile::*;
use mdm::variable::Variable;
use serde_json::json;

const DAY: i64 = 86_400;

fn version(text: &str) -> OsVersion {
    OsVersion::parse(text).unwrap()
}

fn group(id: &str) -> Assignment {
    Assignment::Group(Group { id: id.to_owned(), members: None })
}

fn excluded(id: &str) -> Assignment {
    Assignment::Exclude(Group { id: id.to_owned(), members: None })
}

/// The user is in `people`, the device in `machines`.
fn reach(assignments: &[Assignment]) -> Reach {
    let within = |group: &Group| Reach { user: group.id == "people", device: group.id == "machines" };
    Reach::of(assignments, true, within)
}

#[test]
fn m3_only_users_against_only_devices_do_not_meet() {
    let ways: [(&str, Vec<Assignment>); 3] = [
        ("user", vec![group("people")]),
        ("device", vec![group("machines")]),
        ("both", vec![group("people"), group("machines")]),
    ];
    for (root, of_root) in &ways {
        for (scep, of_scep) in &ways {
            let meets = reach(of_scep).meets(reach(of_root));
            let fails = matches!((*root, *scep), ("user", "device") | ("device", "user"));
            assert_eq!(meets, !fails, "root for {root}, SCEP profile for {scep}");
        }
    }
}

#[test]
fn m200_users_devices_everybody_and_all_but() {
    let (user, device) = (Reach { user: true, device: false }, Reach { user: false, device: true });
    assert_eq!(reach(&[Assignment::AllUsers]), user);
    assert_eq!(reach(&[Assignment::AllDevices]), device);
    assert_eq!(reach(&[]), Reach::default());
    assert_eq!(reach(&[group("others")]), Reach::default());
    assert_eq!(reach(&[Assignment::AllUsers, excluded("people")]), Reach::default());
    // An excluded group of the other kind takes nobody out.
    assert_eq!(reach(&[Assignment::AllUsers, excluded("machines")]), user);
    let nobody = |_: &Group| Reach::default();
    assert_eq!(Reach::of(&[Assignment::AllUsers], false, nobody), Reach::default());
}

#[test]
fn m81_four_providers_with_and_without_tpm_and_hello() {
    use KeyStorageProvider::{HelloElseFail, Software, TpmElseFail, TpmElseSoftware};
    let ask = |provider, tpm, hello| {
        let profile = Profile { key_storage_provider: Some(provider), ..read(device()) };
        let hardware = Hardware { tpm, hello, ..Hardware::new(version("10.0.22631")) };
        hardware.key_place(Platform::Windows, &profile)
    };
    for (provider, without, with) in [
        (TpmElseSoftware, Ok(KeyPlace::Software), Ok(KeyPlace::Tpm)),
        (TpmElseFail, Err(NoKey::NoTpm), Ok(KeyPlace::Tpm)),
        (HelloElseFail, Err(NoKey::NoHello), Err(NoKey::NoHello)),
        (Software, Ok(KeyPlace::Software), Ok(KeyPlace::Software)),
    ] {
        assert_eq!(
            (ask(provider, false, false), ask(provider, true, false)),
            (without, with),
            "{provider:?}"
        );
    }
    assert_eq!(ask(HelloElseFail, false, true), Ok(KeyPlace::Hello));
}

#[test]
fn m86_windows_makes_4096_bits_in_software_only() {
    use KeyStorageProvider::{HelloElseFail, Software, TpmElseFail, TpmElseSoftware};
    let ask = |provider, tpm| {
        let profile = read(with(device(), json!({"key_size": 4096})));
        let profile = Profile { key_storage_provider: Some(provider), ..profile };
        let hardware = Hardware { tpm, hello: true, ..Hardware::new(version("10.0.22631")) };
        hardware.key_place(Platform::Windows, &profile)
    };
    assert_eq!(ask(Software, true), Ok(KeyPlace::Software));
    for provider in [TpmElseFail, TpmElseSoftware, HelloElseFail] {
        assert_eq!(ask(provider, true), Err(NoKey::TooLarge { provider }), "{provider:?}");
    }
    assert_eq!(ask(TpmElseSoftware, false), Ok(KeyPlace::Software));
}

#[test]
fn m85_4096_bits_from_ios_14_and_macos_11() {
    let ask = |platform, size: u32, text: &str| {
        let profile = Profile { platform, ..read(with(device(), json!({"key_size": size}))) };
        Hardware::new(version(text)).key_place(platform, &profile)
    };
    for (platform, old, new, from) in
        [(Platform::Ios, "13.7", "14", 14), (Platform::MacOs, "10.15", "11", 11)]
    {
        assert_eq!(ask(platform, 4096, old), Err(NoKey::Size { from_version: Some(from) }));
        assert_eq!(ask(platform, 4096, new), Ok(KeyPlace::System));
        assert_eq!(ask(platform, 2048, old), Ok(KeyPlace::System));
    }
    assert_eq!(ask(Platform::AndroidFullyManaged, 4096, "8"), Ok(KeyPlace::System));
}

#[test]
fn m90_a_fifth_of_a_year_is_73_days() {
    let life = Life { from: 1_000, until: 1_000 + 365 * DAY };
    let threshold = RenewalThreshold::USUAL;
    let opens = life.until - 73 * DAY;
    assert_eq!(life.renewal_from(threshold), opens);
    let due = |now| Renewal::AtEachCheckIn.due(life, threshold, now, false);
    assert_eq!((due(opens - 1), due(opens), due(life.until)), (Due::Nothing, Due::Renewal, Due::Renewal));
    assert_eq!(due(life.until + 1), Due::Replacement);
}

#[test]
fn m165_m166_apple_renews_in_the_window_unlocked_and_never_after() {
    let life = Life { from: 0, until: 100 * DAY };
    for platform in Platform::ALL {
        let renewal = platform.rules().renewal.value;
        let due = |day: i64, unlocked| renewal.due(life, RenewalThreshold::USUAL, day * DAY, unlocked);
        let apple = matches!(platform, Platform::Ios | Platform::MacOs);
        assert_eq!((due(79, true), due(80, true)), (Due::Nothing, Due::Renewal), "{platform}");
        assert_eq!(due(79, false), Due::Nothing, "{platform}");
        assert_eq!(due(80, false), if apple { Due::Unlocking } else { Due::Renewal }, "{platform}");
        assert_eq!(due(101, true), if apple { Due::Exclusion } else { Due::Replacement }, "{platform}");
    }
}

#[test]
fn m16_less_than_five_days_is_not_installed() {
    let life = Life { from: 0, until: 10 * DAY };
    assert!(!life.is_too_short(5 * DAY) && life.is_too_short(5 * DAY + 1));
}

#[test]
fn m130_m131_m132_m133_what_android_does_by_its_version() {
    let trust = RootTrust::NotFromAndroid11;
    assert!(trust.installs(10, false) && !trust.installs(11, false) && trust.installs(11, true));

    let known = DeviceFacts {
        serial_number: Some("SN1".into()),
        imei: Some("1".into()),
        meid: Some("2".into()),
        name: Some("phone".into()),
        ..DeviceFacts::new(Platform::AndroidPersonalWorkProfile)
    };
    let new = Hardware::new(version("12"));
    let shown = new.shown(&known);
    assert_eq!(
        (shown.serial_number, shown.imei, shown.meid, shown.name),
        (None, None, None, known.name.clone())
    );
    assert_eq!(Hardware::new(version("11")).shown(&known), known);
    assert_eq!(Hardware { identifiers_known: true, ..new.clone() }.shown(&known), known);
    let owned = DeviceFacts { platform: Platform::AndroidFullyManaged, ..known };
    assert_eq!(new.shown(&owned), owned);
    assert!(!new.hides(Platform::AndroidFullyManaged, Variable::Imei));

    let waits = |text: &str, encryption, pin, platform| {
        Hardware { encryption, pin, ..Hardware::new(version(text)) }.waits_for_pin(platform)
    };
    let (whole, files) = (Encryption::WholeDisk, Encryption::Files);
    let (work, kiosk) = (Platform::AndroidPersonalWorkProfile, Platform::AndroidDedicated);
    assert!(
        waits("10", whole, false, work)
            && !waits("10", whole, true, work)
            && !waits("10", files, false, work)
    );
    assert!(waits("8.1", whole, false, kiosk) && !waits("9", whole, false, kiosk));
    assert!(!waits("10", whole, false, Platform::Windows));
}

#[test]
fn m170_m171_m172_each_platform_has_its_way_with_several_urls() {
    let urls = ["a", "b", "c"];
    // The last of those that can be drawn.
    let last = |bound: usize| bound - 1;
    let first = |_: usize| 0;
    let of = |choice: UrlChoice, below: fn(usize) -> usize| choice.deliver(&urls, below);
    let android = of(Platform::AndroidFullyManaged.rules().url_choice.value, first);
    assert_eq!((android.urls, android.stays), (vec!["b", "c", "a"], true));
    let windows = of(Platform::Windows.rules().url_choice.value, first);
    assert_eq!((windows.urls, windows.stays), (vec!["b", "c", "a"], false));
    assert_eq!(of(UrlChoice::InShuffledOrder, last).urls, urls);
    for apple in [Platform::Ios, Platform::MacOs] {
        let choice = apple.rules().url_choice.value;
        assert_eq!((of(choice, first).urls, of(choice, last).urls), (vec!["a"], vec!["c"]), "{apple}");
    }
    let none: Delivered<&str> = UrlChoice::OneDrawn.deliver(&[], |_| 0);
    assert_eq!(none.urls, Vec::<&str>::new());
}

#[test]
fn m142_each_firmware_of_the_list_is_found_and_its_neighbours_are_not() {
    let tpm = |manufacturer: &str, firmware: &str, specification: Option<&str>| Tpm {
        manufacturer: manufacturer.to_owned(),
        firmware: firmware.to_owned(),
        specification: specification.map(str::to_owned),
    };
    let list = BadFirmware::default();
    for (manufacturer, firmware) in [
        ("STMicro", "71.12"),
        ("STM", "73.4.17568.4452"),
        ("stm", "71.12.17568.4100"),
        ("Intel", "11.8.50.3399"),
        ("INTC", "2.0.0.2060"),
        ("Infineon", "7.63.3353.0"),
        ("IFX", "3.19"),
    ] {
        assert!(list.is_of(&tpm(manufacturer, firmware, None)), "{manufacturer} {firmware}");
        assert!(!list.is_of(&tpm("AMD", firmware, None)), "{firmware} of another");
        assert!(!list.is_of(&tpm(manufacturer, &format!("{firmware}.1"), None)), "later than {firmware}");
    }
    assert_eq!(list.iter().count(), 7);
    assert!(list.is_of(&tpm("IFX", "3.19", Some("1.2"))) && !list.is_of(&tpm("IFX", "3.19", Some("2.0"))));
    let newer: BadFirmware =
        serde_json::from_value(json!([{"manufacturer": "AMD", "firmware": "3.1"}])).unwrap();
    assert!(newer.is_of(&tpm("AMD", "3.1", Some("2.0"))) && !newer.is_of(&tpm("STM", "71.12", None)));
}
