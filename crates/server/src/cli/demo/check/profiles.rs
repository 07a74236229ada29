//! Profiles before they are delivered: M65, M188, M189, M191, M193.

use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::sound;
use mdm::diff::{Change, changes};
use mdm::expand::{DeviceFacts, Facts, UserFacts, expand};
use mdm::lint::{Surroundings, lint, mend};
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{AlternativeName, Profile, RootCertificate, ScepUrl, SubjectName};
use mdm::variable::SanType;

const SID: &str = "{{OnPremisesSecurityIdentifier}}";

pub(super) fn of_users(platform: Platform) -> Result<Profile, String> {
    let urls = vec![ScepUrl::parse("https://scep.contoso.example/scep/wifi").map_err(trouble)?];
    let roots = vec![RootCertificate { name: "Contoso root".to_owned(), thumbprints: Vec::new() }];
    let profile = Preset::WifiUser.profile(platform, &Authority { urls, roots });
    profile.ok_or_else(|| format!("there is no such preset for {platform}"))
}

fn with_sid(platform: Platform, kind: SanType) -> Result<Profile, String> {
    let mut profile = of_users(platform)?;
    profile.alternative_names.push(AlternativeName { kind, value: SID.to_owned() });
    Ok(profile)
}

pub(super) fn codes(profile: &Profile, known: &Surroundings) -> Vec<(&'static str, String)> {
    lint(profile, known).into_iter().map(|found| (found.rule.code, found.sentence)).collect()
}

pub(super) async fn m65(_: &Lab) -> Verdict {
    for c in ['+', ',', ';', '='] {
        let mut profile = of_users(Platform::Windows)?;
        profile.subject = SubjectName::Custom(format!("CN=Test\\{c}LLC, O=Contoso"));
        let found = codes(&profile, &Surroundings::default());
        ensure!(found.iter().any(|one| one.0 == "PRF-202"), "{c}: {found:?}");
        let mended = mend(&profile, &Surroundings::default()).subject;
        let quoted = format!("CN=\"Test{c}LLC\", O=Contoso");
        ensure!(mended.text() == Some(&quoted), "{c}: {:?}", mended.text());
    }
    Ok("the linter finds an escaped + , ; or = (PRF-202), and writes the value in quotation marks".into())
}

pub(super) async fn m188(_: &Lab) -> Verdict {
    for kind in [SanType::Dns, SanType::Upn, SanType::Email] {
        let profile = with_sid(Platform::Windows, kind)?;
        let refused = sound(&profile).err().ok_or_else(|| format!("exported with the SID as {kind:?}"))?;
        let told = refused.complaints.iter().any(|one| one.sentence.contains("PRF-321"));
        ensure!(told, "refused for another reason: {:?}", refused.complaints);
    }
    let profile = with_sid(Platform::Windows, SanType::Uri)?;
    sound(&profile).map_err(|refused| format!("{:?}", refused.complaints))?;
    Ok("export refuses the variable in DNS, UPN and e-mail (PRF-321), and writes it in a URI".into())
}

pub(super) async fn m189(_: &Lab) -> Verdict {
    for platform in [Platform::Windows, Platform::Ios, Platform::MacOs] {
        let found = codes(&with_sid(platform, SanType::Uri)?, &Surroundings::default());
        ensure!(!found.iter().any(|one| one.0 == "PRF-342"), "{platform} has Android's notice");
        sound(&with_sid(platform, SanType::Uri)?).map_err(|refused| format!("{:?}", refused.complaints))?;
    }
    let android = with_sid(Platform::AndroidFullyManaged, SanType::Uri)?;
    let found = codes(&android, &Surroundings::default());
    let notice = found.into_iter().find(|one| one.0 == "PRF-342").ok_or("no notice for Android")?;
    sound(&android).map_err(|refused| format!("{:?}", refused.complaints))?;
    Ok(format!("allowed on Windows, iOS and macOS; on Android with the notice: {}", notice.1))
}

pub(super) async fn m191(_: &Lab) -> Verdict {
    let profile = with_sid(Platform::Windows, SanType::Uri)?;
    let told = |synchronised| {
        let known = Surroundings { users_synchronised: Some(synchronised), ..Surroundings::default() };
        codes(&profile, &known).iter().any(|one| one.0 == "PRF-325")
    };
    ensure!(told(false) && !told(true), "PRF-325 does not go by whether users are synchronised");
    let facts = |sid: Option<&str>| Facts {
        device: DeviceFacts { name: Some("PC-1".into()), ..DeviceFacts::new(Platform::Windows) },
        user: Some(UserFacts {
            user_name: Some("ada".into()),
            upn: Some("ada@contoso.example".into()),
            on_premises_sid: sid.map(str::to_owned),
            email: Some("ada@contoso.example".into()),
            given_name: None,
            surname: None,
            department: None,
            on_premises_distinguished_name: None,
            on_premises_sam_account_name: None,
            on_premises_upn: None,
        }),
    };
    let synchronised = expand(&profile, &facts(Some("S-1-5-21-1-2-3-1191")));
    ensure!(synchronised.is_ok(), "not delivered to a synchronised user: {synchronised:?}");
    let cloud = expand(&profile, &facts(None)).err().ok_or("delivered to a user of the cloud alone")?;
    Ok(format!(
        "the linter says so beforehand (PRF-325); a cloud-only user does not get the profile: {cloud}"
    ))
}

pub(super) async fn m193(_: &Lab) -> Verdict {
    let (before, after) = (of_users(Platform::Windows)?, with_sid(Platform::Windows, SanType::Uri)?);
    let changed = changes(&before, &after);
    ensure!(changed.iter().any(Change::enrols_again), "adding the URI changes nothing: {changed:?}");
    let renamed = Profile { description: "another".to_owned(), ..before.clone() };
    ensure!(!changes(&before, &renamed).iter().any(Change::enrols_again), "a description re-issues");
    let sentence = changed.first().map(|one| one.sentence.clone()).unwrap_or_default();
    Ok(format!("diff says of the added URI: {sentence}; of another description: nothing"))
}
