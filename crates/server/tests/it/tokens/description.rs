//! The OpenAPI document against the running server: it says all that is there, and nothing else.

use super::office::{CONFIGURED, Office};
use super::rights::ROUTES;
use serde_json::Value;
use std::collections::BTreeSet;

const SNAPSHOT: &str = "docs/openapi.json";

/// Each operation's verb, path and scope.
fn operations(document: &Value) -> Vec<(String, String, String)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, item)| {
        item.as_object().expect("an item").iter().map(move |(verb, operation)| {
            let scope = operation["x-scope"].as_str().expect("a scope").to_owned();
            (verb.to_uppercase(), path.clone(), scope)
        })
    });
    operations.collect()
}

/// The path of a template, each part filled in.
fn filled(template: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "0badc0de" } else { part }.to_owned();
    template.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Whether `path` is one of the template.
fn is_of(template: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let same = |(ours, theirs): (&&str, &&str)| ours.starts_with('{') || ours == theirs;
    template.len() == path.len() && template.iter().zip(&path).all(same)
}

#[test]
fn the_snapshot_says_what_the_code_says() {
    let texts = crate::house::texts(&[".json"]);
    let kept = texts.iter().find(|text| text.path == SNAPSHOT).map(|text| text.text.as_str());
    let made = format!("{:#}\n", chancery::http::openapi());
    assert!(
        kept == Some(made.as_str()),
        "{SNAPSHOT} is not what the code says; renew it, and look at what changed for the API's clients:\n\
         cargo run -p chancery -- api openapi > {SNAPSHOT}"
    );
}

/// The table of routes in the page for people.
fn table(document: &Value) -> String {
    let row = |(verb, path, scope): (String, String, String)| {
        let summary = &document["paths"][&path][verb.to_lowercase()]["summary"];
        format!("| `{verb} {path}` | `{scope}` | {} |\n", summary.as_str().expect("a summary"))
    };
    operations(document).into_iter().map(row).collect()
}

#[test]
fn the_page_lists_every_route() {
    let texts = crate::house::texts(&["docs/api.md"]);
    let page = &texts.first().expect("the page").text;
    let made = table(&chancery::http::openapi());
    assert!(page.ends_with(&format!("| --- | --- | --- |\n{made}")), "docs/api.md must end with:\n{made}");
}

#[test]
fn the_rights_of_every_described_route_are_tested() {
    let document = chancery::http::openapi();
    let described = operations(&document);
    let mut tested = BTreeSet::new();
    for (method, path, _, scope) in ROUTES {
        let path = format!("/api/v1/{path}");
        let of = |is: fn(&str, &str) -> bool| {
            described.iter().find(|(verb, template, _)| verb == method && is(template, &path))
        };
        // A path of words alone is meant before one with a part to fill in.
        let found = of(|template, path| template == path).or_else(|| of(is_of));
        let (verb, template, needed) = found.unwrap_or_else(|| panic!("{method} {path} is not described"));
        assert_eq!(*needed, scope.to_string(), "{method} {path}");
        tested.insert((verb.clone(), template.clone()));
    }
    let untested: Vec<_> = described
        .iter()
        .filter(|(verb, template, _)| !tested.contains(&(verb.clone(), template.clone())))
        .collect();
    assert!(untested.is_empty(), "no line in ROUTES of tests/it/tokens/rights.rs: {untested:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_has_the_verbs_that_are_described_and_no_other() {
    let office = Office::open().await;
    let base = format!("http://{}", office.world.at.admin);
    let told = office.world.http.get(format!("{base}/api/openapi.json")).send().await.unwrap();
    assert_eq!(told.status(), 200, "without a token");
    let document: Value = serde_json::from_slice(&told.bytes().await.unwrap()).unwrap();
    assert_eq!(document, chancery::http::openapi());
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let described = operations(&document);
    let paths: BTreeSet<&String> = described.iter().map(|(_, path, _)| path).collect();
    for path in paths {
        for verb in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let method = reqwest::Method::from_bytes(verb.as_bytes()).unwrap();
            let url = format!("{base}{}", filled(path));
            let status = office.world.http.request(method, url).send().await.unwrap().status().as_u16();
            let ours = described.iter().any(|(one, template, _)| one == verb && template == path);
            assert_eq!(status, if ours { 401 } else { 405 }, "{verb} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_api_has_not_it_refuses_in_its_own_way() {
    let office = Office::open().await;
    for path in ["nothing", "certificates/%FF/status", "challenges/", "enrolments/%C3%28"] {
        let answer = office.call("GET", path, CONFIGURED, "").await;
        assert_eq!((answer.status, answer.text("code")), (404, "CHY-6203"), "{path}: {answer:?}");
    }
}
