//! Profiles to begin with, as certificates come of them: M103, M119, M120, M122, M129.

use super::fleet::{everybody, of_device};
use super::lab::Lab;
use super::subjects::{codes, laptop, written};
use super::verdict::{Verdict, ensure, refusal, trouble};
use crate::cli::profile::{begun, sound};
use mdm::format::graph;
use mdm::lint::{Surroundings, lint, mend};
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{AlternativeName, Profile, RootCertificate, ScepUrl, SubjectName};
use mdm::variable::SanType;
use pki::general_name::GeneralName;
use pki::oid;
use simulator::fleet::Ended;

const FOR_ACCESS_CONTROL: &str = "IntuneDeviceId://{{DeviceId}}";

/// A CA at this URL.
pub(super) fn authority(url: &str) -> Result<Authority, String> {
    let roots = vec![RootCertificate { name: "Contoso root".to_owned(), thumbprints: Vec::new() }];
    Ok(Authority { urls: vec![ScepUrl::parse(url).map_err(trouble)?], roots })
}

/// What `profile new` writes for Windows, fit to be exported.
fn new(preset: Preset) -> Result<Profile, String> {
    let profile = begun(preset, Platform::Windows, &authority("https://scep.example/scep/wifi")?, false);
    let profile = profile.map_err(|failure| super::lab::told(&failure))?;
    sound(&profile).map_err(|failure| super::lab::told(&failure))?;
    Ok(profile)
}

/// The same for everybody, with certificates of an endpoint of the lab, whose address no export would let pass (M46).
fn at(lab: &Lab, endpoint: &str, profile: Profile) -> Result<Profile, String> {
    let urls = authority(&lab.main.url(endpoint))?.urls;
    Ok(Profile { urls, assignments: everybody(), ..profile })
}

fn values(profile: &Profile) -> Vec<&str> {
    profile.alternative_names.iter().map(|one| one.value.as_str()).collect()
}

pub(super) async fn m103(lab: &Lab) -> Verdict {
    let named = |platform| {
        let subject = SubjectName::Custom("CN={{DeviceId}}".to_owned());
        Ok::<_, String>(Profile { subject, ..of_device(platform, &["https://scep.example/scep/wifi"])? })
    };
    let on_windows = named(Platform::Windows)?;
    let found = lint(&on_windows, &Surroundings::default());
    let warning =
        found.into_iter().find(|one| one.rule.code == "PRF-341").ok_or("Windows is not warned about")?;
    ensure!(warning.sentence.contains("synchronisation"), "the reason is missing: {}", warning.sentence);
    for platform in [Platform::Ios, Platform::MacOs, Platform::AndroidPersonalWorkProfile] {
        ensure!(!codes(&named(platform)?).contains(&"PRF-341"), "{platform} is warned about");
    }
    let preset = new(Preset::WifiDevice)?;
    let mended = mend(&on_windows, &Surroundings::default());
    for profile in [&mended, &preset] {
        let (subject, names) = (profile.subject.text(), values(profile));
        ensure!(
            subject == Some("CN={{AAD_Device_ID}}") && names == [FOR_ACCESS_CONTROL],
            "mended or preset: {subject:?}, {names:?}"
        );
    }
    let subject = written(
        &laptop(lab, Profile { subject: on_windows.subject, ..at(lab, "intune", preset)? })?.enrol().await?,
    )?;
    Ok(format!("PRF-341 on Windows alone, mended to Entra's id and the URI; {subject} enrols all the same"))
}

pub(super) async fn m119(lab: &Lab) -> Verdict {
    let profile = at(lab, "intune", new(Preset::NpsUser)?)?;
    let bare = Profile { alternative_names: Vec::new(), ..profile.clone() };
    ensure!(codes(&bare).contains(&"PRF-421"), "the linter does not miss the UPN");
    ensure!(!codes(&profile).contains(&"PRF-421"), "the linter misses the UPN of the preset");
    let certificate = laptop(lab, profile)?.enrol().await?;
    let names = certificate.san().map_err(trouble)?.0;
    ensure!(names == [GeneralName::Upn("janedoe@contoso.com".into())], "the names are {names:?}");
    let usages = certificate.extended_key_usage().map_err(trouble)?;
    ensure!(usages.is_some_and(|all| all.0 == [oid::CLIENT_AUTH]), "it is not for client authentication");
    Ok("the preset nps-user enrols with the UPN and client authentication; without it, PRF-421".into())
}

pub(super) async fn m120(lab: &Lab) -> Verdict {
    let profile = at(lab, "intune", new(Preset::WifiDevice)?)?;
    let mut misspelt = profile.clone();
    misspelt.alternative_names =
        vec![AlternativeName { kind: SanType::Uri, value: "intunedeviceid://{{DeviceId}}".to_owned() }];
    ensure!(codes(&misspelt).contains(&"PRF-415"), "another letter case passes the linter");
    let mended = mend(&misspelt, &Surroundings::default());
    ensure!(values(&mended) == [FOR_ACCESS_CONTROL], "mended: {:?}", values(&mended));
    let mut scene = laptop(lab, profile)?;
    let uri = format!("IntuneDeviceId://{}", scene.device.id);
    let certificate = scene.enrol().await?;
    let exact = certificate.der().windows(uri.len()).filter(|window| *window == uri.as_bytes()).count();
    ensure!(exact == 1, "{uri} stands {exact} times in the certificate");
    Ok(format!("the preset's certificate has {uri}, letter for letter; another case is PRF-415"))
}

/// Common names and e-mail names that SecureW2's pages offer.
const OF_USERS: (&[&str], &[&str]) =
    (&["UserName", "EmailAddress", "UserPrincipalName"], &["UserName", "UserPrincipalName"]);
const OF_DEVICES: (&[&str], &[&str]) = (&["DeviceName", "AAD_Device_ID"], &["AAD_Device_ID", "DeviceName"]);

pub(super) async fn m122(lab: &Lab) -> Verdict {
    let mut choices = 0;
    for (preset, (common_names, mails)) in
        [(Preset::SecureW2User, OF_USERS), (Preset::SecureW2Device, OF_DEVICES)]
    {
        let begun = new(preset)?;
        for (common_name, mail) in common_names.iter().flat_map(|cn| mails.iter().map(move |mail| (cn, mail)))
        {
            let mut profile = begun.clone();
            profile.subject = SubjectName::Custom(format!("CN={{{{{common_name}}}}}"));
            let mail = AlternativeName { kind: SanType::Email, value: format!("{{{{{mail}}}}}") };
            profile.alternative_names = vec![mail];
            sound(&profile).map_err(|failure| super::lab::told(&failure))?;
            let mut scene = laptop(lab, at(lab, "names", profile)?)?;
            scene.order(scene.now())?;
            choices += 1;
        }
    }
    let mut scene = laptop(lab, at(lab, "names", new(Preset::SecureW2Device)?)?)?;
    let id = scene.device.facts.device.entra_id.clone().unwrap_or_default();
    let names = scene.enrol().await?.san().map_err(trouble)?.0;
    ensure!(names == [GeneralName::Email(id)], "the names are {names:?}");
    let mut strict = laptop(lab, at(lab, "intune", new(Preset::SecureW2Device)?)?)?;
    let order = strict.order(strict.now())?;
    let Ended::Failed(outcome) = strict.send(&order).await?.ended else {
        return Err("control: a profile that wants addresses gave a device's id as one".into());
    };
    let code = refusal(&outcome)?;
    ensure!(code == "CHY-2307", "where addresses are asked for: {code}");
    Ok(format!(
        "{choices} choices of SecureW2's; a device's id as e-mail name by enforce_email_syntax, else {code}"
    ))
}

pub(super) async fn m129(_: &Lab) -> Verdict {
    let (ended, url) = (Platform::AndroidDeviceAdministrator, "https://scep.example/scep/wifi");
    let refused = begun(Preset::WifiUser, ended, &authority(url)?, false).err();
    let told = super::lab::told(&refused.ok_or("a profile for device administrator is made unasked")?);
    ensure!(told.contains("--legacy"), "the way is not told: {told}");
    let profile = begun(Preset::WifiUser, ended, &authority(url)?, true);
    let profile = profile.map_err(|failure| super::lab::told(&failure))?;
    ensure!(codes(&profile).contains(&"PRF-113"), "the linter does not say that it has ended");
    let body = graph::write(&profile, None).map_err(trouble)?;
    ensure!(
        body["@odata.type"] == "#microsoft.graph.androidScepCertificateProfile",
        "{}",
        body["@odata.type"]
    );
    let newer = begun(Preset::WifiUser, Platform::AndroidFullyManaged, &authority(url)?, false);
    ensure!(newer.is_ok(), "control: Android Enterprise is hidden, too");
    Ok("device administrator is made with --legacy alone, and PRF-113 says that it has ended".into())
}
