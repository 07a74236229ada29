//! Profiles in the tenant: M72, M88, M93.

use super::editors;
use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use crate::rollout::{Office, Who};
use crate::validators::Refusal;
use crate::validators::intune::{Credential, IntuneSettings};
use mdm::cloud::Cloud;
use mdm::entra::{Secret, Tenant as TenantName};
use mdm::format::TrustedRoot;
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{Assignment, Group, ProfileName, RootCertificate, ScepUrl};
use mdm::rollout::{Deed, Definition, Obstacle, Place, Plan, plan};
use pki::certificate::Certificate;
use simulator::tenant::{Application, Secret as TenantSecret};

fn told(refusal: &Refusal) -> String {
    refusal.operator.clone()
}

/// As an application of the tenant that may write profiles.
pub(super) async fn office(lab: &Lab) -> Result<Office, String> {
    let (tenant, urls) = (&lab.tenant, lab.tenant.urls());
    let (client_id, value) = (tenant.guid(), tenant.guid());
    let mut app = Application::scep_server(client_id.clone()).with_profiles();
    app.secrets.push(TenantSecret { value: value.clone(), expires: tenant.clock.now() + 86_400 });
    tenant.register(app);
    let name = TenantName::parse(tenant.tenant_id()).ok_or("the tenant has no name")?;
    let mut settings = IntuneSettings::new(name, &client_id, Credential::Secret(Secret::new(value)));
    settings.cloud = Cloud { authority: urls.authority, graph: urls.graph, ..Cloud::global() };
    let root = tenant.root_pem().unwrap_or_default();
    settings.extra_roots = pki::pem::decode("CERTIFICATE", &root).map_err(trouble)?;
    Office::open(&settings, Who::Application, None).await.map_err(|refusal| told(&refusal))
}

/// A device's profile of that name, for a group of its own.
pub(super) fn definition(lab: &Lab, name: &str, platform: Platform) -> Result<Definition, String> {
    let der = lab.tenant.credentials().certificate.clone();
    let root = format!("{name} root");
    let authority = Authority {
        urls: vec![ScepUrl::parse("https://scep.contoso.example/scep/wifi").map_err(trouble)?],
        roots: vec![RootCertificate { name: root.clone(), thumbprints: Vec::new() }],
    };
    let mut profile =
        Preset::WifiDevice.profile(platform, &authority).ok_or("there is no such preset on the platform")?;
    profile.name = ProfileName::parse(name).map_err(trouble)?;
    let group = Group { id: lab.tenant.add_group(name, &[]).id, members: None };
    profile.assignments = vec![Assignment::Group(group)];
    let root = TrustedRoot {
        name: root,
        description: String::new(),
        platform,
        certificate: Certificate::parse(&der).map_err(trouble)?,
        file_name: "root.cer".to_owned(),
        deployment_channel: None,
        assignments: Vec::new(),
    };
    Ok(Definition { profile, roots: vec![root] })
}

pub(super) async fn planned(office: &Office, definition: &Definition) -> Result<Plan, String> {
    let definitions = [definition.clone()];
    let present = office.present(&definitions).await.map_err(|refusal| told(&refusal))?;
    plan(&definitions, &present).map_err(|found| format!("{found:?}"))
}

pub(super) async fn applied(office: &Office, definition: &Definition) -> Result<(), String> {
    let plan = planned(office, definition).await?;
    office.carry_out(&plan, |_| ()).await.map_err(|stopped| told(&stopped.why))
}

pub(super) async fn m72(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let before = lab.tenant.deployed().len();
    let platforms = [Platform::Windows, Platform::Ios, Platform::MacOs, Platform::AndroidFullyManaged];
    for platform in platforms {
        applied(&office, &definition(lab, "m72", platform)?).await?;
    }
    let made = lab.tenant.deployed();
    ensure!(made.len() == before + platforms.len(), "{} profiles instead of four", made.len() - before);
    Ok("Graph took one definition as four profiles, one for each platform, each bound to a root of its platform".into())
}

pub(super) async fn m88(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let whole = definition(lab, "m88", Platform::Windows)?;
    let bare = Definition { roots: Vec::new(), ..whole.clone() };
    let found = office.present(std::slice::from_ref(&bare)).await.map_err(|refusal| told(&refusal))?;
    let refused = plan(&[bare], &found).err().unwrap_or_default();
    ensure!(
        matches!(refused.as_slice(), [Obstacle::NoRoot(_)]),
        "a dangling reference is planned: {refused:?}"
    );
    let plan = planned(&office, &whole).await?;
    let deeds: Vec<Deed> = plan.steps.iter().map(|step| step.deed).collect();
    ensure!(
        deeds == [Deed::CreateRoot, Deed::CreateProfile, Deed::AssignRoot, Deed::AssignProfile],
        "the order is {deeds:?}"
    );
    ensure!(
        plan.steps.get(1).is_some_and(|step| step.root == Some(Place::Made(0))),
        "the profile is not bound"
    );
    applied(&office, &whole).await?;
    let again = planned(&office, &whole).await?;
    ensure!(again.steps.is_empty(), "a second run would do something: {again:?}");
    Ok("root, then the profile bound to it, then both assigned alike; a reference to nothing is no plan; again: nothing".into())
}

pub(super) async fn m93(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let mut edited = definition(lab, "m93", Platform::Windows)?;
    applied(&office, &edited).await?;
    edited.profile.alternative_names.clear();
    let versions = || lab.tenant.deployed().into_iter().map(|one| one.profile).collect::<Vec<_>>();
    let before = versions();
    let plan = planned(&office, &edited).await?;
    let requests = office.requests(&plan);
    ensure!(versions() == before, "a review writes");
    let [(address, request)] = requests.as_slice() else { return Err(format!("{requests:?}")) };
    ensure!(request.method == "PATCH" && plan.steps.iter().any(|step| step.enrols_again()), "{requests:?}");
    office.carry_out(&plan, |_| ()).await.map_err(|stopped| told(&stopped.why))?;
    ensure!(versions() != before, "the change was not written");
    editors::reviewed(lab).await?;
    Ok(format!(
        "before anything is written, in the portal too: every device enrols again; PATCH {address} {}",
        request.body
    ))
}
