//! `chancery intune apply`, `profile list --live` and `profile diff --live` as a process.

use super::desk::{Desk, json};
use mdm::profile::Assignment;
use simulator::tenant::{Fault, Hop, MintOptions, Platform, Rule, When};

#[tokio::test(flavor = "multi_thread")]
async fn m88_m93_apply_creates_binds_and_assigns_and_again_changes_nothing() {
    let desk = Desk::open().await;
    desk.applies(0, &["--yes"]);
    let (deployed, roots) = (desk.tenant.deployed(), desk.tenant.deployed_roots());
    assert_eq!((deployed.len(), roots.len()), (1, 1));
    assert_eq!(deployed[0].root_id.as_deref(), Some(roots[0].id.as_str()));
    for targets in [&deployed[0].targets, &roots[0].targets] {
        assert!(
            matches!(targets.as_slice(), [Assignment::Group(group)] if group.id == desk.pilot.id),
            "M3: {targets:?}"
        );
    }
    let before = desk.writes().len();
    assert_eq!(before, 4);
    let told = desk.applies(0, &["--yes"]);
    assert!(told.contains("nothing to do"), "{told}");
    assert_eq!(desk.writes().len(), before, "idempotent");
    assert!(desk.tenant.journal().breaches().is_empty());

    desk.edit("renewal_threshold = 20", "renewal_threshold = 30");
    let told = json(&desk.applies(0, &["--yes", "--json"]));
    assert_eq!(told["steps"][0]["changes"][0]["setting"], "renewal_threshold");
    let last = desk.writes().pop().unwrap();
    assert_eq!(last.method, "PATCH");
    assert_eq!(
        json(&String::from_utf8(last.body).unwrap()).as_object().unwrap().len(),
        2,
        "what differs, and the type"
    );
    assert_eq!(desk.tenant.deployed()[0].profile.renewal_threshold.percent(), 30);

    let listed = desk.says(0, &["profile", "list", "--live"]);
    assert!(listed.contains(&deployed[0].id) && listed.contains("Contoso root"), "{listed}");
    let folder = json(&desk.says(0, &["--json", "profile", "list", "."]));
    let files: Vec<&str> =
        folder["profiles"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert!(files.contains(&"wifi.toml"), "{folder}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_exact_requests_and_sends_none() {
    let desk = Desk::open().await;
    let told = json(&desk.applies(3, &["--dry-run", "--json"]));
    assert!(desk.writes().is_empty());
    let requests = told["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 4);
    assert!(
        requests[1]["body"]["rootCertificate@odata.bind"].as_str().unwrap().ends_with("('{id of step 1}')")
    );
    let told = desk.applies(3, &["--dry-run"]);
    assert!(
        told.contains("POST http://127.0.0.1")
            && told.contains("/beta/deviceManagement/deviceConfigurations\n"),
        "{told}"
    );
    // What is shown is what is sent, but for the ids.
    desk.applies(0, &["--yes"]);
    let sent = desk.writes();
    for (shown, sent) in requests.iter().zip(&sent) {
        let mut body = json(&String::from_utf8(sent.body.clone()).unwrap());
        let mut shown = shown["body"].clone();
        for one in [&mut body, &mut shown] {
            one.as_object_mut().unwrap().remove("rootCertificate@odata.bind");
        }
        assert_eq!(body, shown);
    }
    // Without a yes nothing is written, and a script is not kept waiting.
    desk.edit("renewal_threshold = 20", "renewal_threshold = 30");
    let refused = desk.applies(2, &[]);
    assert!(refused.contains("CHY-6079"), "{refused}");
    assert_eq!(desk.writes().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_before_anything_is_written() {
    let desk = Desk::open().await;
    let (first, second) = (desk.tenant.add_group("Twins", &[]), desk.tenant.add_group("twins", &[]));
    let to = |group: &str| {
        desk.says(1, &["intune", "apply", "wifi.toml", "--root", "root.pem", "--yes", "--group", group])
    };
    let told = to("Nobody's");
    assert!(told.contains("CHY-6072") && told.contains("Nobody's"), "{told}");
    assert!(to("00000000-1111-4000-a000-000000000000").contains("CHY-6072"));
    let told = to("Twins");
    assert!(told.contains("CHY-6073") && told.contains(&first.id) && told.contains(&second.id), "{told}");
    let words = ["intune", "apply", "wifi.toml", "--yes", "--group", "Wi-Fi pilot"];
    let told = desk.says(1, &words);
    assert!(told.contains("CHY-6076") && told.contains("no certificate is given"), "{told}");
    let unassigned = desk.says(1, &["intune", "apply", "wifi.toml", "--root", "root.pem", "--yes"]);
    assert!(unassigned.contains("CHY-6078"), "{unassigned}");
    desk.edit("key_size = 2048", "key_size = 1024");
    assert!(desk.applies(1, &["--yes"]).contains("PRF-501"), "linted first");
    desk.edit("key_size = 1024", "key_size = 2048");

    desk.without(&["Group.Read.All"]);
    let told = desk.applies(1, &["--yes"]);
    assert!(told.contains("CHY-6071") && told.contains("Group.Read.All"), "{told}");
    assert!(desk.writes().is_empty());
    let by_id = |code| {
        desk.says(
            code,
            &["intune", "apply", "wifi.toml", "--root", "root.pem", "--yes", "--group", &desk.pilot.id],
        )
    };
    desk.without(&["DeviceManagementConfiguration.ReadWrite.All"]);
    let app = desk.tenant.application(&desk.tenant.credentials().client_id).unwrap();
    let mut reader = app.clone();
    reader.graph_roles.extend(["Group.Read.All".into(), "DeviceManagementConfiguration.Read.All".into()]);
    desk.tenant.register(reader);
    let told = by_id(1);
    assert!(
        told.contains("CHY-6071") && told.contains("DeviceManagementConfiguration.ReadWrite.All"),
        "{told}"
    );
    assert!(desk.tenant.deployed_roots().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_half_of_it_the_same_command_goes_on() {
    let desk = Desk::open().await;
    let fault = Fault::Status { status: 500, retry_after: None };
    desk.tenant.faults().order(Rule { hop: Hop::Assignments, fault, when: When::Times(1), after: 0 });
    let told = desk.applies(1, &["--yes"]);
    assert!(told.contains("step 3 of 4") && told.contains("Done before it: create the Trusted"), "{told}");
    assert!(told.contains("run the same command again"), "{told}");
    desk.applies(0, &["--yes"]);
    assert_eq!((desk.tenant.deployed().len(), desk.tenant.deployed_roots().len()), (1, 1), "nothing twice");
    assert_eq!(desk.tenant.deployed()[0].targets.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn m23_a_live_diff_says_on_how_many_devices() {
    let desk = Desk::open().await;
    let told = desk.says(1, &["profile", "diff", "--live", "wifi.toml"]);
    assert!(told.contains("CHY-6076"), "{told}");
    desk.applies(0, &["--yes"]);
    assert!(desk.says(0, &["profile", "diff", "--live", "wifi.toml"]).contains("nothing differs"));
    let id = desk.tenant.deployed()[0].id.clone();
    for _ in 0..3 {
        let device = desk.tenant.enrol_device(Platform::Windows, None);
        super::faults::certified(
            &desk.tenant,
            &desk.tenant.deliver(&device.id, &id, &MintOptions::default()).unwrap(),
        )
        .await;
    }
    desk.edit("key_size = 2048", "key_size = 4096");
    let told = json(&desk.says(3, &["--json", "profile", "diff", "--live", "wifi.toml"]));
    assert_eq!((&told["enrols_again"], &told["on"]["devices"]), (&true.into(), &3.into()), "{told}");
    let told = desk.says(3, &["profile", "diff", "--live", "wifi.toml"]);
    assert!(told.contains("3 live certificates on 3 devices"), "{told}");
    let told = desk.applies(3, &["--dry-run", "--force"]);
    assert!(
        told.contains("every device that has the profile enrols again") && told.contains("on 3 devices"),
        "{told}"
    );
}
