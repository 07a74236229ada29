//! What an administrator enters on the portal's pages: M15, M73, M74, M89.

use super::editors;
use super::fleet::{Scene, of_user};
use super::lab::Lab;
use super::profiles::{codes, of_users};
use super::rollout::{applied, definition, office};
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::sound;
use mdm::format::{graph, steps};
use mdm::lint::{Surroundings, mend};
use mdm::platform::Platform;
use mdm::profile::{Profile, ProfileName, Purpose, PurposeOid, Validity};
use serde_json::{Value, json};
use std::num::NonZeroU16;

fn has(profile: &Profile, code: &str) -> bool {
    codes(profile, &Surroundings::default()).iter().any(|one| one.0 == code)
}

pub(super) async fn m15(lab: &Lab) -> Verdict {
    let of = |make: fn(NonZeroU16) -> Validity, count: u16| {
        let validity = make(NonZeroU16::new(count).ok_or("no time at all")?);
        Ok::<_, String>(Profile { validity, ..of_users(Platform::Windows)? })
    };
    for fits in [of(Validity::Months, 24)?, of(Validity::Years, 2)?, of(Validity::Days, 731)?] {
        sound(&fits).map_err(|refused| format!("{}: {:?}", fits.validity, refused.complaints))?;
    }
    let mut said = String::new();
    for wrong in [of(Validity::Years, 3)?, of(Validity::Days, 732)?, of(Validity::Months, 25)?] {
        let refused = sound(&wrong).err().ok_or_else(|| format!("{} is exported", wrong.validity))?;
        let sentences: Vec<&str> = refused.complaints.iter().map(|one| one.sentence.as_str()).collect();
        ensure!(sentences.iter().any(|one| one.contains("PRF-601")), "{}: {sentences:?}", wrong.validity);
        let mended = mend(&wrong, &Surroundings::default()).validity;
        ensure!(!mended.is_over_24_months(), "{} is mended to {mended}", wrong.validity);
        let found = codes(&wrong, &Surroundings::default()).into_iter().find(|one| one.0 == "PRF-601");
        said = found.map(|one| one.1).unwrap_or_default();
    }
    editors::too_long(lab).await?;
    Ok(format!("24 months are exported; refused (PRF-601), in the portal too: {said}"))
}

pub(super) async fn m73(_: &Lab) -> Verdict {
    let mut ways = 0;
    for platform in Platform::ALL {
        let profile = of_user(platform, &["https://scep.example/scep/wifi"])?;
        let Ok(steps) = steps::scep(&profile) else {
            ensure!(platform == Platform::Linux, "there is no page for {platform}");
            continue;
        };
        let field = steps.iter().find(|step| step.field == "Profile type").ok_or("no profile type")?;
        let (direct, templates) = field.value.split_once(", or ").ok_or("one way alone")?;
        let named = direct.ends_with("SCEP certificate") && templates == "Templates > SCEP certificate";
        ensure!(named, "{platform}: {}", field.value);
        ways += 1;
    }
    Ok(format!(
        "the steps for {ways} kinds of device name SCEP certificate and Templates > SCEP certificate; Linux has none"
    ))
}

pub(super) async fn m74(_: &Lab) -> Verdict {
    for wrong in ["", "two words", "a/b", &"a".repeat(65)] {
        ensure!(ProfileName::parse(wrong).is_err(), "{wrong:?} is taken for a name");
    }
    let plain = Profile { display_name: None, ..of_users(Platform::Windows)? };
    let shown = plain.shown_name();
    ensure!(shown == format!("SCEP - {} - Windows 10 and 11", plain.name), "without a name it is {shown:?}");
    let written = graph::write(&plain, None).map_err(trouble)?;
    ensure!(written.get("displayName") == Some(&json!(shown)), "Graph gets {written}");
    let called = |name: &str| Profile { display_name: Some(name.to_owned()), ..plain.clone() };
    ensure!(has(&called(" "), "PRF-101"), "an empty name is no error");
    ensure!(sound(&called(" ")).is_err(), "a profile with an empty name is exported");
    ensure!(has(&called("SCEP certificate 2"), "PRF-102"), "a name that says nothing is not advised against");
    let good = called("Wi-Fi of the Hamburg office");
    ensure!(!has(&good, "PRF-101") && !has(&good, "PRF-102"), "a good name is complained of");
    let described = Profile { description: "Wi-Fi; looked after by IT".to_owned(), ..plain.clone() };
    ensure!(has(&plain, "PRF-103") && !has(&described, "PRF-103"), "PRF-103 does not go by the description");
    sound(&plain).map_err(|refused| format!("without description: {:?}", refused.complaints))?;
    Ok(format!(
        "\"{shown}\" where no name is given; an empty one is refused (PRF-101); no description is advice (PRF-103)"
    ))
}

/// A profile whose purposes are these words of a file.
fn with_purposes(words: &Value) -> Result<Profile, String> {
    let purposes = serde_json::from_value(words.clone()).map_err(trouble)?;
    Ok(Profile { extended_key_usages: purposes, ..of_users(Platform::Windows)? })
}

pub(super) async fn m89(lab: &Lab) -> Verdict {
    for (word, name, oid) in [
        ("client_authentication", "Client Authentication", "1.3.6.1.5.5.7.3.2"),
        ("secure_email", "Secure Email", "1.3.6.1.5.5.7.3.4"),
        ("smart_card_logon", "Smart Card Logon", "1.3.6.1.4.1.311.20.2.2"),
    ] {
        let written = graph::write(&with_purposes(&json!([word]))?, None).map_err(trouble)?;
        let due = json!([{ "name": name, "objectIdentifier": oid }]);
        ensure!(written.get("extendedKeyUsages") == Some(&due), "{word}: {:?}", written["extendedKeyUsages"]);
    }
    let wrong = json!([{ "custom": { "name": "Ours", "oid": "1.3.six" } }]);
    ensure!(with_purposes(&wrong).is_err(), "1.3.six is taken for an identifier");
    ensure!(has(&with_purposes(&json!([]))?, "PRF-801"), "no purpose at all is not warned about");
    let misnamed = json!([{ "custom": { "name": "Wi-Fi", "oid": "1.3.6.1.5.5.7.3.2" } }]);
    let misnamed = with_purposes(&misnamed)?;
    let mended = mend(&misnamed, &Surroundings::default()).extended_key_usages;
    let client = [Purpose::ClientAuthentication];
    ensure!(has(&misnamed, "PRF-808") && mended == client, "another name for one of the list: {mended:?}");

    let oid = PurposeOid::parse("1.3.6.1.4.1.99999.7").map_err(trouble)?;
    let custom = Purpose::Custom { name: "Door of the lab".to_owned(), oid };
    let office = office(lab).await?;
    let mut wanted = definition(lab, "m89", Platform::Windows)?;
    wanted.profile.extended_key_usages = vec![Purpose::ClientAuthentication, custom];
    applied(&office, &wanted).await?;
    let shown = wanted.profile.shown_name();
    let kept = lab.tenant.deployed().into_iter().find(|one| one.profile.shown_name() == shown);
    let kept = kept.map(|one| one.profile.extended_key_usages).unwrap_or_default();
    ensure!(kept == wanted.profile.extended_key_usages, "out of the tenant came {kept:?}");
    let asked = |platform| {
        let purposes = wanted.profile.extended_key_usages.clone();
        let plain = of_user(platform, &["https://scep.example/scep/wifi"])?;
        let mut scene = Scene::new(lab, Profile { extended_key_usages: purposes, ..plain }, "18")?;
        Ok::<_, String>(scene.order(scene.now())?.expected.in_request.purposes.0)
    };
    let (windows, ios) = (asked(Platform::Windows)?, asked(Platform::Ios)?);
    ensure!(windows == [pki::oid::CLIENT_AUTH, oid.oid()], "Windows asks for {windows:?}");
    ensure!(ios == [pki::oid::CLIENT_AUTH], "an iPhone asks for {ios:?}");
    Ok("a word of the list brings name and identifier; a custom one comes back out of the tenant and into Windows' request".into())
}
