//! Each rule, from what an administrator does in the tenant to what OCSP says (M160, M162).

use super::ward::Ward;
use chancery::standing::Rule;
use pki::crl::Reason;
use simulator::tenant::{Device, Tenant, User};

const HOLD: Option<Reason> = Some(Reason::CertificateHold);
const GONE: Option<Reason> = Some(Reason::CessationOfOperation);

type Act = fn(&Tenant, &User, &Device) -> bool;

#[tokio::test]
async fn m160_what_ends_a_device_revokes_its_certificates_for_good() {
    let ward = Ward::open("").await;
    let acts: [(&str, Act, Rule); 5] = [
        ("retired", |tenant, _, device| tenant.retire_device(&device.id), Rule::DeviceRetired),
        ("wiped", |tenant, _, device| tenant.wipe_device(&device.id), Rule::DeviceRetired),
        (
            "unhealthy",
            |tenant, _, device| tenant.set_management_state(&device.id, "unhealthy"),
            Rule::DeviceRetired,
        ),
        ("unenrolled", |tenant, _, device| tenant.unenrol_device(&device.id), Rule::DeviceDeleted),
        ("deleted in Entra", |tenant, _, device| tenant.delete_entra_device(&device.id), Rule::DeviceDeleted),
    ];
    let other = ward.owner("other@contoso.example").1;
    let other = ward.enrolled(&other, &ward.devices).await;
    let mut devices = Vec::new();
    for (number, (what, act, rule)) in acts.into_iter().enumerate() {
        let (user, device) = ward.owner(&format!("user{number}@contoso.example"));
        let certificate = ward.enrolled(&device, &ward.devices).await;
        let of_user = ward.enrolled(&device, &ward.users).await;
        ward.read_twice().await;
        assert_eq!(ward.said(&certificate).await, None, "{what}: before");
        assert!(act(ward.world.tenant(), &user, &device), "{what}");
        ward.until(&certificate, GONE, what).await;
        let grounds = ward.grounds(&certificate).await;
        assert_eq!(grounds.iter().map(|ground| ground.rule).collect::<Vec<_>>(), [rule], "{what}");
        devices.push((what, device, certificate, of_user));
    }
    for (what, device, certificate, of_user) in devices {
        assert_eq!(ward.said(&of_user).await, None, "{what}: the user's certificate follows the user alone");
        // What is for good stays, whatever becomes of the device.
        ward.world.tenant().set_management_state(&device.id, "managed");
        ward.read_twice().await;
        assert_eq!(ward.said(&certificate).await, GONE, "{what}: afterwards");
    }
    assert_eq!(ward.said(&other).await, None, "nobody else");
    ward.world.assert_sound().await;
}

#[tokio::test]
async fn m162_a_disabled_user_or_device_is_on_hold_until_enabled_again() {
    let ward = Ward::open("").await;
    let (user, device) = ward.owner("ada@contoso.example");
    let (of_device, of_user) =
        (ward.enrolled(&device, &ward.devices).await, ward.enrolled(&device, &ward.users).await);
    ward.read_twice().await;
    for round in ["first", "second"] {
        assert!(ward.world.tenant().enable_user(&user.id, false));
        ward.until(&of_user, HOLD, round).await;
        assert_eq!(ward.said(&of_device).await, None, "{round}: others unchanged");
        assert!(ward.world.tenant().enable_entra_device(&device.id, false));
        ward.until(&of_device, HOLD, round).await;
        assert!(ward.world.tenant().enable_user(&user.id, true));
        ward.until(&of_user, None, round).await;
        assert_eq!(ward.said(&of_device).await, HOLD, "{round}: others unchanged");
        assert!(ward.world.tenant().enable_entra_device(&device.id, true));
        ward.until(&of_device, None, round).await;
    }
    ward.world.assert_sound().await;
}

#[tokio::test]
async fn a_user_who_is_deleted_loses_the_certificates_and_one_who_is_renamed_does_not() {
    let ward = Ward::open("").await;
    let (leaving, device) = ward.owner("ada@contoso.example");
    let gone = ward.enrolled(&device, &ward.users).await;
    let (marrying, device) = ward.owner("eve@contoso.example");
    let kept = ward.enrolled(&device, &ward.users).await;
    ward.read_twice().await;
    assert!(ward.world.tenant().delete_user(&leaving.id));
    ward.until(&gone, Some(Reason::AffiliationChanged), "deleted").await;
    // Somebody else gets the name that is free now; the binding keeps to the person.
    ward.world.tenant().rename_user(&marrying.id, "eve.smith@contoso.example");
    ward.world.tenant().add_user("eve@contoso.example", None);
    ward.read_twice().await;
    assert_eq!(ward.said(&kept).await, None, "renamed");
    assert!(ward.world.tenant().enable_user(&marrying.id, false));
    ward.until(&kept, HOLD, "still followed").await;
}

#[tokio::test]
async fn compliance_and_risk_hold_where_they_are_switched_on() {
    let ward =
        Ward::open("device_noncompliant = 'hold'\nuser_risk = 'hold'\nrisk_levels = ['medium', 'high']")
            .await;
    let (user, device) = ward.owner("ada@contoso.example");
    let (of_device, of_user) =
        (ward.enrolled(&device, &ward.devices).await, ward.enrolled(&device, &ward.users).await);
    ward.read_twice().await;
    let tenant = ward.world.tenant();
    assert!(tenant.set_compliance(&device.id, "noncompliant"));
    ward.until(&of_device, HOLD, "noncompliant").await;
    assert!(tenant.set_compliance(&device.id, "compliant"));
    ward.until(&of_device, None, "compliant").await;
    assert!(tenant.set_risk(&user.id, "medium", "atRisk"));
    ward.until(&of_user, HOLD, "at risk").await;
    assert!(tenant.set_risk(&user.id, "medium", "dismissed"));
    ward.until(&of_user, None, "dismissed").await;
    assert!(tenant.set_risk(&user.id, "low", "atRisk"));
    ward.read_twice().await;
    assert_eq!(ward.said(&of_user).await, None, "tolerated");
}

#[tokio::test]
async fn what_is_switched_off_changes_nothing() {
    let ward = Ward::open(
        "device_deleted = 'off'\ndevice_retired = 'off'\ndevice_disabled = 'off'\nuser_deleted = 'off'\n\
         user_disabled = 'off'\nrevocation_requests = false",
    )
    .await;
    let (user, device) = ward.owner("ada@contoso.example");
    let (of_device, of_user) =
        (ward.enrolled(&device, &ward.devices).await, ward.enrolled(&device, &ward.users).await);
    ward.read_twice().await;
    let tenant = ward.world.tenant();
    assert!(tenant.retire_device(&device.id) && tenant.enable_entra_device(&device.id, false));
    assert!(tenant.set_compliance(&device.id, "noncompliant") && tenant.enable_user(&user.id, false));
    ward.read_twice().await;
    assert!(tenant.delete_device(&device.id) && tenant.delete_user(&user.id));
    ward.read_twice().await;
    assert_eq!((ward.said(&of_device).await, ward.said(&of_user).await), (None, None));
}

#[tokio::test]
async fn an_administrators_hold_and_a_rules_hold_end_one_by_one() {
    let ward = Ward::open("").await;
    let (user, device) = ward.owner("ada@contoso.example");
    let certificate = ward.enrolled(&device, &ward.users).await;
    ward.read_twice().await;
    assert!(ward.world.tenant().enable_user(&user.id, false));
    ward.until(&certificate, HOLD, "disabled").await;
    let manual = |reason| chancery::store::NewRevocation {
        issuer: ward.world.authority.issuing.id,
        serial: certificate.serial().octets().to_vec(),
        reason,
        at: pki::Time::from_unix(ward.world.clock.now()),
        rule: Rule::Manual,
        event: chancery::store::AuditEvent::detail("{}".into()),
    };
    use chancery::store::Revoked;
    let store = &ward.world.store;
    assert_eq!(store.revoke(manual(8)).await.unwrap(), Revoked::NotHeld, "not the administrator's to end");
    assert!(matches!(store.revoke(manual(6)).await.unwrap(), Revoked::Already(_)));
    assert!(ward.world.tenant().enable_user(&user.id, true));
    ward.read_twice().await;
    assert_eq!(ward.said(&certificate).await, HOLD, "the administrator's hold goes on");
    assert_eq!(store.revoke(manual(8)).await.unwrap(), Revoked::Released);
    ward.until(&certificate, None, "released").await;
    ward.world.assert_sound().await;
}
