//! Security identifiers: the directory's, and nobody else's (M194).

use super::ward::Ward;
use chancery::report::{WithoutSid, without_sid};
use pki::algorithm::Digest;
use pki::extension::find;
use pki::{Time, oid};
use simulator::fleet::RequestPlan;
use simulator::tenant::{MintOptions, Platform, Profile, SanKind};

const SID: &str = "S-1-5-21-3623811015-3361044348-30300820-1013";
const ADMINISTRATOR: &str = "S-1-5-21-3623811015-3361044348-30300820-500";

#[tokio::test]
async fn m194_a_sid_is_the_directorys_or_is_refused() {
    let ward = Ward::open("sid_extension = true").await;
    let tenant = ward.world.tenant();
    let user = tenant.add_user("ada@contoso.example", Some(SID.to_owned()));
    let device = tenant.enrol_device(Platform::Windows, Some(&user.id));
    let own = Profile::new("CN={{UserName}}")
        .with_san(SanKind::Upn, "{{UserPrincipalName}}")
        .with_san(SanKind::Uri, "{{OnPremisesSecurityIdentifier}}");
    let own = tenant.add_profile(own);
    // An administrator of profiles writes another account's SID into one: Intune sees no harm in it.
    let forged = Profile::new("CN={{UserName}}")
        .with_san(SanKind::Upn, "{{UserPrincipalName}}")
        .with_san(SanKind::Uri, format!("tag:microsoft.com,2022-09-14:sid:{ADMINISTRATOR}"));
    let forged = tenant.add_profile(forged);
    ward.read_twice().await;
    let certificate = ward.enrolled(&device, &own).await;
    let extension = find(certificate.extensions(), &oid::MS_SID).unwrap();
    assert!(extension.value.ends_with(SID.as_bytes()));
    let delivered = tenant.deliver(&device.id, &forged.id, &MintOptions::default()).unwrap();
    let plan = RequestPlan::honest(&delivered);
    let client = ward.world.device("client");
    let message = client.pkcs_req(&ward.world, &plan.sign(&client.key, Digest::Sha256).unwrap());
    let told = ward.world.post("intune", message).await;
    assert!(told.text.starts_with("CHY-2318"), "{told:?}");
    // Cloud-only accounts have none (M190): no extension, and no SID passes.
    let cloud = tenant.add_user("eve@contoso.example", None);
    let device = tenant.enrol_device(Platform::Windows, Some(&cloud.id));
    ward.read_twice().await;
    let certificate = ward.enrolled(&device, &ward.users).await;
    assert!(find(certificate.extensions(), &oid::MS_SID).is_none());
}

#[tokio::test]
async fn m192_certificates_without_sid_are_counted_by_profile() {
    let ward = Ward::open("").await;
    let tenant = ward.world.tenant();
    let user = tenant.add_user("ada@contoso.example", Some(SID.to_owned()));
    let device = tenant.enrol_device(Platform::Windows, Some(&user.id));
    let uri = Profile::new("CN={{UserName}}")
        .with_san(SanKind::Upn, "{{UserPrincipalName}}")
        .with_san(SanKind::Uri, "{{OnPremisesSecurityIdentifier}}");
    let uri = tenant.add_profile(uri);
    let report = async || {
        let all = without_sid(&*ward.world.store, Time::from_unix(ward.world.clock.now())).await.unwrap();
        all.into_values().next().unwrap_or_default()
    };
    ward.read_twice().await;
    assert_eq!(report().await, WithoutSid { live: 0, without: 0 });
    ward.enrolled(&device, &ward.users).await;
    ward.enrolled(&device, &uri).await;
    assert_eq!(report().await, WithoutSid { live: 2, without: 1 });
    ward.world.clock.advance(400 * 86_400);
    assert_eq!(report().await, WithoutSid { live: 0, without: 0 }, "nobody signs in with what expired");
}
