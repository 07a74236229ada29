//! Sessions at the API: rights of now, forged requests, theft after the end (threats 84 to 87).

use super::browser::{Browser, client, now, person, refusal};
use crate::world::World;
use chancery::people::{RequestLimits, Role};
use chancery::store::{AuditEvent, Ending, PersonChange, PersonChanged};
use serde_json::Value;

fn event(kind: &str) -> AuditEvent {
    AuditEvent::new(kind, "{}".to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t86_a_session_has_the_rights_of_its_role_and_a_refusal_is_on_record() {
    let world = World::start().await;
    let owner = Browser::of(&world, person(&world, "owner", Role::Owner).await).await;
    let auditor = Browser::of(&world, person(&world, "auditor", Role::Auditor).await).await;
    let requester = Browser::of(&world, person(&world, "requester", Role::Requester).await).await;
    assert_eq!(owner.get("/api/v1/approvals").await, 200);
    assert_eq!(auditor.get("/api/v1/approvals").await, 200);
    assert_eq!(requester.get("/api/v1/approvals").await, 403);
    let body = r#"{"endpoint":"once"}"#;
    let refused = auditor.own("POST", "/api/v1/challenges").body(body).send().await.unwrap();
    assert_eq!(refusal(refused).await, (403, "CHY-6503".to_owned()));
    let made = owner.own("POST", "/api/v1/challenges").body(body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let rows = world.store.audit(0, 1000).await.unwrap();
    let rows: Vec<Value> = rows.iter().map(|row| serde_json::from_str(&row.event).unwrap()).collect();
    let refused: Vec<&Value> = rows.iter().filter(|row| row["event"] == "person.refused").collect();
    assert_eq!(refused.len(), 2);
    assert_eq!(refused[1]["detail"]["by"], "person auditor");
    let made = rows.iter().find(|row| row["event"] == "challenge.made").unwrap();
    assert_eq!(made["detail"]["by"], "person owner");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t84_a_request_that_changes_something_proves_that_it_comes_from_a_page_of_ours() {
    let world = World::start().await;
    let owner = Browser::of(&world, person(&world, "owner", Role::Owner).await).await;
    let post = || owner.bare("POST", "/api/v1/challenges").body(r#"{"endpoint":"once"}"#);
    let good = |it: reqwest::RequestBuilder| it.header("x-csrf-token", &owner.csrf);
    let origin = &owner.origin;
    let port = world.at.admin.port();
    for forged in [
        post(),
        good(post()),
        post().header("origin", origin),
        post().header("origin", origin).header("x-csrf-token", ""),
        post().header("origin", origin).header("x-csrf-token", "AAAA"),
        good(post()).header("origin", "https://evil.test"),
        good(post()).header("origin", "null"),
        good(post()).header("origin", format!("http://localhost:{port}")),
        good(post()).header("origin", origin).header("sec-fetch-site", "cross-site"),
        good(post()).header("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(refusal(forged.send().await.unwrap()).await, (403, "CHY-6501".to_owned()));
    }
    for ours in [good(post()).header("origin", origin), good(post()).header("sec-fetch-site", "same-origin")]
    {
        assert_eq!(ours.send().await.unwrap().status(), 201, "control");
    }
    // Another session's token is no proof for this one.
    let other = Browser::of(&world, person(&world, "other", Role::Owner).await).await;
    let mixed = post().header("origin", origin).header("x-csrf-token", &other.csrf);
    assert_eq!(mixed.send().await.unwrap().status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t84_every_route_that_changes_something_refuses_a_forged_request() {
    let world = World::start().await;
    let owner = Browser::of(&world, person(&world, "owner", Role::Owner).await).await;
    let source = include_str!("../../../src/http/routes.rs");
    let mut forged = 0;
    for piece in source.split("Route {").skip(1) {
        let Some(path) = piece.split("path: \"").nth(1).and_then(|rest| rest.split('"').next()) else {
            continue;
        };
        let path: String = path
            .split('/')
            .map(|part| if part.starts_with('{') { "1" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer =
                owner.bare(method, &path).header("origin", "https://evil.test").send().await.unwrap();
            // A method that the route does not have is refused before anybody is asked.
            if answer.status() != 405 {
                assert_eq!(refusal(answer).await, (403, "CHY-6501".to_owned()), "{method} {path}");
                forged += 1;
            }
        }
    }
    assert!(forged >= 6, "{forged}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_a_session_ends_when_it_is_idle_old_or_ended_and_its_cookie_is_worth_nothing_then() {
    let world = World::start().await;
    let id = person(&world, "owner", Role::Owner).await;
    let idle = Browser::of(&world, id).await;
    world.clock.advance(29 * 60);
    assert_eq!(idle.get("/api/v1/approvals").await, 200, "control: each request begins the half hour anew");
    world.clock.advance(29 * 60);
    assert_eq!(idle.get("/api/v1/approvals").await, 200);
    world.clock.advance(31 * 60);
    assert_eq!(
        refusal(idle.bare("GET", "/api/v1/approvals").send().await.unwrap()).await,
        (401, "CHY-6500".to_owned())
    );

    let old = Browser::of(&world, id).await;
    for _ in 0..24 {
        world.clock.advance(29 * 60);
        assert_eq!(old.get("/api/v1/approvals").await, 200);
    }
    world.clock.advance(25 * 60);
    assert_eq!(old.get("/api/v1/approvals").await, 401, "twelve hours are over");

    let (one, two) = (Browser::of(&world, id).await, Browser::of(&world, id).await);
    let now = now(&world);
    let all = world.store.end_sessions(id, Ending::All, event("session.ended"), now).await.unwrap();
    assert_eq!(all, 2);
    assert_eq!((one.get("/api/v1/approvals").await, two.get("/api/v1/approvals").await), (401, 401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t87_a_demotion_or_a_lock_counts_from_the_next_request() {
    let world = World::start().await;
    person(&world, "owner", Role::Owner).await;
    let id = person(&world, "second", Role::Owner).await;
    let browser = Browser::of(&world, id).await;
    assert_eq!(browser.get("/api/v1/approvals").await, 200);
    let demotion =
        PersonChange { role: Some((Role::Requester, RequestLimits::default())), ..PersonChange::default() };
    let done = world.store.change_person(id, demotion, event("person.changed"), now(&world)).await.unwrap();
    assert_eq!(
        done,
        PersonChanged::LastOwner,
        "neither owner has credentials, so neither counts for the other"
    );
    world
        .store
        .put_credential(
            chancery::store::PersonId(1),
            chancery::store::Credential::Password {
                row: chancery::store::PasswordRow { password: "x".to_owned(), totp: vec![1] },
                step: 0,
                recovery: Vec::new(),
            },
            event(""),
            now(&world),
        )
        .await
        .unwrap();
    let demotion =
        PersonChange { role: Some((Role::Requester, RequestLimits::default())), ..PersonChange::default() };
    let done = world.store.change_person(id, demotion, event("person.changed"), now(&world)).await.unwrap();
    assert_eq!(done, PersonChanged::Done);
    assert_eq!(browser.get("/api/v1/approvals").await, 401, "the session of the old rights is over");
    let again = Browser::of(&world, id).await;
    assert_eq!(again.get("/api/v1/approvals").await, 403, "and a new one has the new rights");
    let lock = PersonChange { locked: Some(true), ..PersonChange::default() };
    world.store.change_person(id, lock, event("person.locked"), now(&world)).await.unwrap();
    assert_eq!(again.get("/api/v1/approvals").await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_what_is_no_session_is_nobodys_and_fixes_none() {
    let world = World::start().await;
    let owner = Browser::of(&world, person(&world, "owner", Role::Owner).await).await;
    for wrong in ["", "x", "session", &"a".repeat(4096)] {
        let answer = Browser::with(&world, wrong).get("/api/v1/approvals").await;
        assert_eq!(answer, 401, "{wrong}");
    }
    let twice = format!("{}; {}", owner.cookie, "chancery=other");
    let answer = client().get(format!("{}/api/v1/approvals", owner.origin)).header("cookie", twice);
    assert_eq!(answer.send().await.unwrap().status(), 401, "two cookies of one name are none");
    let hidden = owner.cookie.replacen("chancery=", "__Host-chancery=", 1);
    let answer = client().get(format!("{}/api/v1/approvals", owner.origin)).header("cookie", hidden);
    assert_eq!(answer.send().await.unwrap().status(), 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t84_a_foreign_name_for_this_server_reaches_nothing() {
    let world = World::start().await;
    let owner = Browser::of(&world, person(&world, "owner", Role::Owner).await).await;
    for path in ["/api/v1/approvals", "/approvals", "/sign-in", "/assets/chancery.css"] {
        let answer = owner.bare("GET", path).header("host", "evil.test").send().await.unwrap();
        assert_eq!(refusal(answer).await, (421, "CHY-6502".to_owned()), "{path}");
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = owner.bare("GET", path).header("host", "10.0.0.7:8081").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}: probes ask by address");
    }
    let by_name = owner.bare("GET", "/api/v1/approvals").header("host", "localhost:1");
    assert_eq!(by_name.send().await.unwrap().status(), 200, "control");
}
