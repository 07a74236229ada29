//! Subjects with variables, as certificates have them: M97 to M102, M104 to M106.

use super::fleet::{Scene, of_user};
use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use mdm::lint::{Surroundings, lint};
use mdm::platform::Platform;
use mdm::profile::{Profile, SubjectName};
use mdm::subject::{AttributeType, Subject};
use pki::certificate::Certificate;
use simulator::evaluation::State;

const WINDOWS: &str = "10.0.26100";

/// Jane's laptop, which has a value for every variable but the security identifier.
pub(super) fn laptop(lab: &Lab, profile: Profile) -> Result<Scene<'_>, String> {
    let mut scene = Scene::new(lab, profile, WINDOWS)?;
    let known = |text: &str| Some(text.to_owned());
    let device = &mut scene.device.facts.device;
    device.wifi_mac_address = known("001122AABBCC");
    device.imei = known("490154203237518");
    device.meid = known("A0000000002329");
    device.fqdn = known("laptop-7.corp.contoso.com");
    let user = scene.device.facts.user.as_mut().ok_or("the device has no user")?;
    user.user_name = known("janedoe");
    user.upn = known("janedoe@contoso.com");
    user.email = known("jane.doe@contoso.com");
    (user.given_name, user.surname, user.department) = (known("Jane"), known("Doe"), known("Sales"));
    user.on_premises_distinguished_name = known("CN=Jane,DC=contoso,DC=com");
    user.on_premises_sam_account_name = known("testUser");
    user.on_premises_upn = known("janedoe@corp.contoso.com");
    Ok(scene)
}

/// Jane's laptop and a profile with this subject.
pub(super) fn with<'a>(lab: &'a Lab, subject: &str) -> Result<Scene<'a>, String> {
    let profile = of_user(Platform::Windows, &[&lab.main.url("intune")])?;
    laptop(lab, Profile { subject: SubjectName::Custom(subject.to_owned()), ..profile })
}

/// The subject of a certificate, as profiles write it.
pub(super) fn written(certificate: &Certificate) -> Result<String, String> {
    Ok(Subject::from_name(certificate.subject()).map_err(trouble)?.to_string())
}

pub(super) async fn issued(lab: &Lab, subject: &str) -> Result<String, String> {
    written(&with(lab, subject)?.enrol().await?)
}

/// The codes of what the linter finds.
pub(super) fn codes(profile: &Profile) -> Vec<&'static str> {
    lint(profile, &Surroundings::default()).into_iter().map(|found| found.rule.code).collect()
}

pub(super) fn has_code(platform: Platform, subject: &str, code: &str) -> Result<bool, String> {
    let subject = SubjectName::Custom(subject.to_owned());
    Ok(codes(&Profile { subject, ..of_user(platform, &[])? }).contains(&code))
}

/// A scene whose profile has to fail for want of a value.
pub(super) fn valueless(scene: &mut Scene<'_>) -> Result<State, String> {
    let state = scene.state(scene.now())?;
    if state.row() == "M112" { Ok(state) } else { Err(format!("{state} ({})", state.row())) }
}

const READ: [(&str, &str); 8] = [
    ("cn = \"Doe, Jane\" ; o=Contoso", "CN=\"Doe, Jane\", O=Contoso"),
    ("O=Contoso, CN=1, OU=a, OU=b", "O=Contoso, CN=1, OU=a, OU=b"),
    ("CN=\"1 \"\"2\"\"\"", "CN=\"1 \"\"2\"\"\""),
    ("EMAIL=a@b.example\r\nST=Hesse", "E=a@b.example, S=Hesse"),
    ("S=Hesse, GivenName=Jane, SN=Doe", "S=Hesse, G=Jane, SN=Doe"),
    ("OU=b + CN=a, C=DE", "CN=a + OU=b, C=DE"),
    ("2.5.4.3=x, OID.1.2.3.4=y", "CN=x, OID.1.2.3.4=y"),
    ("CN=CORP\\jane", "CN=CORP\\jane"),
];
const NOT_READ: [&str; 6] = ["CN=\"open", "Jane", "FOO=1", "CN=a\\,b", "CN=a=b", "CN=1,"];

pub(super) async fn m97(lab: &Lab) -> Verdict {
    for (text, canonical) in READ {
        let read = Subject::parse(text).map_err(|error| format!("{text}: {error}"))?.to_string();
        ensure!(read == canonical, "{text} is read as {read}");
    }
    for key in AttributeType::keys() {
        ensure!(Subject::parse(&format!("{key}=1")).is_ok(), "the key {key} is not known");
    }
    for text in NOT_READ {
        ensure!(Subject::parse(text).is_err(), "{text} is read");
        let state = with(lab, text)?.at(lab.tenant.clock.now())?.state().map(State::row);
        ensure!(state == Some("M97"), "{text} on a device: {state:?}");
    }
    let text = "cn=\"{{UserName}}, at home\"; email={{EmailAddress}}\nST=Washington, C=US";
    let subject = issued(lab, text).await?;
    let expected = "CN=\"janedoe, at home\", E=jane.doe@contoso.com, S=Washington, C=US";
    ensure!(subject == expected, "the certificate has {subject}");
    Ok(format!("eight texts are read as Windows reads them, six are not; one enrols as {subject}"))
}

pub(super) async fn m98(lab: &Lab) -> Verdict {
    let subject = issued(lab, "CN={{UserName}},E={{EmailAddress}}").await?;
    ensure!(subject == "CN=janedoe, E=jane.doe@contoso.com", "the certificate has {subject}");
    let told = |mail: &str, code| has_code(Platform::Windows, &format!("CN={{{{UserName}}}},E={mail}"), code);
    ensure!(told("{{UserName}}", "PRF-215")?, "a user's name as E passes the linter");
    ensure!(told("it@contoso.com", "PRF-214")?, "everybody's address as E passes the linter");
    ensure!(!told("{{EmailAddress}}", "PRF-215")?, "the linter advises against {{{{EmailAddress}}}}");
    Ok(format!("{subject}; the linter tells of E with anything but the user's address"))
}

async fn vector(lab: &Lab, variable: &str, value: &str) -> Verdict {
    let subject = issued(lab, &format!("CN={{{{{variable}}}}}")).await?;
    ensure!(subject == format!("CN={value}"), "the certificate has {subject}");
    let mut nobody = with(lab, &format!("CN={{{{{variable}}}}}"))?;
    (nobody.device.user, nobody.device.facts.user) = (None, None);
    let state = nobody.state(nobody.now())?;
    ensure!(state.row() == "M111", "without a user: {state}");
    Ok(format!("{{{{{variable}}}}} is {value} in the certificate; without a user there is none"))
}

pub(super) async fn m99(lab: &Lab) -> Verdict {
    vector(lab, "UserName", "janedoe").await
}

pub(super) async fn m100(lab: &Lab) -> Verdict {
    vector(lab, "UserPrincipalName", "janedoe@contoso.com").await
}

pub(super) async fn m101(lab: &Lab) -> Verdict {
    let text = "CN={{AAD_Device_ID}}, OU={{AzureADDeviceId}}";
    let mut scene = with(lab, text)?;
    let id = scene.device.facts.device.entra_id.clone().unwrap_or_default();
    let subject = written(&scene.enrol().await?)?;
    ensure!(!id.is_empty() && subject == format!("CN={id}, OU={id}"), "the certificate has {subject}");
    let mut stranger = with(lab, text)?;
    stranger.device.facts.device.entra_id = None;
    let state = valueless(&mut stranger)?;
    Ok(format!("both spellings are {id}; a device that Entra does not know: {state}"))
}

pub(super) async fn m102(lab: &Lab) -> Verdict {
    let mut scene = with(lab, "CN={{DeviceId}}")?;
    let (id, entra) = (scene.device.id.clone(), scene.device.facts.device.entra_id.clone());
    let subject = written(&scene.enrol().await?)?;
    ensure!(subject == format!("CN={id}") && entra.as_deref() != Some(&id), "the certificate has {subject}");
    Ok(format!("{subject} is the id in Intune, and not Entra's"))
}

/// All names of one variable give one value, and a name that is none of them gives no certificate.
async fn aliases(lab: &Lab, [one, two, three]: [&str; 3], wrong: &str, value: &str) -> Verdict {
    let mut scene = with(lab, &format!("CN={{{{{one}}}}}, OU={{{{{two}}}}}, OU={{{{{three}}}}}"))?;
    scene.device.facts.device.serial_number = Some("5CG1234XYZ".to_owned());
    let subject = written(&scene.enrol().await?)?;
    ensure!(subject == format!("CN={value}, OU={value}, OU={value}"), "the certificate has {subject}");
    let unknown = format!("CN={{{{{wrong}}}}}");
    let state = with(lab, &unknown)?.at(lab.tenant.clock.now())?.state().map(State::row);
    let told = has_code(Platform::Windows, &unknown, "PRF-301")?;
    ensure!(state == Some("M97") && told, "{wrong} on a device: {state:?}; the linter told: {told}");
    Ok(format!("{one}, {two} and {three} are {value}; {wrong} is no name of it (PRF-301)"))
}

pub(super) async fn m104(lab: &Lab) -> Verdict {
    aliases(lab, ["SERIALNUMBER", "SerialNumber", "Device_Serial"], "Serial_Device", "5CG1234XYZ").await
}

pub(super) async fn m105(lab: &Lab) -> Verdict {
    aliases(lab, ["IMEINumber", "Device_IMEI", "IMEI"], "IMEI_Number", "490154203237518").await
}

pub(super) async fn m106(lab: &Lab) -> Verdict {
    let text = "CN={{DeviceName}}, OU={{WiFiMacAddress}}, OU={{MEID}}";
    let mut scene = with(lab, text)?;
    let name = scene.device.facts.device.name.clone().unwrap_or_default();
    let subject = written(&scene.enrol().await?)?;
    ensure!(
        subject == format!("CN={name}, OU=001122AABBCC, OU=A0000000002329"),
        "the certificate has {subject}"
    );
    let mut cable = with(lab, text)?;
    cable.device.facts.device.wifi_mac_address = None;
    let state = valueless(&mut cable)?;
    Ok(format!("{subject}; without a Wi-Fi adapter: {state}"))
}
