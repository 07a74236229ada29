//! What Intune and a device make of assignments, row by row. No server is asked.

mod android;
mod apple;
mod assignment;
mod names;
mod root;
mod urls;
mod windows;

use crate::caller::NOW;
use mdm::device::{Hardware, KeyPlace, Life};
use mdm::expand::{DeviceFacts, UserFacts};
use mdm::format::TrustedRoot;
use mdm::platform::{Platform, Store};
use mdm::profile::*;
use pki::certificate::Certificate;
use simulator::dice::Dice;
pub use simulator::evaluation::Held;
use simulator::evaluation::*;
use simulator::identity::self_signed;
use simulator::keys::RsaKey;
use std::sync::OnceLock;

pub const DAY: i64 = 86_400;
pub const SCEP: &str = "scep";

pub fn certificate() -> Certificate {
    static MADE: OnceLock<Certificate> = OnceLock::new();
    let make = || {
        let name = pki::name::Name::from_pairs(&[(pki::oid::CN, "Root")]);
        let der = self_signed(&RsaKey::generate(2_048).unwrap(), name, &[1], NOW).unwrap();
        Certificate::parse(&der).unwrap()
    };
    MADE.get_or_init(make).clone()
}

pub fn group(id: &str) -> Assignment {
    Assignment::Group(Group { id: id.to_owned(), members: None })
}

pub fn root(platform: Platform, assignments: Vec<Assignment>) -> Assigned {
    let root = TrustedRoot {
        name: "Root".into(),
        description: String::new(),
        platform,
        certificate: certificate(),
        file_name: "root.cer".into(),
        deployment_channel: None,
        assignments,
    };
    Assigned::root("root", root)
}

/// For users of all devices: `CN={{UserName}}`, a year, a fifth of it for renewal.
pub fn profile(platform: Platform) -> Profile {
    Profile {
        assignments: vec![Assignment::AllUsers, Assignment::AllDevices],
        urls: vec![ScepUrl::parse("https://scep.example/scep/wifi").unwrap()],
        deployment_channel: (platform == Platform::MacOs).then_some(DeploymentChannel::User),
        ..Profile::new(
            ProfileName::parse(SCEP).unwrap(),
            platform,
            Validity::Years(std::num::NonZeroU16::MIN),
            RenewalThreshold::USUAL,
        )
    }
}

/// A profile for devices.
pub fn of_device(platform: Platform, subject: &str) -> Profile {
    Profile {
        certificate_type: CertificateType::Device,
        subject: SubjectName::Custom(subject.into()),
        deployment_channel: (platform == Platform::MacOs).then_some(DeploymentChannel::Device),
        ..profile(platform)
    }
}

/// A profile, and its root for everybody.
pub fn assigned(profile: Profile) -> Assignments {
    let all = vec![Assignment::AllUsers, Assignment::AllDevices];
    let configurations =
        vec![root(profile.platform, all), Assigned::scep(SCEP, profile, Some("root".into()))];
    Assignments { configurations, ..Assignments::default() }
}

pub fn jane() -> UserFacts {
    let text = |value: &str| Some(value.to_owned());
    UserFacts {
        user_name: text("janedoe"),
        upn: text("janedoe@contoso.com"),
        email: text("jane.doe@contoso.com"),
        given_name: text("Jane"),
        surname: text("Doe"),
        department: text("Sales"),
        on_premises_distinguished_name: text("CN=Doe\\, Jane,OU=Sales,DC=contoso,DC=com"),
        on_premises_sam_account_name: text("CONTOSO\\janedoe"),
        on_premises_upn: text("janedoe@corp.contoso.com"),
        on_premises_sid: text("S-1-5-21-1-2-3-1001"),
    }
}

/// A device with Jane as its user and everything that a system of that version has.
pub fn device(platform: Platform, version: &str) -> Device {
    let text = |value: &str| Some(value.to_owned());
    let facts = DeviceFacts {
        entra_id: text("0e0e0e0e-0000-4000-8000-000000000001"),
        intune_id: text("11111111-0000-4000-8000-000000000002"),
        name: text("LAPTOP-7"),
        wifi_mac_address: text("001122AABBCC"),
        serial_number: text("5CG1234XYZ"),
        imei: text("490154203237518"),
        meid: text("A0000000002329"),
        fqdn: text("laptop-7.corp.contoso.com"),
        ..DeviceFacts::new(platform)
    };
    let hardware = Hardware { tpm: true, hello: true, ..Hardware::new(OsVersion::parse(version).unwrap()) };
    Device::new("device-1", facts, Some(("jane".into(), jane())), hardware)
}

/// The same without a user.
pub fn userless(platform: Platform, version: &str) -> Device {
    let mut device = device(platform, version);
    (device.user, device.facts.user) = (None, None);
    device
}

/// What comes of all SCEP profiles.
pub fn outcomes(all: &Assignments, device: &Device, now: i64) -> Vec<Outcome> {
    let outcomes = all.evaluate(device, now, &mut Dice::new(1, "evaluation"));
    outcomes
        .into_iter()
        .filter(|one| all.find(&one.configuration).is_some_and(|one| one.as_scep().is_some()))
        .collect()
}

/// What comes of the one SCEP profile.
pub fn outcome(all: &Assignments, device: &Device) -> Outcome {
    let mut outcomes = outcomes(all, device, NOW);
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    outcomes.remove(0)
}

/// The order that has to come.
pub fn order(all: &Assignments, device: &Device) -> Order {
    let outcome = outcome(all, device);
    outcome.order().cloned().unwrap_or_else(|| panic!("no order: {outcome:?}"))
}

/// The subject that is asked for, or why there is none: sentence and row.
pub fn subject(all: &Assignments, device: &Device) -> Result<String, (String, &'static str)> {
    let outcome = outcome(all, device);
    match (outcome.order(), outcome.state()) {
        (Some(order), _) => Ok(order.expected.subject.to_string()),
        (None, Some(state)) => Err((state.to_string(), outcome.row)),
        _ => panic!("neither: {outcome:?}"),
    }
}

/// The state that has to come.
pub fn state(all: &Assignments, device: &Device) -> State {
    let outcome = outcome(all, device);
    outcome.state().cloned().unwrap_or_else(|| panic!("no state: {outcome:?}"))
}

/// A certificate for a purpose, from the first day to the last, counted from [`NOW`].
pub fn held(slot: Slot, from: i64, until: i64) -> Held {
    Held {
        slot,
        revision: 1,
        life: Life { from: NOW + from * DAY, until: NOW + until * DAY },
        serial: "01".into(),
        key: [1; 20],
        stores: vec![Store::LocalComputer],
        place: KeyPlace::System,
    }
}
