//! Certificates by the portal: what is shown, what is downloaded, who revokes.

use crate::people::browser::{Browser, person};
use crate::tokens::office::Office;
use chancery::people::Role;
use pki::certificate::Certificate;
use pki::crl::Reason;
use reqwest::Response;
use std::time::{Duration, Instant};

/// Somebody of that role, with a browser.
async fn signed_in(office: &Office, role: Role) -> Browser {
    let person = person(&office.world, role.as_str(), role).await;
    Browser::of(&office.world, person).await
}

async fn page(browser: &Browser, path: &str) -> Response {
    browser.bare("GET", path).send().await.unwrap()
}

/// What a page of ours would send; the same without its token is no form of ours.
async fn send(browser: &Browser, path: &str, form: &[(&str, &str)]) -> Response {
    let form: Vec<_> = form.iter().copied().chain([("csrf", browser.csrf.as_str())]).collect();
    let request = browser.bare("POST", path).header("sec-fetch-site", "same-origin");
    request.form(&form).send().await.unwrap()
}

/// The list, once it has this certificate: it follows what was issued a moment later.
async fn listed(browser: &Browser, certificate: &Certificate) -> String {
    let (serial, began) = (certificate.serial().to_string(), Instant::now());
    loop {
        let text = page(browser, "/certificates").await.text().await.unwrap();
        if text.contains(&serial) {
            return text;
        }
        assert!(began.elapsed().as_secs() < 60, "never listed: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m150_a_certificate_is_found_shown_downloaded_and_revoked() {
    let office = Office::open().await;
    let phone = office.enrolled("phone").await;
    let browser = signed_in(&office, Role::Helpdesk).await;
    let serial = phone.serial().to_string();
    assert!(listed(&browser, &phone).await.contains("name=\"serial\""));

    let shown = page(&browser, &format!("/certificates/{serial}")).await.text().await.unwrap();
    let sha256: String = phone.sha256().iter().map(|octet| format!("{octet:02X}")).collect();
    for text in
        [sha256.as_str(), "Client Authentication", "id=\"validity\"", "id=\"binding\"", "BEGIN CERTIFICATE"]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let der = page(&browser, &format!("/certificates/{serial}/download/der")).await;
    assert_eq!(der.bytes().await.unwrap(), phone.der(), "octet for octet");
    assert_eq!(page(&browser, &format!("/certificates/{serial}/download/key")).await.status(), 404);

    let asked = page(&browser, &format!("/certificates/ask?deed=revoke&serial={serial}")).await;
    assert!(asked.text().await.unwrap().contains("1 certificate will change"));
    assert_eq!(office.said(&phone).await, None, "nothing is done by asking");
    let form = [("deed", "revoke"), ("reason", "keyCompromise"), ("serial", serial.as_str())];
    let done = send(&browser, "/certificates/revoke", &form).await;
    let to = done.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!((done.status().as_u16(), to), (303, format!("/certificates/{serial}?done=revoked")));
    office.until(&phone, Some(Reason::KeyCompromise)).await;
    assert_eq!(office.audit("certificate.revoked").await[0]["by"], "person helpdesk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t86_whoever_may_not_revoke_is_not_offered_it_and_is_refused() {
    let office = Office::open().await;
    let phone = office.enrolled("phone").await;
    let serial = phone.serial().to_string();
    let form = [("deed", "revoke"), ("reason", "keyCompromise"), ("serial", serial.as_str())];
    let auditor = signed_in(&office, Role::Auditor).await;
    let shown = page(&auditor, &format!("/certificates/{serial}")).await.text().await.unwrap();
    assert!(shown.contains(&serial) && !shown.contains("deed=revoke"), "{shown}");
    assert!(!listed(&auditor, &phone).await.contains("name=\"serial\" value"));
    for role in [Role::Auditor, Role::Requester] {
        let browser = if role == Role::Auditor { auditor.clone() } else { signed_in(&office, role).await };
        for path in ["/certificates/ask", "/certificates/revoke"] {
            assert_eq!(send(&browser, path, &form).await.status().as_u16(), 403, "{role} {path}");
        }
    }
    let requester = signed_in_again(&office).await;
    for path in ["/certificates", "/certificates.csv", "/devices", "/users", "/cas"] {
        assert_eq!(page(&requester, path).await.status().as_u16(), 403, "{path}");
    }
    assert_eq!(office.said(&phone).await, None);
}

async fn signed_in_again(office: &Office) -> Browser {
    let person = person(&office.world, "another", Role::Requester).await;
    Browser::of(&office.world, person).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t84_a_form_of_another_site_revokes_nothing() {
    let office = Office::open().await;
    let phone = office.enrolled("phone").await;
    let serial = phone.serial().to_string();
    let browser = signed_in(&office, Role::Owner).await;
    let fields = [("deed", "revoke"), ("serial", serial.as_str())];
    for (site, csrf) in [
        ("cross-site", browser.csrf.as_str()),
        ("same-site", browser.csrf.as_str()),
        ("same-origin", "wrong"),
    ] {
        let form: Vec<_> = fields.iter().copied().chain([("csrf", csrf)]).collect();
        let request = browser.bare("POST", "/certificates/revoke").header("sec-fetch-site", site);
        assert_eq!(request.form(&form).send().await.unwrap().status().as_u16(), 403, "{site}");
    }
    assert_eq!(office.said(&phone).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_held_and_released_at_once_and_each_outcome_is_told() {
    let office = Office::open().await;
    let (phone, tablet) = (office.enrolled("phone").await, office.enrolled("tablet").await);
    let browser = signed_in(&office, Role::Operator).await;
    let (one, other) = (phone.serial().to_string(), tablet.serial().to_string());
    let ticked = [("serial", one.as_str()), ("serial", other.as_str())];
    let with = |deed| [ticked.as_slice(), &[("deed", deed)]].concat();
    let asked = send(&browser, "/certificates/ask", &with("hold")).await.text().await.unwrap();
    assert!(asked.contains("2 certificates will change"), "{asked}");
    let held = send(&browser, "/certificates/revoke", &with("hold")).await.text().await.unwrap();
    assert!(
        held.contains("2 certificates changed") && held.contains(&one) && held.contains(&other),
        "{held}"
    );
    office.until(&phone, Some(Reason::CertificateHold)).await;
    office.until(&tablet, Some(Reason::CertificateHold)).await;
    send(&browser, "/certificates/revoke", &with("release")).await;
    office.until(&phone, None).await;
    office.until(&tablet, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_is_kept_in_the_address_of_the_export() {
    let office = Office::open().await;
    let phone = office.enrolled("phone").await;
    let browser = signed_in(&office, Role::Auditor).await;
    listed(&browser, &phone).await;
    let text = page(&browser, "/certificates?q=phone&status=good").await.text().await.unwrap();
    assert!(text.contains("/certificates.csv?q=phone&#38;status=good"), "{text}");
    let csv = page(&browser, "/certificates.csv?q=phone&status=good").await;
    assert!(csv.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(csv.text().await.unwrap().contains(&phone.serial().to_string()));
    let none = page(&browser, "/certificates?q=xyzzyx").await.text().await.unwrap();
    assert!(!none.contains(&phone.serial().to_string()));
    let wrong = page(&browser, "/certificates?status=nonsense").await;
    assert_eq!(wrong.status().as_u16(), 400, "told, not ignored");
}
