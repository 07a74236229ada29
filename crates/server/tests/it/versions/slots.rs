//! NDES' three purposes at one endpoint (M30).

use crate::world::{Device, Told, World};
use pki::extension::{Extension, KeyUsage};

const SIGNS: KeyUsage = KeyUsage::DIGITAL_SIGNATURE;
const ENCRYPTS: KeyUsage = KeyUsage::KEY_ENCIPHERMENT;

fn endpoint(name: &str, slots: &str) -> String {
    format!(
        "[[endpoint]]\nname = '{name}'\nvalidator = 'one_time'\nndes = false\n[endpoint.slots]\n{slots}\n"
    )
}

/// A profile for each purpose, an endpoint with each slot alone, and one with all.
fn settings(usual: &str) -> String {
    // A key that only encrypts logs nobody in: clientAuth would break a lint.
    let profile = |name: &str, usage: &str| {
        format!(
            "[[profile]]\nname = '{name}'\nkey_usage = [{usage}]\nextended_key_usage = ['emailProtection']\n"
        )
    };
    [
        usual.to_owned(),
        profile("signing", "'digitalSignature'"),
        profile("ciphering", "'keyEncipherment'"),
        profile("both", "'digitalSignature', 'keyEncipherment'"),
        endpoint("signature", "signature = 'signing'"),
        endpoint("encryption", "encryption = 'ciphering'"),
        endpoint("general", "general = 'both'"),
        endpoint("all", "signature = 'signing'\nencryption = 'ciphering'\ngeneral = 'both'"),
    ]
    .concat()
}

async fn ask(world: &World, endpoint: &str, usage: Option<KeyUsage>) -> (Device, Told) {
    let device =
        world.device(&format!("{endpoint} {}", usage.map(|one| one.to_string()).unwrap_or_default()));
    let mut csr = device.csr(&world.challenge(endpoint, None).await);
    csr.extensions = usage.map(Extension::key_usage).into_iter().collect();
    let told = device.asks(world, endpoint, &csr).await;
    (device, told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m30_three_key_usages_and_three_slots() {
    let world = World::configured(|usual| settings(&usual)).await;
    let asked = [
        (Some(SIGNS), "signature", SIGNS, "signing"),
        (Some(ENCRYPTS), "encryption", ENCRYPTS, "ciphering"),
        (Some(SIGNS.with(ENCRYPTS)), "general", SIGNS.with(ENCRYPTS), "both"),
        (None, "general", SIGNS.with(ENCRYPTS), "both"),
    ];
    let mut granted = 0;
    for (usage, slot, given, profile) in asked {
        for endpoint in ["signature", "encryption", "general", "all"] {
            let (device, told) = ask(&world, endpoint, usage).await;
            if endpoint != slot && endpoint != "all" {
                assert_eq!(told.code(), Some("CHY-2012"), "{usage:?} at {endpoint}: {told:?}");
                continue;
            }
            let certificate = device.opens(&told);
            assert_eq!(certificate.key_usage().unwrap(), Some(given), "{usage:?} at {endpoint}");
            let row = world.certificates().await.pop().unwrap();
            assert_eq!(row.profile, profile, "{usage:?} at {endpoint}");
            granted += 1;
        }
    }
    assert_eq!((granted, world.issued().await), (8, 8), "nothing was issued where a slot is missing");
    world.assert_verified().await;
}

#[test]
fn slots_are_checked_like_a_profile() {
    let home = crate::world::Home::new(None, "");
    let told = |slots: &str| {
        home.configure(&format!("{}{}", home.settings(), endpoint("ndes", slots)));
        home.config().err().map(|problems| problems.to_string()).unwrap_or_default()
    };
    assert_eq!(told("general = 'device'"), "");
    assert!(told("").contains("endpoint.ndes.slots: without a slot nothing can be issued here"));
    let unknown = told("signature = 'nothing'");
    assert!(unknown.contains("CHY-6007 endpoint.ndes.slots.signature"), "{unknown}");
    assert!(told("signing = 'device'").contains("CHY-6003"));
}
