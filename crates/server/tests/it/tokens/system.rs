//! What the API says of the installation.

use super::office::{CONFIGURED, Office};
use crate::world::World;
use chancery::tokens::Scope;
use serde_json::{Value, json};
use std::process::Command;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cas_are_a_tree_and_openssl_sees_the_same_certificates() {
    let office = Office::open().await;
    let reader = office.token("reader", &[Scope::SystemRead], None).await;
    let answer = office.call("GET", "cas", &reader, "").await;
    let cas = answer.json["cas"].as_array().unwrap().clone();
    let named = |name: &Value| cas.iter().find(|one| one["name"] == *name).unwrap();
    let of = |role: &str| cas.iter().find(|one| one["role"] == role).unwrap_or_else(|| panic!("no {role}"));
    assert_eq!(of("root")["issued_by"], of("root")["name"]);
    assert_eq!(of("issuing")["issued_by"], of("root")["name"]);
    assert_eq!(of("ra")["issued_by"], of("issuing")["name"]);
    assert_eq!(
        (&of("issuing")["key"], &of("issuing")["download"]),
        (&json!("P-256"), &json!("/ca/default.cer"))
    );
    assert!(of("ra")["key"].as_str().unwrap().starts_with("RSA-"));
    for one in &cas {
        assert_eq!(one["issuer"], named(&one["issued_by"])["subject"], "{one}");
        let file = office.world.home.path().join("one.pem");
        std::fs::write(&file, one["pem"].as_str().unwrap()).unwrap();
        for (hash, member) in [("-sha1", "sha1"), ("-sha256", "sha256")] {
            let arguments = ["x509", "-noout", "-fingerprint", hash, "-in"];
            let output = Command::new("openssl").args(arguments).arg(&file).output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            let print = said.trim().split('=').nth(1).unwrap().replace(':', "");
            assert_eq!(one[member], json!(print));
        }
    }
    let url = format!("http://{}{}", office.world.at.scep, of("root")["download"].as_str().unwrap());
    let der = office.world.http.get(url).send().await.unwrap().bytes().await.unwrap();
    let print: String = pki::algorithm::sha256(&der).iter().map(|octet| format!("{octet:02X}")).collect();
    assert_eq!(of("root")["sha256"], json!(print), "what is behind the link is what is described");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_and_settings_name_everything_but_secrets() {
    let mut world = World::with_tenant().await;
    world.home.add_admin_token(CONFIGURED);
    world.restart().await;
    let secret = world.tenant.as_ref().unwrap().credentials().secret.clone();
    let tenant = world.tenant.as_ref().unwrap().tenant_id().to_string();
    let office = Office { world };
    let listed = office.call("GET", "connections", CONFIGURED, "").await;
    let rows = listed.json["connections"].as_array().unwrap().clone();
    let row = |name: &str| rows.iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!((&row("intune")["validator"], &row("intune")["tenant"]), (&json!("intune"), &json!(tenant)));
    let urls: Vec<String> = serde_json::from_value(row("once")["urls"].clone()).unwrap();
    let [named, ndes] = urls.as_slice() else { panic!("{urls:?}") };
    assert!(named.ends_with("/scep/once") && ndes.ends_with("/certsrv/mscep/mscep.dll"), "{urls:?}");
    assert_eq!((&row("fixed")["tenant"], &row("fixed")["directory"]), (&Value::Null, &Value::Null));
    let settings = office.call("GET", "settings", CONFIGURED, "").await;
    let of = |key: &str| {
        let all = settings.json["settings"].as_array().unwrap();
        all.iter().find(|one| one["key"] == key).unwrap_or_else(|| panic!("no {key}")).clone()
    };
    assert_eq!(of("endpoint.2.static.challenge_hash")["value"], "\"(hidden)\"");
    assert_eq!(
        (&of("log.level")["origin"], &of("ocsp.never_issued")["origin"]),
        (&json!("file"), &json!("default"))
    );
    for answer in [&listed, &settings] {
        let text = answer.json.to_string();
        assert!(!text.contains(&secret) && !text.contains(CONFIGURED), "a secret is told");
        assert!(!text.contains("hmac-sha256:"), "a hash of a shared challenge is told");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_tried_step_by_step_and_what_is_missing_is_named() {
    let mut world = World::with_tenant().await;
    world.home.add_admin_token(CONFIGURED);
    world.restart().await;
    let office = Office { world };
    let tester = office.token("tester", &[Scope::SystemTest], None).await;
    let tried = office.call("POST", "connections/intune/test", &tester, "").await;
    assert_eq!((tried.status, &tried.json["ok"]), (200, &json!(true)), "{tried:?}");
    assert_eq!(tried.json["finding"], Value::Null);
    let steps = tried.json["steps"].as_array().unwrap();
    assert!(steps.len() >= 3 && steps.iter().all(|step| step["outcome"] == "200"), "{steps:?}");

    for name in ["once", "nowhere"] {
        let refused = office.call("POST", &format!("connections/{name}/test"), &tester, "").await;
        assert_eq!((refused.status, refused.text("code")), (404, "CHY-6050"), "{name}");
    }
    let file = office.world.home.path().join("client-secret");
    std::fs::write(file, "not the secret").unwrap();
    let mut office = office;
    office.world.restart().await;
    let tried = office.call("POST", "connections/intune/test", &tester, "").await;
    assert_eq!((tried.status, &tried.json["ok"]), (200, &json!(false)), "{tried:?}");
    let finding = &tried.json["finding"];
    assert!(finding["code"].as_str().unwrap().starts_with("CHY-5"), "{finding}");
    assert!(finding["sentence"].as_str().unwrap().contains("secret"), "{finding}");
    assert!(!tried.json.to_string().contains("not the secret"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_counts_and_the_doctor_finds_what_is_wrong() {
    let office = Office::open().await;
    office.enrolled("phone").await;
    let health = office.call("GET", "health", CONFIGURED, "").await;
    let counted = |name: &str| health.json["counts"][name].as_u64().unwrap();
    assert_eq!((health.status, &health.json["ready"], counted("certificates")), (200, &json!(true), 1));
    assert!(counted("audit") > 0);

    use std::os::unix::fs::PermissionsExt as _;
    let data = office.world.home.path().join("data");
    let open_to = |mode| std::fs::set_permissions(&data, std::fs::Permissions::from_mode(mode)).unwrap();
    open_to(0o700);
    let sound = office.call("GET", "doctor", CONFIGURED, "").await;
    let what: Vec<&str> =
        sound.json["well"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert!(what.contains(&"settings"), "{what:?}");
    let code = |answer: &super::office::Answer, code: &str| {
        answer.json["findings"].as_array().unwrap().iter().any(|one| one["code"] == code)
    };
    assert!(!code(&sound, "CHY-6061"), "control: {:?}", sound.json["findings"]);
    open_to(0o777);
    let exposed = office.call("GET", "doctor", CONFIGURED, "").await;
    assert!(code(&exposed, "CHY-6061"), "{:?}", exposed.json["findings"]);
}
