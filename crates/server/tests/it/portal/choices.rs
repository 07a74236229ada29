//! In which language pages are.

use super::browser;
use crate::world::World;
use reqwest::Response;

async fn choose(world: &World, form: &[(&str, &str)], site: &str) -> Response {
    let request = browser().post(format!("http://{}/language", world.at.admin)).form(form);
    request.header("sec-fetch-site", site).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_kept_in_this_browser_and_leads_back_to_the_page() {
    let world = World::start().await;
    let answer = choose(&world, &[("language", "de"), ("to", "/docs/policy")], "same-origin").await;
    let head = answer.headers().clone();
    assert_eq!((answer.status().as_u16(), head["location"].to_str().unwrap()), (303, "/docs/policy"));
    let cookie = head["set-cookie"].to_str().unwrap();
    for part in ["language=de; ", "Path=/", "SameSite=Lax", "Max-Age=31536000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let page = browser().get(format!("http://{}/docs", world.at.admin)).header("cookie", "language=de");
    assert!(page.send().await.unwrap().text().await.unwrap().contains("<html lang=\"de\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_leads_nowhere_else_and_says_nothing_of_its_own() {
    let world = World::start().await;
    for to in ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: b=c", ""] {
        let answer = choose(&world, &[("language", "en"), ("to", to)], "same-origin").await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
            (303, "/"),
            "{to}"
        );
        assert_eq!(answer.headers().get_all("set-cookie").iter().count(), 1);
    }
    for language in ["", "fr", "de; Domain=evil.example", "en\r\nset-cookie: b=c"] {
        let answer = choose(&world, &[("language", language), ("to", "/")], "same-origin").await;
        assert!(answer.status().is_client_error(), "{language:?}");
        assert!(answer.headers().get("set-cookie").is_none());
    }
    let foreign = choose(&world, &[("language", "de"), ("to", "/")], "cross-site").await;
    assert_eq!(foreign.status().as_u16(), 403);
}
