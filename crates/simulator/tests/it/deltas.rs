//! Delta queries of devices and users (contract section 14).

use serde_json::{Value, json};
use simulator::tenant::Platform;

use crate::caller::Caller;

const USERS: &str = "v1.0/users/delta?$select=id,userPrincipalName,accountEnabled";

async fn changes(caller: &Caller, link: &str) -> (Vec<Value>, String) {
    let path = link.strip_prefix(&caller.tenant.urls().graph).unwrap();
    let (mut items, _, delta) = caller.pages(path).await;
    items.sort_by_key(Value::to_string);
    items.dedup();
    (items, delta.unwrap())
}

#[tokio::test]
async fn contract_14_a_round_ends_in_a_delta_link_and_the_next_has_the_changes() {
    let caller = Caller::new().await;
    let bob = caller.tenant.add_user("bob@contoso.example", None);
    let link = format!("{}{USERS}", caller.tenant.urls().graph);
    let (all, link) = changes(&caller, &link).await;
    assert_eq!(all.len(), 2);
    let (none, link) = changes(&caller, &link).await;
    assert!(none.is_empty());
    caller.tenant.enable_user(&bob.id, false);
    let (some, next) = changes(&caller, &link).await;
    assert_eq!(
        some,
        [json!({ "id": bob.id, "accountEnabled": false })],
        "id and what changed, as first selected"
    );
    let (again, _) = changes(&caller, &link).await;
    assert_eq!(again, some, "a link can be followed again");
    assert!(changes(&caller, &next).await.0.is_empty());
    assert!(caller.tenant.journal().breaches().is_empty());
}

#[tokio::test]
async fn contract_14_from_now_on() {
    let caller = Caller::new().await;
    let link = format!("{}{USERS}&$deltatoken=latest", caller.tenant.urls().graph);
    let (none, link) = changes(&caller, &link).await;
    assert!(none.is_empty());
    let eve = caller.tenant.add_user("eve@contoso.example", None);
    let (some, _) = changes(&caller, &link).await;
    assert_eq!(
        some,
        [json!({ "id": eve.id, "userPrincipalName": eve.upn, "accountEnabled": true })],
        "a new one whole"
    );
}

#[tokio::test]
async fn contract_14_removed_for_now_and_for_good_and_restored() {
    let caller = Caller::new().await;
    let bob = caller.tenant.add_user("bob@contoso.example", None);
    let latest = |of: &str| format!("{}v1.0/{of}/delta?$deltatoken=latest", caller.tenant.urls().graph);
    let (_, users) = changes(&caller, &latest("users")).await;
    let (_, devices) = changes(&caller, &latest("devices")).await;
    caller.tenant.delete_user(&bob.id);
    let (removed, users) = changes(&caller, &users).await;
    assert_eq!(removed, [json!({ "id": bob.id, "@removed": { "reason": "changed" } })]);
    caller.tenant.restore_user(&bob.id);
    let (back, users) = changes(&caller, &users).await;
    assert_eq!((back.len(), &back[0]["userPrincipalName"]), (1, &json!(bob.upn)));
    caller.tenant.delete_user(&bob.id);
    caller.tenant.purge_user(&bob.id);
    let (removed, _) = changes(&caller, &users).await;
    assert_eq!(removed, [json!({ "id": bob.id, "@removed": { "reason": "deleted" } })]);
    caller.tenant.delete_entra_device(&caller.device.id);
    let (removed, _) = changes(&caller, &devices).await;
    assert_eq!((removed.len(), &removed[0]["@removed"]["reason"]), (1, &json!("deleted")));
}

#[tokio::test]
async fn contract_14_a_change_of_what_was_not_selected_is_none() {
    let caller = Caller::new().await;
    let link = format!(
        "{}v1.0/devices/delta?$select=id,accountEnabled&$deltatoken=latest",
        caller.tenant.urls().graph
    );
    let (_, link) = changes(&caller, &link).await;
    caller.tenant.set_compliance(&caller.device.id, "noncompliant");
    let (none, link) = changes(&caller, &link).await;
    assert!(none.is_empty(), "{none:?}");
    let repeated = caller.follow(&format!("{link}&$select=id")).await;
    assert_eq!(repeated.0, 200);
    assert!(caller.tenant.journal().breaches().join("\n").contains("$select beside a delta token"));
}

#[tokio::test]
async fn contract_14_old_links_are_gone() {
    let caller = Caller::new().await;
    let latest = format!("{}v1.0/devices/delta?$deltatoken=latest", caller.tenant.urls().graph);
    let (_, link) = changes(&caller, &latest).await;
    caller.tenant.clock.advance(7 * 86_400 - 1);
    assert_eq!(caller.follow(&link).await.0, 200);
    caller.tenant.clock.advance(1);
    let (status, body) = caller.follow(&link).await;
    assert_eq!((status, &body["error"]["code"]), (410, &json!("resyncRequired")));
    let (_, link) = changes(&caller, &latest).await;
    caller.tenant.pager().expire_delta_links();
    assert_eq!(caller.follow(&link).await.0, 410);
    let (_, link) = changes(&caller, &latest).await;
    assert_eq!(caller.follow(&link.replace("/devices/", "/users/")).await.0, 410, "another collection's");
}

#[tokio::test]
async fn contract_14_items_repeat_and_come_in_any_order() {
    let caller = Caller::new().await;
    let devices: Vec<_> = (0..30).map(|_| caller.tenant.enrol_device(Platform::Windows, None)).collect();
    {
        let mut pager = caller.tenant.pager();
        (pager.page_size, pager.empty_chance, pager.repeat_chance) = (7, 0.3, 0.5);
    }
    let (all, count, link) = caller.pages("v1.0/devices/delta").await;
    assert!(all.len() > 31 && count > 5, "{} in {count}", all.len());
    let ids: Vec<String> = all.iter().map(|item| item["id"].to_string()).collect();
    let mut sorted = ids.clone();
    sorted.sort();
    assert_ne!(ids, sorted);
    sorted.dedup();
    assert_eq!(sorted.len(), 31);
    for device in &devices {
        caller.tenant.enable_entra_device(&device.id, false);
        caller.tenant.enable_entra_device(&device.id, true);
    }
    let (items, _) = changes(&caller, &link.unwrap()).await;
    assert_eq!(items.len(), 30);
    assert!(items.iter().all(|item| item["accountEnabled"] == true), "always as it is now");
}
