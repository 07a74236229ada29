//! The documentation, for whoever comes: a code leads to its explanation before anybody is signed in.

use super::get;
use crate::world::World;
use chancery::explanation::catalogue;

#[tokio::test(flavor = "multi_thread")]
async fn m155_each_code_has_a_page_that_says_how_to_mend_it() {
    let world = World::start().await;
    for entry in catalogue() {
        let answer = get(&world, &format!("/docs/errors/{entry}")).await;
        assert_eq!(answer.status().as_u16(), 200, "{entry}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("<h1>{entry}</h1>")) && text.contains("Fix."), "{entry}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m205_the_page_of_what_went_wrong_is_one_step_from_the_documentation() {
    let world = World::start().await;
    let index = get(&world, "/docs").await.text().await.unwrap();
    assert!(index.contains("href=\"/docs/errors\"") && index.contains("href=\"/docs/policy\""), "{index}");
    for path in
        ["/docs/errors", "/docs/errors/challenge", "/docs/profiles", "/docs/profiles/key", "/docs/policy"]
    {
        assert_eq!(get(&world, path).await.status().as_u16(), 200, "{path}");
    }
    for path in
        ["/docs/none", "/docs/errors/CHY-9999", "/docs/errors/none", "/docs/profiles/CHY-3001", "/docs/a/b"]
    {
        assert_eq!(get(&world, path).await.status().as_u16(), 404, "{path}");
    }
    let code = get(&world, "/docs?q=chy-3003").await;
    assert_eq!(
        (code.status().as_u16(), code.headers()["location"].to_str().unwrap()),
        (303, "/docs/errors/CHY-3003")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_searched_for_is_repeated_as_text() {
    let world = World::start().await;
    let page = get(&world, "/docs?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.text().await.unwrap();
    assert!(!page.contains("<script>alert") && page.contains("alert(1)"), "{page}");
}
