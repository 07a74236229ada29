//! The portal as a browser meets it.

mod certificates;
mod choices;
mod docs;
mod setup;
mod watch;

use crate::world::World;
use reqwest::{Client, Response};

/// Follows no redirect.
fn browser() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn get(world: &World, path: &str) -> Response {
    browser().get(format!("http://{}{path}", world.at.admin)).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_leads_whoever_is_not_signed_in_to_the_door() {
    let world = World::start().await;
    for (path, to) in [
        ("/approvals", "/sign-in?to=%2Fapprovals"),
        ("/approvals/7?a=b%20c", "/sign-in?to=%2Fapprovals%2F7%3Fa%3Db%2520c"),
    ] {
        let answer = get(&world, path).await;
        assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, to));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_from_here_and_no_page_stands_in_anothers_frame() {
    let world = World::start().await;
    for path in ["/approvals", "/assets/chancery.css", "/assets/none.css"] {
        let answer = get(&world, path).await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        for directive in
            ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    // What is refused before a page sees it is an answer to a browser, too.
    for (verb, path) in [("DELETE", "/certificates"), ("GET", "/certificates/%FF"), ("GET", "/no/such/page")]
    {
        let url = format!("http://{}{path}", world.at.admin);
        let answer = browser().request(verb.parse().unwrap(), url).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{verb} {path}: {}", answer.status());
        let policy = answer.headers().get("content-security-policy").map(|one| one.to_str().unwrap());
        assert!(policy.is_some_and(|one| one.contains("default-src 'none'")), "{verb} {path}: {policy:?}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{verb} {path}");
    }
    let style = get(&world, "/assets/chancery.css").await;
    let tag = style.headers()["etag"].clone();
    assert_eq!(
        (style.status().as_u16(), style.headers()["content-type"].to_str().unwrap()),
        (200, "text/css; charset=utf-8")
    );
    let again = browser().get(style.url().clone()).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    for text in [style.text().await.unwrap(), get(&world, "/assets/chancery.js").await.text().await.unwrap()]
    {
        assert!(!text.contains("http://") && !text.contains("https://"), "fetches from elsewhere");
    }
}
