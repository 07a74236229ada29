//! Approving by the administrative API, each in its own name.

use super::office::Office;
use crate::world::transaction;
use chancery::tokens::Scope;
use scep::client::Request;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m69_who_may_read_approvals_decides_nothing_and_who_decides_is_named() {
    let mut office = Office::open().await;
    let rule = "[[policy]]\nname = 'sensitive'\nask = 'Is this a vault?'\n";
    let settings = office.world.home.settings().replacen("ndes = true", "ndes = true\npending = true", 1);
    office.world.home.configure(&(settings + rule));
    office.world.home.add_admin_token(super::office::CONFIGURED);
    office.world.restart().await;
    let device = office.world.device("vault");
    let challenge = office.world.challenge("once", None).await;
    let id = transaction();
    let request = Request::pkcs_req(&device.csr(&challenge).signed(&device.key), id.clone());
    let message = device.message(&office.world, &request).0;
    assert_eq!(office.world.post("once", message.clone()).await.pki_status, "3");

    let reader = office.token("reader", &[Scope::ApprovalRead], None).await;
    let listed = office.call("GET", "approvals", &reader, "").await;
    let row = &listed.json["approvals"][0];
    assert_eq!((&row["subject"], &row["sentence"]), (&json!("CN=vault"), &json!("Is this a vault?")));
    assert_eq!((&row["status"], &row["vouched_by"]), (&json!("waiting"), &json!("one_time")));
    assert!(!listed.json.to_string().contains(&challenge), "the challenge is shown to nobody");
    let number = row["id"].to_string();
    let route = |verb: &str| format!("approvals/{number}/{verb}");
    assert_eq!(office.call("POST", &route("approve"), &reader, "").await.status, 403);

    let ada = office.token("ada", &[Scope::ApprovalDecide], None).await;
    let bad = office.call("POST", &route("approve"), &ada, r#"{"for":"ever"}"#).await;
    assert_eq!((bad.status, bad.text("code")), (400, "CHY-6027"));
    let nobody = office.call("POST", "approvals/x/approve", &ada, "").await;
    assert_eq!((nobody.status, nobody.text("code")), (404, "CHY-6048"));
    let done = office.call("POST", &route("approve"), &ada, "").await;
    assert_eq!((done.status, done.text("status"), done.text("decided_by")), (200, "approved", "token ada"));
    assert_eq!(done.json["changed"], json!(true));
    let again = office.call("POST", &route("approve"), &ada, "").await;
    assert_eq!((again.status, &again.json["changed"]), (200, &json!(false)));
    let late = office.call("POST", &route("deny"), &ada, "").await;
    assert_eq!((late.status, late.text("code")), (409, "CHY-6049"), "{late:?}");
    assert_eq!(office.audit("request.approved").await[0]["by"], "token ada");

    let certificate = device.opens(&office.world.post("once", message).await);
    let shown = office.call("GET", &format!("approvals/{number}"), &reader, "").await;
    assert_eq!(shown.text("certificate"), certificate.serial().to_string());
    let none = office.call("GET", "approvals", &reader, "").await;
    assert_eq!(none.json, json!({ "approvals": [] }));
    office.world.assert_sound().await;
}
