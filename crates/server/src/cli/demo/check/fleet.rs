//! Profiles as devices evaluate them: what checks of assignments and policy cycles share.

use super::lab::Lab;
use super::verdict::trouble;
use mdm::device::Hardware;
use mdm::expand::{DeviceFacts, UserFacts};
use mdm::format::TrustedRoot;
use mdm::platform::Platform;
use mdm::profile::{
    AlternativeName, Assignment, CertificateType, DeploymentChannel, Group, OsVersion, Profile, ProfileName,
    RenewalThreshold, ScepUrl, SubjectName, Validity,
};
use mdm::variable::SanType;
use simulator::dice::Dice;
use simulator::evaluation::{Assigned, Assignments, Device, Order, Outcome, State};
use simulator::fleet::{Agent, Attempt, Ended, system};

/// The id of the SCEP profile.
pub(super) const SCEP: &str = "check-profile";
const ROOT: &str = "check-root";
/// Where nobody listens.
pub(super) const DEAD: &str = "http://127.0.0.1:1/scep/intune";
pub(super) const DAY: i64 = 86_400;

/// A device of the lab's tenant, and what is assigned.
pub(super) struct Scene<'a> {
    lab: &'a Lab,
    pub(super) all: Assignments,
    pub(super) device: Device,
    dice: Dice,
}

pub(super) fn group(id: &str) -> Assignment {
    Assignment::Group(Group { id: id.to_owned(), members: None })
}

/// Everybody.
pub(super) fn everybody() -> Vec<Assignment> {
    vec![Assignment::AllUsers, Assignment::AllDevices]
}

/// `CN={{UserName}}` with the UPN as a name, for everybody, from those URLs.
pub(super) fn of_user(platform: Platform, urls: &[&str]) -> Result<Profile, String> {
    let urls = urls.iter().map(|url| ScepUrl::parse(url)).collect::<Result<_, _>>().map_err(trouble)?;
    let name = ProfileName::parse(SCEP).map_err(trouble)?;
    let upn = AlternativeName { kind: SanType::Upn, value: "{{UserPrincipalName}}".to_owned() };
    Ok(Profile {
        alternative_names: vec![upn],
        deployment_channel: (platform == Platform::MacOs).then_some(DeploymentChannel::User),
        urls,
        assignments: everybody(),
        ..Profile::new(name, platform, Validity::Years(std::num::NonZeroU16::MIN), RenewalThreshold::USUAL)
    })
}

/// `CN={{DeviceName}}` without names.
pub(super) fn of_device(platform: Platform, urls: &[&str]) -> Result<Profile, String> {
    Ok(Profile {
        certificate_type: CertificateType::Device,
        deployment_channel: (platform == Platform::MacOs).then_some(DeploymentChannel::Device),
        subject: SubjectName::Custom("CN={{DeviceName}}".to_owned()),
        alternative_names: Vec::new(),
        ..of_user(platform, urls)?
    })
}

impl<'a> Scene<'a> {
    /// Ada's device with a system of that version; the root for everybody, and this profile.
    pub(super) fn new(lab: &'a Lab, profile: Profile, version: &str) -> Result<Scene<'a>, String> {
        let platform = profile.platform;
        let os = system(platform).ok_or("no SCEP on this platform")?;
        let known = lab.device(os);
        let facts = DeviceFacts {
            entra_id: Some(known.entra_id.clone()),
            intune_id: Some(known.id.clone()),
            name: Some(known.name.clone()),
            serial_number: Some(known.serial_number.clone()),
            ..DeviceFacts::new(platform)
        };
        let hardware = Hardware::new(OsVersion::parse(version).map_err(trouble)?);
        let user = known.user.clone().map(|id| (id, ada()));
        let configurations =
            vec![root(lab, platform, everybody()), Assigned::scep(SCEP, profile, Some(ROOT.to_owned()))];
        Ok(Scene {
            lab,
            all: Assignments { configurations, ..Assignments::default() },
            device: Device::new(known.id, facts, user, hardware),
            dice: Dice::new(5, "check"),
        })
    }

    /// What the profile means at `now`, Unix seconds.
    pub(super) fn at(&mut self, now: i64) -> Result<Outcome, String> {
        let outcomes = self.all.evaluate(&self.device, now, &mut self.dice);
        let of_profile = outcomes.into_iter().find(|one| one.configuration == SCEP);
        of_profile.ok_or_else(|| "the profile means nothing to the device".to_owned())
    }

    pub(super) fn now(&self) -> i64 {
        self.lab.tenant.clock.now()
    }

    /// The order that has to come at `now`.
    pub(super) fn order(&mut self, now: i64) -> Result<Order, String> {
        let outcome = self.at(now)?;
        outcome.order().cloned().ok_or_else(|| format!("an order was due, and this came: {:?}", outcome.step))
    }

    /// The state that has to come at `now`.
    pub(super) fn state(&mut self, now: i64) -> Result<State, String> {
        let outcome = self.at(now)?;
        outcome.state().cloned().ok_or_else(|| format!("a state was due, and this came: {:?}", outcome.step))
    }

    /// Asks the server for what is ordered, and installs what comes.
    pub(super) async fn send(&mut self, order: &Order) -> Result<Attempt, String> {
        let agent = Agent { world: &self.lab.tenant.world(), http: &self.lab.http };
        let attempt = agent.carry_out(&self.device.id, order, &self.lab.key()?).await.map_err(trouble)?;
        self.device.receive(&attempt);
        Ok(attempt)
    }

    /// The certificate that has to come now.
    pub(super) async fn enrol(&mut self) -> Result<pki::certificate::Certificate, String> {
        let order = self.order(self.now())?;
        match self.send(&order).await?.ended {
            Ended::Installed(_, certificate) => Ok(*certificate),
            other => Err(format!("a certificate was due, and this came: {}", other.sentence())),
        }
    }

    /// Assigns the root to others.
    pub(super) fn root_for(&mut self, assignments: Vec<Assignment>) {
        let platform = self.device.platform();
        if let Some(one) = self.all.find_mut(ROOT) {
            *one = root(self.lab, platform, assignments);
        }
    }
}

fn root(lab: &Lab, platform: Platform, assignments: Vec<Assignment>) -> Assigned {
    let certificate = lab.main.authority.root.clone();
    let root = TrustedRoot {
        name: ROOT.to_owned(),
        description: String::new(),
        platform,
        certificate,
        file_name: "root.cer".to_owned(),
        deployment_channel: None,
        assignments,
    };
    Assigned::root(ROOT, root)
}

fn ada() -> UserFacts {
    UserFacts {
        user_name: Some("ada".to_owned()),
        upn: Some("ada@contoso.example".to_owned()),
        email: Some("ada@contoso.example".to_owned()),
        given_name: None,
        surname: None,
        department: None,
        on_premises_distinguished_name: None,
        on_premises_sam_account_name: None,
        on_premises_upn: None,
        on_premises_sid: None,
    }
}
