//! Webhooks by the API and by the command line.

use super::receiver::Receiver;
use crate::tokens::office::Office;
use chancery::tokens::Scope;
use serde_json::{Value, json};
use std::process::{Command, Output};

async fn office() -> Office {
    Office::configured(|settings| format!("{settings}[webhooks]\nallow = ['127.0.0.0/8']\n")).await
}

fn chancery(office: &Office, words: &[&str]) -> Output {
    let file = office.world.home.path().join("chancery.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(["--local", "--json", "--config"]).arg(file).arg("webhook").args(words);
    tokio::task::block_in_place(|| command.output()).unwrap()
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m150_a_webhook_is_added_tried_read_and_removed_by_the_api() {
    let (office, receiver) = (office().await, Receiver::start(&[Some((418, ""))]).await);
    let manager = office.token("integration", &[Scope::WebhookManage, Scope::WebhookRead], None).await;
    let body =
        json!({ "name": "tickets", "url": receiver.url("/capability"), "events": ["certificate.issued"] });
    let added = office.call("POST", "webhooks", &manager, &body.to_string()).await;
    assert_eq!(added.status, 201, "{added:?}");
    let (id, secret) = (added.json["id"].clone(), added.text("secret").to_owned());
    assert!(secret.starts_with("whsec_") && secret.len() == 6 + 44, "32 octets in base64");

    let failed = office.call("POST", &format!("webhooks/{id}/test"), &manager, "").await;
    assert_eq!(failed.json, json!({ "id": id, "delivered": false, "outcome": "HTTP 418" }));
    let worked = office.call("POST", &format!("webhooks/{id}/test"), &manager, "{}").await;
    assert_eq!(worked.json, json!({ "id": id, "delivered": true, "outcome": "HTTP 204" }));
    office.enrolled("phone").await;
    let seen = receiver.until(3).await;
    assert!(seen.iter().all(|one| one.is_signed_with(&secret)));

    let listed = office.call("GET", "webhooks", &manager, "").await;
    let row = &listed.json["items"][0];
    assert_eq!(
        (&row["name"], &row["events"], &listed.json["next"]),
        (&json!("tickets"), &json!(["certificate.issued"]), &Value::Null)
    );
    assert!(!listed.json.to_string().contains("whsec_"), "shown once");
    let page = |query: &str| format!("webhooks/{id}/deliveries{query}");
    let first = office.call("GET", &page("?limit=2"), &manager, "").await;
    let next = first.json["next"].as_str().unwrap().to_owned();
    let second = office.call("GET", &page(&format!("?limit=2&cursor={next}")), &manager, "").await;
    let all =
        [first.json["items"].as_array().unwrap().clone(), second.json["items"].as_array().unwrap().clone()]
            .concat();
    let events: Vec<_> = all.iter().map(|one| one["event"].clone()).collect();
    assert_eq!(events, ["certificate.issued", "webhook.test", "webhook.test"]);
    assert_eq!((&all[2]["state"], &all[2]["attempts"][0]["outcome"]), (&json!("dead"), &json!("HTTP 418")));

    let gone = office.call("DELETE", &format!("webhooks/{id}"), &manager, "").await;
    assert_eq!(gone.json, json!({ "id": id, "result": "removed" }));
    for (method, path) in
        [("DELETE", format!("webhooks/{id}")), ("GET", page("")), ("POST", format!("webhooks/{id}/test"))]
    {
        let answer = office.call(method, &path, &manager, "").await;
        assert_eq!((answer.status, answer.text("code")), (404, "CHY-6058"), "{method} {path}");
    }
    for kind in ["webhook.added", "webhook.tested", "webhook.removed"] {
        let rows = office.audit(kind).await;
        assert!(
            !rows.is_empty() && rows.iter().all(|row| row["by"] == "token integration"),
            "{kind}: {rows:?}"
        );
        assert!(rows.iter().all(|row| !row.to_string().contains("capability")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t89_the_api_takes_no_webhook_that_leads_to_the_machine_itself() {
    let office = office().await;
    let manager = office.token("integration", &[Scope::WebhookManage], None).await;
    let ask = async |url: &str, name: &str, events: Value| {
        let body = json!({ "name": name, "url": url, "events": events }).to_string();
        office.call("POST", "webhooks", &manager, &body).await
    };
    let issued = || json!(["certificate.issued"]);
    for url in [
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "http://hooks.example.com/",
        "https://u@a.example/",
        "",
    ] {
        let answer = ask(url, "it", issued()).await;
        assert_eq!((answer.status, answer.text("code")), (400, "CHY-6057"), "{url}: {answer:?}");
    }
    let good = "https://hooks.example.com/";
    for (name, events, status) in [
        ("a b", issued(), 400),
        ("", issued(), 400),
        ("it", json!([]), 400),
        ("it", json!(["webhook.test"]), 400),
        ("it", json!(["certificate.stolen"]), 400),
        ("it", issued(), 201),
        ("it", issued(), 409),
    ] {
        assert_eq!(ask(good, name, events.clone()).await.status, status, "{name} {events}");
    }
    for n in 1..32 {
        assert_eq!(ask(good, &format!("it-{n}"), issued()).await.status, 201);
    }
    assert_eq!(ask(good, "one-more", issued()).await.status, 409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_added_tried_listed_and_removed_by_the_command_line() {
    let (office, receiver) = (office().await, Receiver::start(&[Some((500, ""))]).await);
    let url = receiver.url("/x");
    let words =
        ["new", "--name", "tickets", "--url", &url, "--event", "certificate.issued", "enrolment.held"];
    let added = told(&chancery(&office, &words));
    let (id, secret) = (added["id"].to_string(), added["secret"].as_str().unwrap());
    assert_eq!(
        chancery(&office, &["test", &id]).status.code(),
        Some(3),
        "a receiver that does not take it is a finding"
    );
    assert_eq!(chancery(&office, &["test", &id]).status.code(), Some(0));
    office.enrolled("phone").await;
    let seen = receiver.until(3).await;
    assert!(seen.iter().all(|one| one.is_signed_with(secret)), "the server, which runs on, sends to it");
    let listed = told(&chancery(&office, &["list"]));
    assert_eq!((&listed["webhooks"][0]["url"], listed.to_string().contains("whsec_")), (&json!(url), false));
    let again = chancery(&office, &words);
    assert_eq!((again.status.code(), &told(&again)["errors"][0]["code"]), (Some(1), &json!("CHY-6057")));
    let bad = chancery(
        &office,
        &["new", "--name", "x", "--url", "http://10.0.0.1/", "--event", "certificate.issued"],
    );
    assert_eq!(bad.status.code(), Some(2));
    assert_eq!(chancery(&office, &["remove", &id]).status.code(), Some(0));
    let gone = chancery(&office, &["remove", &id]);
    assert_eq!((gone.status.code(), &told(&gone)["errors"][0]["code"]), (Some(1), &json!("CHY-6058")));
}
