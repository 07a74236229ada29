//! Who there is, by the API and the command line.

use super::browser::{Browser, now, person, refusal};
use super::door::{Guest, first_owner, moved_in};
use crate::world::World;
use chancery::people::Role;
use serde_json::{Value, json};
use std::process::Command;

async fn owner(world: &World) -> Browser {
    let mut guest = Guest::new(world);
    let token = first_owner(world).await;
    moved_in(world, &mut guest, &token, "ada").await;
    Browser::of(world, chancery::store::PersonId(1)).await
}

async fn send(browser: &Browser, method: &str, path: &str, body: Value) -> (u16, Value) {
    let answer = browser.own(method, path).body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_invites_changes_and_locks_out_and_all_of_it_is_on_record() {
    let world = World::start().await;
    let owner = owner(&world).await;
    let limits = json!({ "profiles": ["device"], "names": ["*.lab.example.com"] });
    let new = json!({ "login": "Bob@Example.com", "name": "Bob", "role": "requester", "limits": limits });
    let (status, made) = send(&owner, "POST", "/api/v1/people", new.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!((&made["person"]["login"], &made["person"]["limits"]), (&json!("bob@example.com"), &limits));
    let token = made["link"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    assert_eq!(send(&owner, "POST", "/api/v1/people", new).await.1["code"], "CHY-6507");

    let mut bob = Guest::new(&world);
    moved_in(&world, &mut bob, &token, "ignored").await;
    assert_eq!(bob.get("/account").await.0, 200);
    assert_eq!(bob.get("/people").await.0, 403);
    let path = format!("/api/v1/people/{}", made["person"]["id"]);
    let (_, listed) = send(&owner, "GET", "/api/v1/people?limit=1", json!({})).await;
    assert_eq!((listed["items"].as_array().unwrap().len(), listed["next"].is_string()), (1, true));
    let next = format!("/api/v1/people?limit=1&cursor={}", listed["next"].as_str().unwrap());
    let (_, listed) = send(&owner, "GET", &next, json!({})).await;
    assert_eq!((&listed["items"][0]["login"], &listed["next"]), (&json!("bob@example.com"), &Value::Null));

    let (status, changed) = send(&owner, "PATCH", &path, json!({ "role": "auditor" })).await;
    assert_eq!((status, &changed["role"], &changed["limits"]), (200, &json!("auditor"), &limits));
    assert_eq!(bob.get("/account").await.0, 303, "a change of rights ends the session");
    assert_eq!(send(&owner, "PATCH", &path, json!({ "locked": true })).await.1["locked"], true);
    let (_, again) = send(&owner, "POST", &format!("{path}/link"), json!({})).await;
    let dead = again["link"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    assert!(bob.post("/setup", &[("token", &dead)]).await.1.contains("CHY-6506"), "locked out is locked out");
    for bad in [
        json!({ "role": "root" }),
        json!({ "name": "" }),
        json!({ "id": 7 }),
        json!({ "limits": { "names": ["a b"] } }),
    ] {
        let (status, refused) = send(&owner, "PATCH", &path, bad.clone()).await;
        assert_eq!(status, 400, "{bad}: {refused}");
    }
    let rows = world.store.audit(0, 1_000).await.unwrap();
    let changes: Vec<Value> = rows
        .iter()
        .map(|row| serde_json::from_str::<Value>(&row.event).unwrap())
        .filter(|row| row["event"] == "person.changed")
        .map(|row| row["detail"].clone())
        .collect();
    assert_eq!(changes.len(), 2);
    assert!(changes.iter().all(|row| row["by"] == "person ada" && row["login"] == "bob@example.com"));
    assert!(!rows.iter().any(|row| row.event.contains(&token) || row.event.contains(&dead)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_owner_stays_one() {
    let world = World::start().await;
    let owner = owner(&world).await;
    for change in [json!({ "role": "operator" }), json!({ "locked": true })] {
        let (status, refused) = send(&owner, "PATCH", "/api/v1/people/ada", change).await;
        assert_eq!((status, &refused["code"]), (409, &json!("CHY-6511")));
    }
    // Another owner who never came in is none yet.
    person(&world, "second", Role::Owner).await;
    assert_eq!(send(&owner, "PATCH", "/api/v1/people/ada", json!({ "locked": true })).await.0, 409);
    assert_eq!(send(&owner, "PATCH", "/api/v1/people/ada", json!({ "name": "Ada L" })).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t87_a_persons_token_may_do_at_most_what_the_person_may_now() {
    let world = World::start().await;
    let owner = owner(&world).await;
    let bob = person(&world, "bob", Role::Operator).await;
    let browser = Browser::of(&world, bob).await;
    let scopes = json!(["challenge.new", "cert.read"]);
    let (status, made) =
        send(&browser, "POST", "/api/v1/me/tokens", json!({ "name": "bobs", "scopes": scopes })).await;
    assert_eq!(status, 201, "{made}");
    let more = json!({ "name": "more", "scopes": ["people.manage"] });
    assert_eq!(send(&browser, "POST", "/api/v1/me/tokens", more).await.0, 403, "not his to give");
    let token = made["token"].as_str().unwrap();
    let ask = || async {
        let url = format!("{}/api/v1/challenges", owner.origin);
        let request = super::browser::client().post(url).bearer_auth(token).body(r#"{"endpoint":"once"}"#);
        refusal(request.send().await.unwrap()).await
    };
    assert_eq!(ask().await.0, 201);
    assert_eq!(send(&owner, "PATCH", "/api/v1/people/bob", json!({ "role": "auditor" })).await.0, 200);
    assert_eq!(ask().await, (403, "CHY-6033".to_owned()), "from the next call");
    assert_eq!(send(&owner, "PATCH", "/api/v1/people/bob", json!({ "role": "operator" })).await.0, 200);
    assert_eq!(ask().await.0, 201, "control");
    assert_eq!(send(&owner, "PATCH", "/api/v1/people/bob", json!({ "locked": true })).await.0, 200);
    assert_eq!(ask().await.0, 403);
    // A token is nobody: it has no account to change.
    let url = format!("{}/api/v1/me/tokens", owner.origin);
    let body = r#"{"name":"x","scopes":["cert.read"]}"#;
    let asked = super::browser::client().post(url).bearer_auth(token).body(body).send().await.unwrap();
    assert_eq!(asked.status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t86_nobody_reaches_the_sessions_and_passkeys_of_another() {
    let world = World::start().await;
    let owner = owner(&world).await;
    let other = Browser::of(&world, person(&world, "bob", Role::Owner).await).await;
    let (_, mine) = send(&owner, "GET", "/api/v1/me/sessions", json!({})).await;
    let id = mine["items"][0]["id"].as_i64().unwrap();
    let (status, ended) = send(&other, "DELETE", &format!("/api/v1/me/sessions/{id}"), json!({})).await;
    assert_eq!((status, &ended["ended"]), (200, &json!(0)));
    assert_eq!(owner.get("/api/v1/me").await, 200, "it goes on");
    let (_, theirs) = send(&other, "GET", "/api/v1/me/sessions", json!({})).await;
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1, "{theirs}");
    assert_eq!(send(&other, "DELETE", "/api/v1/me/passkeys/1", json!({})).await.0, 409);
    let (_, ended) = send(&owner, "DELETE", "/api/v1/me/sessions", json!({})).await;
    assert!(ended["ended"].as_i64().unwrap() >= 1);
    assert_eq!((owner.get("/api/v1/me").await, other.get("/api/v1/me").await), (401, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_lets_an_owner_in_again() {
    let world = World::start().await;
    let file = world.home.path().join("chancery.toml");
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        command.args(["--local", "--json", "--config"]).arg(&file).arg("people").args(words);
        let output = tokio::task::block_in_place(|| command.output()).unwrap();
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    let (code, made) = run(&["invite", "ada", "--role", "owner", "--name", "Ada"]);
    assert_eq!((code, &made["person"]["role"]), (Some(0), &json!("owner")), "{made}");
    let (_, again) = run(&["invite", "ADA"]);
    assert_eq!(again["person"]["role"], "owner", "who is there keeps the role");
    let token = |made: &Value| made["link"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
    let mut guest = Guest::new(&world);
    assert!(
        guest.post("/setup", &[("token", &token(&made))]).await.1.contains("CHY-6506"),
        "the newest link counts"
    );
    moved_in(&world, &mut guest, &token(&again), "ada").await;
    assert_eq!(guest.get("/people").await.0, 200);

    assert_eq!(run(&["lock", "ada"]).1["errors"][0]["code"], "CHY-6511");
    assert_eq!(run(&["role", "nobody", "owner"]).1["errors"][0]["code"], "CHY-6512");
    assert_eq!(run(&["invite", "bob", "--role", "king"]).1["errors"][0]["code"], "CHY-6513");
    run(&["invite", "bob", "--role", "requester", "--profile", "device", "--allow", "*.lab.example.com"]);
    let (_, listed) = run(&["list"]);
    assert_eq!(listed["people"][1]["limits"]["names"], json!(["*.lab.example.com"]));
    assert!(run(&["lock", "bob"]).1["locked"].is_string());
    assert!(run(&["unlock", "bob"]).1["locked"].is_null());
    assert!(now(&world).unix() > 0);
}
