//! The pages for setting up: what they make is what the command line makes, and what is pasted into them does no harm.

use crate::people::browser::{Browser, person};
use crate::world::World;
use chancery::people::Role;
use reqwest::Response;
use std::path::PathBuf;
use std::process::Command;

async fn as_a(world: &World, role: Role) -> Browser {
    let who = person(world, &format!("setup-{}", role.as_str()), role).await;
    Browser::of(world, who).await
}

async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Response {
    let csrf = browser.csrf.clone();
    let mut fields = fields.to_vec();
    fields.push(("csrf", &csrf));
    browser.own("POST", path).form(&fields).send().await.unwrap()
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.bare("GET", path).send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    assert_eq!(status, 200, "{path}: {text}");
    text
}

fn pem(csr: &[u8]) -> String {
    pki::pem::encode("CERTIFICATE REQUEST", csr)
}

/// A folder for the command line, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("chancery-portal-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn chancery(&self, words: &[&str]) -> Vec<u8> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        let output = command.env_clear().current_dir(&self.0).arg("profile").args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_of_the_portal_is_that_of_the_command_line_octet_for_octet() {
    const URL: &str = "https://scep.contoso.example/scep/once";
    let world = World::start().await;
    let browser = as_a(&world, Role::Owner).await;
    let folder = Folder::new("alike");
    std::fs::write(folder.0.join("root.cer"), world.authority.root.der()).unwrap();
    let sha1: String = world.authority.root.sha1().iter().map(|octet| format!("{octet:02X}")).collect();
    let root = format!("Contoso root={sha1}");
    for (platform, form) in [
        ("windows", "graph"),
        ("windows", "powershell"),
        ("windows", "syncml"),
        ("windows", "steps"),
        ("ios", "mobileconfig"),
        ("macos", "graph"),
    ] {
        let new = ["new", "--preset", "wifi-device", "--platform", platform, "--url", URL, "--root", &root];
        std::fs::write(folder.0.join("a.toml"), folder.chancery(&new)).unwrap();
        let expected = folder.chancery(&["export", "a.toml", "--format", form, "--certificate", "root.cer"]);
        let path = format!(
            "/profiles/file?form={form}&preset=wifi-device&platform={platform}&root_name=Contoso%20root&url={URL}"
        );
        let answer = browser.bare("GET", &path).send().await.unwrap();
        let disposition = answer.headers().get("content-disposition").cloned();
        let given = answer.bytes().await.unwrap();
        assert_eq!(String::from_utf8_lossy(&given), String::from_utf8_lossy(&expected), "{platform} {form}");
        assert!(disposition.unwrap().to_str().unwrap().starts_with("attachment;"), "never shown as a page");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m93_a_profile_is_looked_over_with_its_reasons_before_it_is_downloaded() {
    let world = World::start().await;
    let browser = as_a(&world, Role::Operator).await;
    let asked =
        "/profiles/review?preset=wifi-device&platform=windows&platform=ios&url=https://ca.example/scep/once";
    let text = page(&browser, asked).await;
    for wanted in ["IntuneDeviceId://", "Why", "JSON for Microsoft Graph", ".mobileconfig", "SHA-2"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(text.find("Why").unwrap() < text.find("/profiles/file").unwrap(), "reasons come first");
    let refused =
        page(&browser, "/profiles/review?preset=azure-vpn&platform=ios&url=https://ca.example/x").await;
    assert!(refused.contains("makes no sense on"), "{refused}");
    let (long, file) = (format!("{asked}&months=36"), asked.replace("/review?", "/file?form=graph&"));
    let text = page(&browser, &long).await;
    assert!(text.contains("it is not handed out") && !text.contains("/profiles/file"), "M15: {text}");
    assert_eq!((browser.get(&file).await, browser.get(&format!("{file}&months=36")).await), (200, 404));
    for wrong in ["key_size=many", "months=-1"] {
        let text = page(&browser, &format!("{asked}&{wrong}")).await;
        assert!(text.contains("is no number"), "{wrong}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t84_what_is_pasted_is_data_and_neither_markup_nor_a_fault() {
    let world = World::start().await;
    let browser = as_a(&world, Role::Owner).await;
    let hostile = "<script>alert(1)</script>";
    let profile = format!(
        "name = \"a\"\ndisplay_name = \"{hostile}\"\nplatform = \"windows\"\ncertificate_type = \"device\"\n\
         subject = {{ custom = \"CN={hostile}\" }}\nvalidity = {{ years = 1 }}\n\
         key_usage = [\"digital_signature\"]\nkey_size = 2048\nrenewal_threshold = 20\n"
    );
    let answer = send(&browser, "/profiles/lint", &[("text", &profile)]).await;
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    assert!(text.contains("&#60;script") && !text.contains("<script>alert"), "{text}");
    for (path, field) in
        [("/profiles/lint", "text"), ("/templates/device/preview", "csr"), ("/policies/test", "csr")]
    {
        for text in [hostile, "", "{", "<plist", "\u{0}", "-----BEGIN CERTIFICATE REQUEST-----\nAA==\n"] {
            let answer = send(&browser, path, &[(field, text), ("endpoint", "once")]).await;
            assert_eq!(answer.status(), 400, "{path} {text:?}");
            assert!(!answer.text().await.unwrap().contains("<script>alert"), "{path}");
        }
        let answer = send(&browser, path, &[(field, &"a".repeat(50 << 10)), ("endpoint", "once")]).await;
        assert_eq!(answer.status(), 400, "{path}");
        assert!(answer.text().await.unwrap().len() < 20_000, "{path}: what was sent is not sent back");
        let long = "a".repeat(600 << 10);
        let answer = send(&browser, path, &[(field, &long), ("endpoint", "once")]).await;
        assert_eq!(answer.status(), 413, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_says_whether_devices_enrol_again() {
    let world = World::start().await;
    let browser = as_a(&world, Role::Owner).await;
    let folder = Folder::new("edit");
    let new = ["new", "--preset", "wifi-device", "--platform", "windows", "--url", "https://ca.example/x"];
    let before = String::from_utf8(folder.chancery(&new)).unwrap();
    let (same, other) = (before.clone(), before.replace("AAD_Device_ID", "DeviceName"));
    assert_ne!(before, other, "control");
    for (after, wanted) in
        [(&same, "The two say the same."), (&other, "Every device that has this profile will enrol again.")]
    {
        let answer = send(&browser, "/profiles/diff", &[("before", &before), ("after", after)]).await;
        let text = answer.text().await.unwrap();
        assert!(text.contains(wanted), "{text}");
    }
    let nobody = send(&browser, "/profiles/reach", &[("text", &other)]).await;
    assert_eq!(nobody.status(), 404, "no endpoint asks Intune");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m153_a_request_is_previewed_and_nothing_is_issued() {
    let world = World::start().await;
    let browser = as_a(&world, Role::Owner).await;
    let device = world.device("preview-1");
    let csr = pem(&device.csr("").signed(&device.key));
    let before = world.counts().await;
    let shown = send(&browser, "/templates/device/preview", &[("csr", &csr)]).await;
    let text = shown.text().await.unwrap();
    assert!(text.contains("preview-1") && text.contains("clientAuth"), "{text}");
    let tried = send(&browser, "/policies/test", &[("csr", &csr), ("endpoint", "once")]).await;
    let text = tried.text().await.unwrap();
    assert!(text.contains("no rule matched") && text.contains("preview-1"), "{text}");
    let rule = "[[policy]]\nname = \"kiosks\"\nrefuse = \"No.\"\nwhen.subject = [\"CN=preview-*\"]\n";
    let fields = [("csr", csr.as_str()), ("endpoint", "once"), ("rules", rule)];
    let refused = send(&browser, "/policies/test", &fields).await.text().await.unwrap();
    assert!(refused.contains("kiosks") && refused.contains("matched, and decided"), "{refused}");
    assert_eq!(world.counts().await, before, "nothing was begun, and nothing is on record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m69_a_past_request_is_tried_and_all_are_replayed() {
    let world = World::start().await;
    let browser = as_a(&world, Role::Owner).await;
    world.device("past-1").enrols(&world).await;
    let rule = "[[policy]]\nname = \"past\"\nrefuse = \"No.\"\nwhen.subject = [\"CN=past-*\"]\n";
    let replayed = send(&browser, "/policies/replay", &[("rules", rule), ("days", "7")]).await;
    let text = replayed.text().await.unwrap();
    assert!(text.contains("1 / 1") && text.contains("past-1"), "{text}");
    let same = send(&browser, "/policies/replay", &[("rules", ""), ("days", "7")]).await;
    assert!(same.text().await.unwrap().contains("0 / 1"));
    let unknown = send(&browser, "/policies/test", &[("transaction", "nowhere")]).await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_read_may_not_try_and_without_a_demo_there_is_no_fleet() {
    let world = World::start().await;
    let reader = as_a(&world, Role::Helpdesk).await;
    for path in ["/policies/test", "/policies/replay", "/profiles/reach", "/sim/x"] {
        assert_eq!(send(&reader, path, &[]).await.status(), 403, "{path}");
    }
    let owner = as_a(&world, Role::Owner).await;
    assert_eq!(owner.get("/sim").await, 404);
    let text = page(&owner, "/profiles").await;
    assert!(!text.contains("href=\"/sim\"") && !text.contains("DEMO"), "only a demo says so");
    for path in ["/templates", "/templates/device", "/policies"] {
        assert!(page(&owner, path).await.contains("<h1>"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m203_each_step_says_what_is_configured_and_its_test_what_is_not() {
    let world = World::start().await;
    let owner = as_a(&world, Role::Owner).await;
    let start = page(&owner, "/setup/start").await;
    for step in ["url", "ca", "connection", "template", "policy", "profiles", "device", "alerts"] {
        assert!(start.contains(&format!("/setup/{step}")), "{step}: {start}");
        let text = page(&owner, &format!("/setup/{step}")).await;
        assert!(text.contains("What to do") && text.contains("As it is now"), "{step}: {text}");
        let tested = send(&owner, &format!("/setup/{step}"), &[]).await;
        assert_eq!(tested.status(), 200, "{step}");
        let text = tested.text().await.unwrap();
        assert!(text.contains("role=\"status\"") || text.contains("role=\"alert\""), "{step}: {text}");
    }
    assert!(page(&owner, "/setup/template").await.contains("A profile is published."));
    assert!(page(&owner, "/setup/device").await.contains("No device has got a certificate yet."));
    world.device("pilot").enrols(&world).await;
    assert!(page(&owner, "/setup/device").await.contains("A device has got a certificate."), "resumed");
    assert_eq!(owner.get("/setup/nonsense").await, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_shows_its_address_and_its_test_what_came_of_it() {
    let world = World::with_tenant().await;
    let owner = as_a(&world, Role::Owner).await;
    let all = page(&owner, "/connections").await;
    assert!(all.contains("/scep/intune") && all.contains("/connections/once"), "{all}");
    let one = page(&owner, "/connections/intune").await;
    assert!(one.contains("scep_challenge_provider") && !one.contains("What came of the test"), "{one}");
    let tested = send(&owner, "/connections/intune", &[]).await.text().await.unwrap();
    assert!(tested.contains("Everything answers as it must."), "{tested}");
    assert_eq!(owner.get("/connections/nowhere").await, 404);
    let auditor = as_a(&world, Role::Auditor).await;
    assert_eq!(send(&auditor, "/connections/intune", &[]).await.status(), 403, "reading is not trying");
    for path in ["/doctor", "/settings?all=yes"] {
        let text = page(&owner, path).await;
        let secret = &world.tenant().credentials().secret;
        assert!(text.contains("<h1>") && !text.contains(secret.as_str()), "{path}: {text}");
    }
    assert_eq!((auditor.get("/settings").await, auditor.get("/doctor").await), (200, 403));
}
