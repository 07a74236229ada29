//! Names out of a domain's directory, and names that bind: M107, M108, M109, M121.

use super::fleet::{Scene, of_device, of_user};
use super::lab::Lab;
use super::subjects::{has_code, issued, laptop, valueless, with, written};
use super::verdict::{Verdict, ensure, refusal, trouble};
use crate::store::Named;
use mdm::platform::Platform;
use mdm::profile::{Profile, SubjectName};
use pki::certificate::Certificate;
use simulator::fleet::Ended;

pub(super) async fn m107(lab: &Lab) -> Verdict {
    let text = "CN={{FullyQualifiedDomainName}}";
    let subject = issued(lab, text).await?;
    ensure!(subject == "CN=laptop-7.corp.contoso.com", "the certificate has {subject}");
    let mut alone = with(lab, text)?;
    alone.device.facts.device.fqdn = None;
    let state = valueless(&mut alone)?;
    let profile = Profile {
        subject: SubjectName::Custom(text.to_owned()),
        ..of_user(Platform::Ios, &[&lab.main.url("intune")])?
    };
    let mut phone = Scene::new(lab, profile, "18")?;
    let on_phone = phone.state(phone.now())?.row();
    ensure!(on_phone == "M107" && has_code(Platform::Ios, text, "PRF-313")?, "on an iPhone: {on_phone}");
    Ok(format!("{subject}; in no domain: {state}; refused beforehand but on Windows (PRF-313)"))
}

pub(super) async fn m108(lab: &Lab) -> Verdict {
    let (text, bare) = ("CN=\"{{OnPrem_Distinguished_Name}}\"", "CN={{OnPrem_Distinguished_Name}}");
    let value = "CN=Doe\\, Jane,OU=Sales,DC=contoso,DC=com";
    let mut scene = with(lab, text)?;
    if let Some(user) = &mut scene.device.facts.user {
        user.on_premises_distinguished_name = Some(value.to_owned());
    }
    let subject = scene.enrol().await?.subject().clone();
    ensure!(
        subject.rdns().len() == 1 && subject.common_name().as_deref() == Some(value),
        "the certificate has {subject}"
    );
    ensure!(has_code(Platform::Windows, bare, "PRF-217")?, "without quotation marks it passes the linter");
    ensure!(!has_code(Platform::Windows, text, "PRF-217")?, "in quotation marks it does not pass");
    let mut cloud = with(lab, text)?;
    if let Some(user) = &mut cloud.device.facts.user {
        user.on_premises_distinguished_name = None;
    }
    let state = valueless(&mut cloud)?;
    Ok(format!("quoted, {value} is one common name; bare, PRF-217 tells; {state}"))
}

pub(super) async fn m109(lab: &Lab) -> Verdict {
    let text = "CN={{OnPremisesSamAccountName}}";
    for account in ["testUser", "DomainName\\testUser"] {
        let mut scene = with(lab, text)?;
        if let Some(user) = &mut scene.device.facts.user {
            user.on_premises_sam_account_name = Some(account.to_owned());
        }
        let subject = written(&scene.enrol().await?)?;
        ensure!(subject == format!("CN={account}"), "the certificate has {subject}");
    }
    let mut cloud = with(lab, text)?;
    if let Some(user) = &mut cloud.device.facts.user {
        user.on_premises_sam_account_name = None;
    }
    let state = valueless(&mut cloud)?;
    Ok(format!("testUser and DomainName\\testUser stand as they are; {state}"))
}

/// A device's profile with this subject, from an endpoint.
fn of_endpoint<'a>(lab: &'a Lab, endpoint: &str, subject: &str) -> Result<Scene<'a>, String> {
    let profile = of_device(Platform::Windows, &[&lab.main.url(endpoint)])?;
    laptop(lab, Profile { subject: SubjectName::Custom(subject.to_owned()), ..profile })
}

pub(super) async fn m121(lab: &Lab) -> Verdict {
    let text = "CN={{DeviceId}}, O=Contoso, CN={{WiFiMacAddress}}";
    let mut scene = of_endpoint(lab, "names", text)?;
    let id = scene.device.id.clone();
    let certificate = scene.enrol().await?;
    let subject = written(&certificate)?;
    ensure!(subject == format!("CN={id}, O=Contoso, CN=001122AABBCC"), "the certificate has {subject}");
    ensure!(bound_to(lab, &certificate).await? == [id.to_lowercase()], "it is not bound to {id}");
    let mut turned = of_endpoint(lab, "names", "CN={{WiFiMacAddress}}, O=Contoso, CN={{DeviceId}}")?;
    let certificate = turned.enrol().await?;
    let bound = bound_to(lab, &certificate).await?;
    ensure!(bound.is_empty(), "control: the second common name binds: {bound:?}");
    let mut usual = of_endpoint(lab, "intune", text)?;
    let order = usual.order(usual.now())?;
    let Ended::Failed(outcome) = usual.send(&order).await?.ended else {
        return Err("a profile that does not allow it gave a second common name".into());
    };
    let code = refusal(&outcome)?;
    ensure!(code == "CHY-2206", "without the profile's leave: {code}");
    Ok("both common names stand in the certificate, bound by the first; CHY-2206 where the profile has no \
        allow_second_common_name"
        .into())
}

/// The devices that a certificate belongs to.
async fn bound_to(lab: &Lab, certificate: &Certificate) -> Result<Vec<String>, String> {
    let store = &lab.main.store;
    let found = store.by_serial(certificate.serial().octets()).await.map_err(trouble)?;
    let id = found.first().ok_or("the certificate is not in the store")?.id;
    let bindings = store.bindings(id).await.map_err(trouble)?;
    Ok(bindings.into_iter().filter(|one| one.named == Named::Device).map(|one| one.key).collect())
}
