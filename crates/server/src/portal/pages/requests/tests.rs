use super::form::{Fields, Kind};
use super::{Asked, List, Made, New, One, Profile};
use crate::portal::Problem;
use crate::portal::encoded;
use crate::portal::pages::desk;
use askama::Template as _;
use serde_json::json;

fn asked(text: &str) -> Asked {
    serde_json::from_value(json!({
        "id": text, "status": text, "profile": text, "endpoint": text, "asked_by": text, "subject": text,
        "asked": text, "held": 7, "expires": text, "code": text, "sentence": text, "fix": text, "serial": text,
        "not_after": text, "certificate": text, "chain": [text],
    }))
    .unwrap()
}

fn fields(text: &str) -> Fields {
    let text = || text.to_owned();
    Fields {
        profile: text(),
        common_name: text(),
        organization: text(),
        dns: text(),
        ip: text(),
        email: text(),
        upn: text(),
        uri: text(),
        key_algorithm: text(),
        csr: text(),
    }
}

#[test]
fn t_xss_hostile_text_is_text_in_forms_and_requests() {
    let (frame, w) = desk::frame("operator");
    for text in desk::HOSTILE {
        let one = Made { asked: asked(text), pkcs12: None, password: Some(text.to_owned()) };
        desk::assert_inert(&One { frame: &frame, w, one }.render().unwrap());
        let rows = vec![asked(text)];
        desk::assert_inert(
            &List { frame: &frame, w, rows, next: format!("/requests?cursor={}", encoded(text)) }
                .render()
                .unwrap(),
        );
        for kind in Kind::ALL {
            let profile = || text.to_owned();
            let profiles = vec![Profile { name: profile(), display_name: profile(), state: profile() }];
            let problem = Problem { title: text.to_owned(), fix: text.to_owned(), ..Problem::not_found() };
            let problem = Some(problem);
            let form = New { frame: &frame, w, kind, fields: fields(text), profiles, problem };
            desk::assert_inert(&form.render().unwrap());
        }
    }
}

#[test]
fn a_key_that_was_made_here_is_on_the_one_page_of_its_answer() {
    let (frame, w) = desk::frame("operator");
    let made = |pkcs12: Option<&str>| Made {
        asked: asked("issued"),
        pkcs12: pkcs12.map(str::to_owned),
        password: pkcs12.map(|_| "s3cret".to_owned()),
    };
    let first = One { frame: &frame, w, one: made(Some("QUJD")) }.render().unwrap();
    assert!(first.contains("data:application/x-pkcs12;base64,QUJD") && first.contains("s3cret"), "{first}");
    let later = One { frame: &frame, w, one: made(None) }.render().unwrap();
    assert!(!later.contains("pkcs12;base64") && !later.contains("s3cret"), "{later}");
    // The API's answer about a request has neither; should it have them one day, the page has no place for them.
    let json = json!({ "pkcs12": "QUJD", "password": "s3cret" });
    let mut value =
        serde_json::to_value(json!({ "id": "1", "status": "issued", "profile": "p", "endpoint": "e",
        "asked_by": "a", "subject": "CN=a", "asked": "t" }))
        .unwrap();
    value.as_object_mut().unwrap().extend(json.as_object().unwrap().clone());
    let rows = vec![serde_json::from_value(value).unwrap()];
    let list = List { frame: &frame, w, rows, next: String::new() }.render().unwrap();
    assert!(!list.contains("s3cret"));
}

#[test]
fn the_name_of_a_file_is_made_of_harmless_letters() {
    for (subject, file) in [
        ("CN=web.contoso.com,O=Contoso", "web-contoso-com"),
        ("", "certificate"),
        ("CN=../../etc/passwd", "etc-passwd"),
        ("CN=\"><script>", "script"),
        ("CN=\u{202e}gpj.exe", "gpj-exe"),
    ] {
        let one = Asked { subject: subject.to_owned(), ..asked("x") };
        assert_eq!(one.file(), file, "{subject}");
    }
}

#[test]
fn each_status_of_a_request_says_what_to_do_next() {
    let (_, w) = desk::frame("requester");
    for status in
        ["issued", "revoked", "waiting", "approved", "denied", "expired", "refused", "unfinished", "open"]
    {
        assert!(w.has(&format!("request-{status}")) && w.has(&format!("request-next-{status}")), "{status}");
    }
    for kind in Kind::ALL {
        assert!(w.has(&format!("kind-{}", kind.word())) && w.has(&format!("kind-hint-{}", kind.word())));
        for name in kind.names() {
            assert!(w.has(&format!("san-{name}")) && w.has(&format!("san-hint-{name}")), "{name}");
        }
    }
}
