//! Groups and ownership of a tenant as facts of the policy: what cannot be read is not known, and nobody is taken for no
//! member because of it.

use super::ward::Ward;
use crate::world::Told;
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use simulator::fleet::RequestPlan;
use simulator::tenant::{Application, Device, Fault, Hop, MintOptions, Rule, When};

const RULES: &str = "
[[policy]]
name = 'blocked'
refuse = 'Blocked.'
when.device_groups = ['blocked']
[[policy]]
name = 'personal'
refuse = 'No devices of their own.'
when.ownership = ['personal']
[[policy]]
name = 'pilots'
use_profile = 'other'
when.device_groups = ['Pilots']
";

/// A server that goes by these rules; whether the application may read groups.
async fn ruled(permitted: bool) -> Ward {
    let mut ward = Ward::open("").await;
    if permitted {
        permit(&ward);
    }
    restart(&mut ward, |settings| settings + RULES).await;
    ward
}

async fn restart(ward: &mut Ward, change: impl Fn(String) -> String) {
    let settings = std::fs::read_to_string(ward.world.home.path().join("chancery.toml")).unwrap();
    ward.world.home.configure(&change(settings));
    ward.world.restart().await;
}

fn permit(ward: &Ward) {
    let tenant = ward.world.tenant();
    let app = tenant.application(&tenant.credentials().client_id).unwrap();
    let graph_roles = [app.graph_roles.clone(), vec!["GroupMember.Read.All".into()]].concat();
    tenant.register(Application { graph_roles, ..app });
}

fn away(ward: &Ward) {
    let fault = Fault::Status { status: 403, retry_after: None };
    ward.world.tenant().faults().order(Rule { hop: Hop::GroupMembers, fault, when: When::Always, after: 0 });
}

async fn asks(ward: &Ward, device: &Device) -> (Told, Option<Certificate>) {
    let delivered = ward.world.tenant().deliver(&device.id, &ward.devices.id, &MintOptions::default());
    let plan = RequestPlan::honest(&delivered.unwrap());
    let client = ward.world.device("client");
    let message = client.pkcs_req(&ward.world, &plan.sign(&client.key, Digest::Sha256).unwrap());
    let told = ward.world.post("intune", message).await;
    let certificate = told.is_success().then(|| client.opens(&told));
    (told, certificate)
}

/// By which profile the device gets a certificate, else the sentence that it is told.
async fn gets(ward: &Ward, device: &Device) -> String {
    match asks(ward, device).await {
        (_, Some(certificate)) => ward.stored(&certificate).await.profile,
        (told, None) => told.text,
    }
}

const BLOCKED: &str = "CHY-2601: Blocked.";

#[tokio::test]
async fn m69_a_group_of_the_tenant_chooses_and_what_is_known_of_it_outlives_an_outage() {
    let mut ward = ruled(true).await;
    let (_, pilot) = ward.owner("ada@contoso.example");
    let (_, plain) = ward.owner("eve@contoso.example");
    let (_, lost) = ward.owner("tom@contoso.example");
    let inner = ward.world.tenant().add_group("Inner", &[&pilot.id]);
    ward.world.tenant().add_group("pilots", &[&inner.id]);
    ward.world.tenant().add_group("Blocked", &[&lost.id]);
    ward.read_twice().await;
    // Each is a company's device, or the second rule would refuse what it does not know.
    assert_eq!(gets(&ward, &pilot).await, "other", "a member by a group within");
    assert_eq!(gets(&ward, &plain).await, "device");
    assert_eq!(gets(&ward, &lost).await, BLOCKED);
    away(&ward);
    ward.read_twice().await;
    for (device, expected) in [(&pilot, "other"), (&plain, "device"), (&lost, BLOCKED)] {
        assert_eq!(gets(&ward, device).await, expected, "as last known");
    }
    restart(&mut ward, |settings| settings).await;
    assert_eq!(gets(&ward, &plain).await, "device", "the store knows it, too");
    // Who is in a group that was never asked about is not known, whatever is known of others.
    restart(&mut ward, |settings| settings.replace("['blocked']", "['Barred']")).await;
    assert_eq!(gets(&ward, &plain).await, BLOCKED);
    ward.read_twice().await;
    assert_eq!(gets(&ward, &plain).await, BLOCKED);
}

#[tokio::test]
async fn m69_groups_that_cannot_be_read_are_not_known_and_refuse() {
    let ward = ruled(false).await;
    let (_, plain) = ward.owner("ada@contoso.example");
    for name in ["Pilots", "Blocked"] {
        ward.world.tenant().add_group(name, &[]);
    }
    ward.read_twice().await;
    assert_eq!(gets(&ward, &plain).await, BLOCKED);
    assert_eq!(ward.admin("readyz").await, "ready\n", "the status of certificates goes on");
    permit(&ward);
    // A token has the permissions that it was given with.
    ward.world.clock.advance(3_600);
    ward.read_twice().await;
    assert_eq!(gets(&ward, &plain).await, "device", "control");
}

#[tokio::test]
async fn m69_a_name_without_a_group_or_with_two_says_nothing_of_anybody() {
    let ward = ruled(true).await;
    let (_, plain) = ward.owner("ada@contoso.example");
    ward.world.tenant().add_group("Pilots", &[]);
    ward.read_twice().await;
    assert_eq!(gets(&ward, &plain).await, BLOCKED, "no group is called so");
    ward.world.tenant().add_group("Blocked", &[]);
    ward.read_twice().await;
    assert_eq!(gets(&ward, &plain).await, "device", "control");
    ward.world.tenant().add_group("BLOCKED", &[]);
    ward.read_twice().await;
    assert_eq!(gets(&ward, &plain).await, BLOCKED, "which of the two is meant, nobody knows");
}
