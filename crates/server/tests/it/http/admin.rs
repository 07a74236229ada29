//! The administrative listener.

use super::server::{Server, TOKEN};

fn post(token: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /api/v1/challenges HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{token}Content-Length: {length}\r\n\r\n{body}"
    )
}

#[test]
fn metrics_and_the_api_are_on_the_administrative_listener_alone() {
    let server = Server::start("");
    server.get("/certsrv/mscep/mscep.dll?operation=GetCACaps");
    let metrics = server.admin("GET /metrics HTTP/1.0\r\n\r\n");
    assert_eq!(metrics.status, 200);
    let line =
        r#"chancery_scep_requests_total{operation="GetCACaps",endpoint="default",result="answered"} 1"#;
    assert!(metrics.body.contains(line), "{}", metrics.body);
    assert_eq!(server.get("/metrics").status, 404);
    assert_eq!(server.get("/api/v1/challenges").status, 404);
    assert_eq!(server.admin("GET /scep/default?operation=GetCACaps HTTP/1.0\r\n\r\n").status, 404);
}

#[test]
fn health_is_told_to_all_and_reasons_to_administrators() {
    let server = Server::start("");
    assert_eq!(server.get("/healthz").status, 200);
    let ready = server.get("/readyz");
    assert_eq!((ready.status, ready.body.contains("locked")), (503, false));
    let ready = server.admin("GET /readyz HTTP/1.0\r\n\r\n");
    assert_eq!((ready.status, ready.body.contains("the key is locked")), (503, true));
}

#[test]
fn a_challenge_is_made_for_the_bearer_of_the_token() {
    let server = Server::start("");
    let bearer = format!("Authorization: Bearer {TOKEN}\r\n");
    let made = server.admin(&post(&bearer, r#"{"endpoint":"default"}"#));
    assert_eq!((made.status, made.header("content-type")), (201, Some("application/json")));
    let json: serde_json::Value = serde_json::from_str(&made.body).unwrap();
    assert_eq!((&json["endpoint"], &json["expires"]), (&"default".into(), &"1970-01-01T00:00:00Z".into()));
    assert_eq!(server.admin(&post(&bearer, "")).status, 201);
    assert_eq!(server.admin(&post(&bearer, r#"{"endpiont":1}"#)).status, 400);
    for wrong in
        ["", "Authorization: Bearer \r\n", "Authorization: Bearer 0123\r\n", "Authorization: Basic eDp5\r\n"]
    {
        let refused = server.admin(&post(wrong, ""));
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer")), "{wrong}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
}
