//! Alternative names with variables: M113 to M118.

use super::fleet::{Scene, everybody, of_user};
use super::lab::Lab;
use super::subjects::{codes, laptop, written};
use super::verdict::{Verdict, ensure, trouble};
use mdm::format::graph;
use mdm::lint::{Severity, Surroundings, lint, mend};
use mdm::platform::{Platform, Verdict as Ruling};
use mdm::profile::{AlternativeName, CertificateType, Profile, ProfileName, SubjectName};
use mdm::variable::{Place, SanType, Variable};
use serde_json::json;

const ELSEWHERE: &str = "https://scep.example/scep/wifi";

fn name(kind: SanType, value: &str) -> AlternativeName {
    AlternativeName { kind, value: value.to_owned() }
}

/// A user's profile for Windows with these names.
fn named(lab: &Lab, names: Vec<AlternativeName>) -> Result<Profile, String> {
    Ok(Profile { alternative_names: names, ..of_user(Platform::Windows, &[&lab.main.url("intune")])? })
}

/// The names in the certificate that comes of a profile.
async fn issued(lab: &Lab, profile: Profile) -> Result<Vec<String>, String> {
    let certificate = laptop(lab, profile)?.enrol().await?;
    Ok(certificate.san().map_err(trouble)?.0.iter().map(ToString::to_string).collect())
}

pub(super) async fn m113(lab: &Lab) -> Verdict {
    let names = vec![
        name(SanType::Email, "{{EmailAddress}}"),
        name(SanType::Email, "{{UserName}}@mail.contoso.com"),
        name(SanType::Upn, "{{UserPrincipalName}}"),
        name(SanType::Upn, "{{UserName}}@corp.contoso.com"),
        name(SanType::Dns, "{{DeviceName}}.contoso.com"),
        name(SanType::Dns, "{{AAD_Device_ID}}.contoso.com"),
        name(SanType::Uri, "IntuneDeviceId://{{DeviceId}}"),
        name(SanType::Uri, "urn:serial:{{SerialNumber}}"),
    ];
    let mut twice = named(lab, names.clone())?;
    twice.alternative_names.push(name(SanType::Email, "{{EmailAddress}}"));
    ensure!(codes(&twice).contains(&"PRF-401"), "control: one name twice passes the linter");
    let issued = issued(lab, named(lab, names)?).await?;
    for kind in ["email:", "UPN:", "DNS:", "URI:"] {
        let count = issued.iter().filter(|one| one.starts_with(kind)).count();
        ensure!(count == 2, "{count} names of type {kind} {issued:?}");
    }
    ensure!(issued.len() == 8, "the names are {issued:?}");
    Ok(format!("one certificate with {}", issued.join(", ")))
}

pub(super) async fn m114(lab: &Lab) -> Verdict {
    let mut body = graph::write(&named(lab, Vec::new())?, None).map_err(trouble)?;
    body["customSubjectAlternativeNames"] =
        json!([{ "sanType": "emailAddress", "name": "a@contoso.com;b@contoso.com" }]);
    let called = ProfileName::parse("check-profile").map_err(trouble)?;
    let mut profile = graph::read(body, called, None).map_err(trouble)?.profile;
    profile.assignments = everybody();
    let again = graph::write(&profile, None).map_err(trouble)?["customSubjectAlternativeNames"].to_string();
    ensure!(!again.contains(';'), "the semicolon is written again: {again}");
    let issued = issued(lab, profile).await?;
    ensure!(issued == ["email:a@contoso.com", "email:b@contoso.com"], "the names are {issued:?}");
    Ok(format!("one imported field with a semicolon enrols as {}; exported it is two", issued.join(" and ")))
}

pub(super) async fn m115(lab: &Lab) -> Verdict {
    let with = |text: String| named(lab, vec![name(SanType::Dns, &text)]);
    let mut told = Vec::new();
    for c in ['{', '}', '|', ';'] {
        let profile = with(format!("{{{{DeviceName}}}}{c}b"))?;
        let found = lint(&profile, &Surroundings::default());
        let error = found.iter().find(|one| {
            one.rule.severity == Severity::Error && ["PRF-302", "PRF-303"].contains(&one.rule.code)
        });
        told.push(format!("{c} {}", error.ok_or_else(|| format!("{c} passes the linter"))?.rule.code));
        let mut scene = laptop(lab, profile)?;
        let row = scene.state(scene.now())?.row();
        ensure!(row == "M113", "{c} on a device: {row}");
    }
    let mended = mend(&with("{{DeviceName}};b".to_owned())?, &Surroundings::default());
    let values: Vec<&str> = mended
        .alternative_names
        .iter()
        .filter(|one| one.kind == SanType::Dns)
        .map(|one| one.value.as_str())
        .collect();
    ensure!(values == ["{{DeviceName}}", "b"], "mended: {values:?}");
    let control = codes(&with("{{DeviceName}}-b".to_owned())?);
    ensure!(!control.contains(&"PRF-302") && !control.contains(&"PRF-303"), "control: {control:?}");
    Ok(format!("after a variable: {}; a semicolon is mended into two entries (M114)", told.join(", ")))
}

pub(super) async fn m116(lab: &Lab) -> Verdict {
    let names = vec![
        name(SanType::Dns, "{{AzureADDeviceId}}.domain.com"),
        name(SanType::Upn, "{{FullyQualifiedDomainName}}User1@Contoso.com"),
        name(SanType::Dns, "{{UserName}}-Home"),
    ];
    let subject = SubjectName::Custom("CN={{DeviceName}}Device1".to_owned());
    let mut scene = laptop(lab, Profile { subject, ..named(lab, names)? })?;
    let known = scene.device.facts.device.clone();
    let (id, pc) = (known.entra_id.unwrap_or_default(), known.name.unwrap_or_default());
    let certificate = scene.enrol().await?;
    let subject = written(&certificate)?;
    ensure!(subject == format!("CN={pc}Device1"), "the subject is {subject}");
    let issued: Vec<String> = certificate.san().map_err(trouble)?.0.iter().map(ToString::to_string).collect();
    let expected = [
        format!("DNS:{id}.domain.com"),
        "UPN:laptop-7.corp.contoso.comUser1@Contoso.com".to_owned(),
        "DNS:janedoe-Home".to_owned(),
    ];
    ensure!(issued == expected, "the names are {issued:?}");
    Ok(format!("{subject}, {}", issued.join(", ")))
}

pub(super) async fn m117(lab: &Lab) -> Verdict {
    let mut cells = 0;
    for platform in Platform::ALL {
        for certificate_type in CertificateType::ALL {
            for variable in Variable::ALL {
                let ruling = |place| platform.verdict(*variable, place, certificate_type);
                if matches!(ruling(Place::Subject), Ruling::Refused { .. }) {
                    continue;
                }
                for kind in SanType::ALL {
                    cells += 1;
                    let refused = matches!(ruling(Place::San(kind)), Ruling::Refused { source, .. } if source != "M118");
                    ensure!(!refused, "{platform}: {variable} in a subject, and not as {kind:?}");
                }
            }
        }
    }
    let all = Variable::ALL.iter().filter(|one| **one != Variable::OnPremisesSecurityIdentifier);
    let names: Vec<_> = all.clone().map(|one| name(SanType::Uri, &format!("urn:v:{one}"))).collect();
    let mut scene = laptop(lab, named(lab, names)?)?;
    let value = |one: &Variable| scene.device.facts.value(*one, CertificateType::User).map(str::to_owned);
    let expected: Option<Vec<String>> = all.map(|one| Some(format!("URI:urn:v:{}", value(one)?))).collect();
    let issued: Vec<String> =
        scene.enrol().await?.san().map_err(trouble)?.0.iter().map(ToString::to_string).collect();
    ensure!(Some(&issued) == expected.as_ref(), "{issued:?} came instead of {expected:?}");
    Ok(format!("{} subject variables as names of one certificate; {cells} cells of the table", issued.len()))
}

pub(super) async fn m118(lab: &Lab) -> Verdict {
    let profile = |platform| {
        let names = vec![name(SanType::Upn, "{{UserName}}@contoso.com")];
        Ok::<_, String>(Profile { alternative_names: names, ..of_user(platform, &[ELSEWHERE])? })
    };
    let mut refusing = Vec::new();
    for platform in Platform::ALL {
        if codes(&profile(platform)?).contains(&"PRF-314") {
            refusing.push(platform);
        }
    }
    let owners = [Platform::AndroidCorporateWorkProfile, Platform::AndroidFullyManaged];
    ensure!(refusing == owners, "refused on {refusing:?}");
    ensure!(codes(&profile(Platform::AndroidDedicated)?).contains(&"PRF-312"), "dedicated devices take it");
    let mut managed = Scene::new(lab, profile(Platform::AndroidFullyManaged)?, "14")?;
    let state = managed.state(managed.now())?;
    ensure!(state.row() == "M118", "on a fully managed device: {state}");
    let mut personal = Scene::new(lab, profile(Platform::AndroidPersonalWorkProfile)?, "14")?;
    personal.order(personal.now())?;
    Ok("an error where a device owner manages (PRF-314; dedicated, which has no user: PRF-312), and only there"
        .into())
}
