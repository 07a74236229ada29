//! Why a certificate is good or not, told by the command line and by the API; and whom it names, corrected.

use super::ward::Ward;
use pki::crl::Reason;
use serde_json::Value;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn chancery(ward: &Ward, words: &[&str]) -> String {
    let file = ward.world.home.path().join("chancery.toml");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(["--local", "--config"]).arg(file).args(words);
    let output = tokio::task::block_in_place(|| command.output()).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_is_explained_as_facts_with_times() {
    let mut ward = Ward::open("").await;
    ward.world.home.add_admin_token(TOKEN);
    ward.world.restart().await;
    let (user, device) = ward.owner("ada@contoso.example");
    let certificate = ward.enrolled(&device, &ward.users).await;
    let serial = certificate.serial().to_string();
    ward.read_twice().await;
    let told = chancery(&ward, &["cert", "why", &serial]);
    for words in
        ["good", "no rule speaks against it", "names the user ada@contoso.example", "enabled: true since"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(ward.world.tenant().enable_user(&user.id, false));
    ward.until(&certificate, Some(Reason::CertificateHold), "disabled").await;
    let told = chancery(&ward, &["cert", "why", &serial]);
    for words in
        ["held", "by the rule user_disabled: the user ada@contoso.example is disabled", "enabled: false"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    let url = format!("http://{}/api/v1/certificates/{serial}/status", ward.world.at.admin);
    let without = ward.world.http.get(&url).send().await.unwrap();
    assert_eq!(without.status(), 401);
    let answer = ward.world.http.get(&url).bearer_auth(TOKEN).send().await.unwrap();
    let why: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(
        (why["status"].as_str(), why["because"][0]["rule"].as_str()),
        (Some("held"), Some("user_disabled"))
    );
    assert_eq!(why["names"][0]["facts"][1]["value"], Value::Bool(false), "{why}");
    let unknown = url.replace(&serial, "0badc0de");
    assert_eq!(ward.world.http.get(unknown).bearer_auth(TOKEN).send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_a_certificate_names_can_be_corrected() {
    let ward = Ward::open("").await;
    let (user, device) = ward.owner("ada@contoso.example");
    let certificate = ward.enrolled(&device, &ward.users).await;
    let serial = certificate.serial().to_string();
    assert!(ward.world.tenant().enable_user(&user.id, false));
    ward.until(&certificate, Some(Reason::CertificateHold), "disabled").await;
    ward.world.tenant().add_user("eve@contoso.example", None);
    chancery(&ward, &["cert", "bind", &serial, "--user", "Eve@contoso.example"]);
    ward.until(&certificate, None, "somebody else's").await;
    chancery(&ward, &["cert", "bind", &serial, "--user", "ada@contoso.example"]);
    ward.until(&certificate, Some(Reason::CertificateHold), "and back").await;
    chancery(&ward, &["cert", "bind", &serial, "--nobody"]);
    ward.until(&certificate, None, "nobody's").await;
    ward.world.assert_sound().await;
}
