//! The pages for watching, with a store that is empty and with one that strangers wrote into.

use crate::people::browser::{Browser, person};
use crate::world::{Csr, Device, World, transaction};
use chancery::people::Role;
use pki::name::Name;
use pki::oid;
use scep::TransactionId;
use scep::client::Request;

/// Each page, with what it says when there is nothing.
const PAGES: [(&str, &str); 8] = [
    ("/", "No device has asked yet"),
    ("/enrolments", "No device has asked yet"),
    ("/stalled", "Every device that began"),
    ("/renewals", "No device is late"),
    ("/revocation", "Nothing was revoked yet"),
    ("/approvals", "Nothing waits"),
    ("/events", "Nothing of this kind"),
    ("/audit", "Person added"),
];

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.bare("GET", path).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, 200, "{path}: {text}");
    text
}

/// Until the index has followed the audit, for ten seconds at most.
async fn followed(browser: &Browser) {
    for _ in 0..100 {
        let answer = browser.bare("GET", "/api/v1/summary").send().await.unwrap();
        let told: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        if told["behind"] == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the index does not follow");
}

async fn asks(world: &World, device: &Device, unit: &str, challenge: &str, id: &TransactionId) {
    let subject = Name::from_pairs(&[(oid::CN, "phone"), (oid::ORGANIZATIONAL_UNIT, unit)]);
    let csr = Csr::of(subject, challenge).signed(&device.key);
    let message = device.message(world, &Request::pkcs_req(&csr, id.clone())).0;
    world.post("once", message).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_page_stands_with_an_empty_store_and_tells_what_to_do() {
    let world = World::start().await;
    let browser = Browser::of(&world, person(&world, "ada", Role::Owner).await).await;
    for (path, says) in PAGES {
        let text = page(&browser, path).await;
        assert!(text.contains(says), "{path}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m66_t90_what_strangers_wrote_is_told_and_stays_text() {
    let world = World::start().await;
    let browser = Browser::of(&world, person(&world, "ada", Role::Auditor).await).await;
    let hostile = "<script>alert(1)</script>\"'\u{202e}";
    let (device, id) = (world.device("phone"), transaction());
    asks(&world, &device, hostile, "no such challenge", &id).await;
    let challenge = world.challenge("once", None).await;
    let (other, issued) = (world.device("phone"), transaction());
    asks(&world, &other, "Devices", &challenge, &issued).await;
    let path = |id: &TransactionId| format!("/enrolments/{}", id.as_str());
    for path in [path(&id), path(&issued), "/".to_owned(), "/revocation".to_owned()] {
        let text = page(&browser, &path).await;
        assert!(!text.contains("<script>") && !text.contains('\u{202e}'), "{path}: {text}");
    }
    let refused = page(&browser, &path(&id)).await;
    for part in ["/docs/errors/CHY-3002", "GetCACaps", "id=\"csr-vs-challenge\""] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert!(page(&browser, &path(&issued)).await.contains("/certificates/"));
    let none = browser.bare("GET", "/enrolments/none").send().await.unwrap();
    assert_eq!(none.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_of_a_list_are_the_apis_and_lists_lead_to_the_trace() {
    let world = World::start().await;
    let browser = Browser::of(&world, person(&world, "ada", Role::Auditor).await).await;
    let (device, id) = (world.device("phone"), transaction());
    asks(&world, &device, "<b>\u{202e}", "no such challenge", &id).await;
    let challenge = world.challenge("once", None).await;
    let (other, issued) = (world.device("phone"), transaction());
    asks(&world, &other, "Devices", &challenge, &issued).await;
    followed(&browser).await;
    let refused = page(&browser, "/enrolments?outcome=refused&code=CHY-3002").await;
    assert!(refused.contains(id.as_str()) && !refused.contains(issued.as_str()), "{refused}");
    let all = page(&browser, "/enrolments").await;
    assert!(all.contains(id.as_str()) && all.contains(issued.as_str()), "{all}");
    let home = page(&browser, "/").await;
    assert!(home.contains("code=CHY-3002") && home.contains(issued.as_str()), "{home}");
    assert!(page(&browser, "/events").await.contains("/docs/errors/CHY-3002"));
    assert!(page(&browser, "/audit?event=certificate.issued").await.contains("/certificates/"));
    for path in ["/", "/enrolments", "/events", "/audit", "/renewals", "/revocation"] {
        let text = page(&browser, path).await;
        assert!(!text.contains("<b>") && !text.contains('\u{202e}'), "{path}: {text}");
    }
    assert_eq!(browser.get("/enrolments?outcome=nonsense").await, 400, "the API says what it does not take");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_for_whom_the_api_would_answer() {
    let world = World::start().await;
    let requester = Browser::of(&world, person(&world, "bob", Role::Requester).await).await;
    let before = world.counts().await.audit;
    for (path, _) in PAGES.into_iter().skip(1) {
        assert_eq!(requester.get(path).await, 403, "{path}");
    }
    let home = page(&requester, "/").await;
    assert!(!home.contains("id=\"home-health\"") && !home.contains("/audit"), "{home}");
    assert_eq!(world.counts().await.audit, before, "nobody tried anything, so that nothing is on record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_the_root_is_there_without_signing_in_and_is_the_one_that_home_names() {
    let world = World::start().await;
    let answer = world.http.get(format!("http://{}/ca/root.cer", world.at.admin)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let root = answer.bytes().await.unwrap();
    assert_eq!(root, world.authority.root.der());
    pki::certificate::Certificate::parse(&root).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traffic_tells_how_far_devices_came_and_which_list_is_out() {
    let world = World::start().await;
    let browser = Browser::of(&world, person(&world, "ada", Role::Auditor).await).await;
    let challenge = world.challenge("once", None).await;
    asks(&world, &world.device("phone"), "Devices", &challenge, &transaction()).await;
    asks(&world, &world.device("phone"), "Devices", "no such challenge", &transaction()).await;
    let answer = browser.bare("GET", "/api/v1/traffic").send().await.unwrap();
    let told: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let funnel = &told["funnel"];
    let steps = ["requests", "validated", "issued", "notified"].map(|step| funnel[step].as_u64().unwrap());
    assert_eq!(steps, [2, 1, 1, 0], "{told}");
    assert_eq!(told["crls"][0]["name"], "default");
    assert!(told["crls"][0]["number"].as_u64().unwrap() > 0, "{told}");
}
