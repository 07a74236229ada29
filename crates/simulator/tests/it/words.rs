//! The gateway's words and the simulator's were written apart: each reads the other here.

use mdm::graph::request::{self, Since, Version};
use mdm::graph::{
    ComplianceState, Device, EntraDeviceId, Follow, Gathered, IntuneDeviceId, Item, Known, ManagedDevice,
    ManagementState, Member, ObjectId, Origin, Page, Reading, Refusal, RemovalReason, RiskLevel, RiskyUser,
    Upn, User, one,
};
use mdm::intune::revocation::{Call, Download, Downloaded, Failure, MaxRequests, Outcome, Upload, recorded};
use simulator::tenant::Platform;

use crate::caller::{Caller, GRAPH_SCOPE, INTUNE_SCOPE};

async fn get(caller: &Caller, url: &str) -> (u16, Vec<u8>) {
    let token = caller.token(GRAPH_SCOPE).await;
    let answer = caller.http.get(url).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

async fn gathered<T: Item>(caller: &Caller, url: String, reading: Reading) -> (Gathered<T>, Option<String>) {
    let origin = Origin::of(&caller.tenant.urls().graph).unwrap();
    let mut all = Gathered::default();
    let mut url = url;
    loop {
        let (status, body) = get(caller, &url).await;
        assert_eq!(status, 200, "{url}");
        let page = Page::<T>::parse(&body, reading, &origin).unwrap();
        let follow = page.follow.clone();
        all.absorb(page);
        match follow {
            Follow::Next(link) => url = link.as_str().to_owned(),
            Follow::Delta(link) => return (all, Some(link.as_str().to_owned())),
            Follow::End => return (all, None),
        }
    }
}

fn item<T: Item>(known: &Known<T>) -> &T {
    match known {
        Known::Item(item) => item,
        Known::Removed(_) | Known::Odd(_) => panic!("not an item"),
    }
}

#[tokio::test]
async fn contract_14_whole_reads() {
    let caller = Caller::new().await;
    let graph = caller.tenant.urls().graph;
    let kiosk = caller.tenant.enrol_device(Platform::Android, None);
    caller.tenant.set_risk("ada@contoso.example", "high", "atRisk");
    caller.tenant.retire_device(&caller.device.id);
    caller.tenant.pager().page_size = 1;

    let (devices, _) = gathered::<Device>(&caller, request::devices(&graph), Reading::Whole).await;
    let entra_id = EntraDeviceId::parse(&caller.device.entra_id).unwrap();
    let device_ids: Vec<_> =
        devices.objects().values().filter_map(|known| item(known).device_id.value()).collect();
    assert!(device_ids.len() == 2 && device_ids.contains(&&entra_id));
    let (alone, _) = gathered::<Device>(&caller, request::device(&graph, &entra_id), Reading::Whole).await;
    assert_eq!(alone.objects().len(), 1);
    let (users, _) = gathered::<User>(&caller, request::users(&graph), Reading::Whole).await;
    let ada = item(users.objects().values().next().unwrap()).clone();
    assert_eq!(ada.account_enabled, Member::Is(true));
    let (risks, _) = gathered::<RiskyUser>(&caller, request::risky_users(&graph), Reading::Whole).await;
    assert_eq!(item(&risks.objects()[&ada.id]).level, Member::Is(RiskLevel::High));
    for (version, state) in
        [(Version::Beta, Member::Is(ManagementState::RetirePending)), (Version::V1, Member::Absent)]
    {
        let url = request::managed_devices(&graph, version);
        let (managed, _) = gathered::<ManagedDevice>(&caller, url, Reading::Whole).await;
        let id = IntuneDeviceId::parse(&caller.device.id).unwrap();
        let device = item(&managed.objects()[&id]);
        assert_eq!((&device.management_state, &device.user_id), (&state, &Member::Is(ada.id.clone())));
        assert_eq!(device.compliance_state, Member::Is(ComplianceState::Compliant));
        let kiosk = IntuneDeviceId::parse(&kiosk.id).unwrap();
        assert_eq!(item(&managed.objects()[&kiosk]).user_id, Member::Null);
        let (status, body) = get(&caller, &request::managed_device(&graph, version, &id)).await;
        assert_eq!((status, one::<ManagedDevice>(&body).is_ok()), (200, true));
    }
}

#[tokio::test]
async fn contract_14_single_users_and_what_is_not_there() {
    let caller = Caller::new().await;
    let graph = caller.tenant.urls().graph;
    let odd = caller.tenant.add_user("o'hara+x#EXT#@contoso.example", None);
    for url in [
        request::user(&graph, &ObjectId::parse(&odd.id).unwrap()),
        request::user_by_upn(&graph, &Upn::parse(&odd.upn).unwrap()),
    ] {
        let (status, body) = get(&caller, &url).await;
        assert_eq!(status, 200, "{url}");
        let Ok(mdm::graph::Entry::Item(user)) = one::<User>(&body) else { panic!("a user") };
        assert_eq!(user.id.as_str(), odd.id);
    }
    for url in [
        request::user(&graph, &ObjectId::parse("x").unwrap()),
        request::managed_device(&graph, Version::Beta, &IntuneDeviceId::parse("x").unwrap()),
    ] {
        let (status, body) = get(&caller, &url).await;
        assert_eq!(Refusal::of(status, &body), Refusal::NotFound, "{url}");
    }
}

#[tokio::test]
async fn contract_14_delta_rounds() {
    let caller = Caller::new().await;
    let graph = caller.tenant.urls().graph;
    let bob = caller.tenant.add_user("bob@contoso.example", None);
    let start = request::users_delta(&graph, Since::Ever);
    let (all, link) = gathered::<User>(&caller, start, Reading::Part).await;
    assert_eq!(all.objects().len(), 2);
    caller.tenant.enable_user("ada@contoso.example", false);
    caller.tenant.delete_user(&bob.id);
    let (changes, link) = gathered::<User>(&caller, link.unwrap(), Reading::Part).await;
    let ada = ObjectId::parse(caller.device.user.as_ref().unwrap()).unwrap();
    let changed = item(&changes.objects()[&ada]);
    assert_eq!((&changed.account_enabled, &changed.upn), (&Member::Is(false), &Member::Absent));
    let bob = ObjectId::parse(&bob.id).unwrap();
    assert!(matches!(changes.objects()[&bob], Known::Removed(RemovalReason::Changed)));
    caller.tenant.pager().expire_delta_links();
    let (status, body) = get(&caller, &link.unwrap()).await;
    assert_eq!(Refusal::of(status, &body), Refusal::Resync);
    let now = request::devices_delta(&graph, Since::Now);
    let (none, link) = gathered::<Device>(&caller, now, Reading::Part).await;
    assert!(none.objects().is_empty() && link.is_some());
    assert!(caller.tenant.journal().breaches().is_empty());
}

#[tokio::test]
async fn contract_9_download_and_upload() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    crate::revocation::issue(&caller, &caller.device, "00:5a:4d", "C").await;
    crate::revocation::issue(&caller, &caller.device, "not a serial", "C").await;
    caller.tenant.retire_device(&caller.device.id);
    let send = |call: Call, body: serde_json::Value| {
        assert!(call.url(&caller.tenant.urls().pki_service).ends_with(call.segment()));
        caller.authority(&token, call.segment(), &body).send()
    };
    let body = serde_json::to_value(Download::new(MaxRequests::RECOMMENDED, None)).unwrap();
    let answer = send(Call::Download, body).await.unwrap();
    let downloaded = Downloaded::parse(&answer.bytes().await.unwrap()).unwrap();
    let results: Vec<_> = downloaded
        .requests
        .iter()
        .map(|request| match &request.serial {
            Some(_) => Outcome::revoked(request.context.clone()),
            None => Outcome::failed(request.context.clone(), Failure::ParameterDataInvalidError, "no serial"),
        })
        .collect();
    let [batch] = Upload::batches(&results).try_into().unwrap();
    let answer = send(Call::Upload, serde_json::to_value(&batch).unwrap()).await.unwrap();
    assert!(recorded(&answer.bytes().await.unwrap()));
    let revocations = caller.tenant.revocations();
    let codes: Vec<_> =
        revocations.requests().iter().map(|entry| entry.result.as_ref().unwrap().error_code).collect();
    assert_eq!(codes, [0, 4_002]);
}
