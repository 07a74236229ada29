//! Several URLs: M91, M169 to M172, M174.

use super::*;
use std::collections::BTreeSet;

fn three(platform: Platform) -> Assignments {
    let urls = ["a", "b", "c"].map(|at| ScepUrl::parse(&format!("https://{at}.example/scep")).unwrap());
    assigned(Profile { urls: urls.to_vec(), ..profile(platform) })
}

/// The lists of 60 cycles.
fn lists(platform: Platform, version: &str) -> BTreeSet<Vec<String>> {
    let (all, device, mut dice) = (three(platform), device(platform, version), Dice::new(7, "urls"));
    let cycle = |_| {
        let outcomes = all.evaluate(&device, NOW, &mut dice);
        let order = outcomes.iter().find_map(Outcome::order).unwrap();
        order.urls.urls.iter().map(ToString::to_string).collect()
    };
    (0..60).map(cycle).collect()
}

#[test]
fn m170_m172_m174_windows_and_android_get_every_order_with_time() {
    for (platform, version) in
        [(Platform::Windows, "10.0.22631"), (Platform::AndroidPersonalWorkProfile, "14")]
    {
        let lists = lists(platform, version);
        assert_eq!((lists.len(), lists.iter().all(|list| list.len() == 3)), (6, true), "{platform}");
    }
    let stays = |platform, version| order(&three(platform), &device(platform, version)).urls.stays;
    assert!(stays(Platform::AndroidPersonalWorkProfile, "14") && !stays(Platform::Windows, "10.0.22631"));
}

#[test]
fn m171_an_iphone_gets_one_url_another_each_cycle() {
    let lists = lists(Platform::Ios, "18");
    assert_eq!((lists.len(), lists.iter().all(|list| list.len() == 1)), (3, true));
}

#[test]
fn m91_without_a_url_nothing_is_asked() {
    let all = assigned(Profile { urls: Vec::new(), ..profile(Platform::Windows) });
    assert_eq!(state(&all, &device(Platform::Windows, "10.0.22631")), State::NoUrl);
}
