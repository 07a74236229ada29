//! Certificates that callers ask for in their own names.

use super::office::{Answer, CONFIGURED, Office};
use crate::world::Csr;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chancery::tokens::Scope;
use pki::certificate::Certificate;
use pki::extension::{ExtendedKeyUsage, Extension};
use pki::general_name::GeneralName;
use pki::{oid, pem};
use serde_json::{Value, json};
use simulator::fleet::DeviceKey;
use std::path::Path;
use std::process::Command;

const COUNTERS: &str = "
[[profile]]
name = 'web'
extended_key_usage = ['serverAuth']
[[profile]]
name = 'code'
key_usage = ['digitalSignature']
extended_key_usage = ['codeSigning']
[[endpoint]]
name = 'counter'
profile = 'web'
validator = 'request'
pending = true
[endpoint.request]
by = ['owner', 'token']
names = ['*.dev.contoso.com']
server_key = true
[[endpoint]]
name = 'signing'
profile = 'code'
validator = 'request'
[endpoint.request]
by = ['owner']
[[profile]]
name = 'person'
[[endpoint]]
name = 'people'
profile = 'person'
validator = 'request'
[endpoint.request]
by = ['owner']
[[policy]]
name = 'vaults'
ask = 'Is this a vault of ours?'
[policy.when]
subject = ['CN=vault*']
";

impl Office {
    /// With two endpoints where callers ask by name.
    pub(super) async fn with_counters() -> Office {
        let mut office = Office::open().await;
        let settings = office.world.home.settings() + COUNTERS;
        office.world.home.configure(&settings);
        office.world.home.add_admin_token(CONFIGURED);
        office.world.restart().await;
        office
    }

    async fn ask(&self, token: &str, form: Value) -> Answer {
        self.call("POST", "requests", token, &form.to_string()).await
    }

    async fn requester(&self, name: &str) -> String {
        self.token(name, &[Scope::CertRequest], None).await
    }
}

fn csr(name: &str) -> Csr {
    Csr { names: vec![GeneralName::Dns(name.to_owned())], ..Csr::named(name, "") }
}

fn form(profile: &str, csr: &Csr, key: &DeviceKey) -> Value {
    json!({ "profile": profile, "csr": pem::encode("CERTIFICATE REQUEST", &csr.signed(key)) })
}

fn certificate(answer: &Answer) -> Certificate {
    let blocks = pem::decode("CERTIFICATE", answer.text("certificate")).unwrap();
    Certificate::parse(&blocks[0]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_of_ones_own_is_certified_by_the_profile_and_on_record_by_name() {
    let office = Office::with_counters().await;
    let (ada, key) = (office.requester("ada").await, office.world.key());
    let mut wanted = csr("web.dev.contoso.com");
    // What a profile does not give is not copied.
    let purposes = ExtendedKeyUsage(vec![oid::CODE_SIGNING, oid::SERVER_AUTH]);
    wanted.extensions.push(Extension::extended_key_usage(&purposes));
    let made = office.ask(&ada, form("web", &wanted, &key)).await;
    assert_eq!((made.status, made.text("status")), (201, "issued"), "{made:?}");
    let certificate = certificate(&made);
    assert_eq!(certificate.key().spki(), key.public().spki());
    assert_eq!(certificate.extended_key_usage().unwrap().unwrap().0, [oid::SERVER_AUTH]);
    certificate.verify_signed_by(office.world.issuing().key()).unwrap();
    assert_eq!(made.json["chain"].as_array().unwrap().len(), 2);
    assert!(made.json["pkcs12"].is_null() && made.json["password"].is_null(), "{made:?}");

    let asked = &office.audit("request.asked").await[0];
    assert_eq!(
        (&asked["by"], &asked["as"], &asked["profile"]),
        (&json!("token ada"), &json!("token"), &json!("web"))
    );
    let reserved = office.audit("certificate.reserved").await;
    assert_eq!((&reserved[0]["by"], &reserved[0]["asked_by"]), (&json!("request"), &json!("token ada")));
    office.world.assert_sound().await;
    office.world.assert_verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t86_nobody_gets_more_than_they_may_ask_for() {
    let office = Office::with_counters().await;
    let (ada, key) = (office.requester("ada").await, office.world.key());
    let refused = |answer: Answer, status: u16, code: &str| {
        assert_eq!((answer.status, answer.text("code")), (status, code), "{answer:?}");
    };
    let other = csr("web.prod.contoso.com");
    refused(office.ask(&ada, form("web", &other, &key)).await, 403, "CHY-3009");
    let mut two = csr("web.dev.contoso.com");
    two.names.push(GeneralName::Ip([10, 0, 0, 1].into()));
    refused(office.ask(&ada, form("web", &two, &key)).await, 403, "CHY-3009");
    // A profile of an endpoint that is not for tokens; one of no such endpoint; none at all.
    let good = csr("web.dev.contoso.com");
    refused(office.ask(&ada, form("code", &good, &key)).await, 403, "CHY-3008");
    refused(office.ask(&ada, form("device", &good, &key)).await, 404, "CHY-6300");
    let elsewhere = json!({ "endpoint": "once", "profile": "web", "csr": form("web", &good, &key)["csr"] });
    refused(office.ask(&ada, elsewhere).await, 404, "CHY-6300");
    assert_eq!(office.world.issued().await, 0);
    assert_eq!(office.audit("request.refused").await.len(), 3, "each that somebody decided is on record");
    // Control: the same request at the right place; then the owner, who is not held to the list.
    assert_eq!(office.ask(&ada, form("web", &good, &key)).await.status, 201);
    let owners = office.world.key();
    let free = csr("web.prod.contoso.com");
    assert_eq!(office.ask(CONFIGURED, form("web", &free, &owners)).await.status, 201);
    assert_eq!(office.ask(CONFIGURED, form("code", &csr("a"), &office.world.key())).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_t28_a_request_by_name_meets_every_check_of_a_device() {
    let office = Office::with_counters().await;
    let key = office.world.key();
    let mut powers = csr("a.contoso.com");
    let ca = pki::der::Writer::bytes_of(|w| w.sequence(|w| w.boolean(true)));
    powers.extensions.push(Extension { oid: oid::BASIC_CONSTRAINTS, critical: true, value: ca });
    let answer = office.ask(CONFIGURED, form("web", &powers, &key)).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    // A tier-0 name, in what signs people in.
    let admin = Csr { names: vec![GeneralName::Upn("administrator@contoso.com".into())], ..csr("b") };
    assert_eq!(office.ask(CONFIGURED, form("person", &admin, &key)).await.status, 422);
    // A signature of another key.
    let stranger = office.world.key();
    let info = csr("c.contoso.com").info(key.public().spki());
    let forged = pem::encode("CERTIFICATE REQUEST", &crate::world::signed(&info, &stranger));
    assert_eq!(office.ask(CONFIGURED, json!({ "profile": "web", "csr": forged })).await.status, 422);
    // The key of another subject's certificate.
    assert_eq!(office.ask(CONFIGURED, form("web", &csr("d.contoso.com"), &key)).await.status, 201, "control");
    let taken = office.ask(CONFIGURED, form("web", &csr("e.contoso.com"), &key)).await;
    assert_eq!(taken.status, 422, "{taken:?}");
    // A body that says two things, or none, or is no request.
    let both = json!({ "profile": "web", "csr": "x", "key": "server" });
    for bad in [both, json!({ "profile": "web" }), json!({ "profile": "web", "csr": "x" })] {
        let answer = office.ask(CONFIGURED, bad).await;
        assert_eq!((answer.status, answer.text("code")), (400, "CHY-6303"), "{answer:?}");
    }
    assert_eq!(office.world.issued().await, 1);
    // No device comes to such an endpoint.
    let device = office.world.device("d");
    let message = device.pkcs_req(&office.world, &device.csr("x").signed(&device.key));
    assert_eq!(office.world.post("counter", message).await.status, 404);
    office.world.assert_sound().await;
}

fn reads(directory: &Path, words: &[&str]) -> String {
    let output = Command::new("openssl").args(words).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The files under the directory in which the text stands.
fn holding(directory: &Path, text: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(holding(&entry, text));
        } else if std::fs::read(&entry).is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text))
        {
            found.push(entry.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_made_here_leaves_once_and_is_kept_nowhere() {
    let office = Office::with_counters().await;
    let ada = office.requester("ada").await;
    let wanted = json!({
        "profile": "web", "key": "server", "subject": "CN=web.dev.contoso.com",
        "names": [["dns", "web.dev.contoso.com"]], "key_algorithm": "rsa2048",
    });
    let made = office.ask(&ada, wanted.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text("code"));
    let (password, pkcs12) = (made.text("password"), STANDARD.decode(made.text("pkcs12")).unwrap());
    let place = office.world.home.path().join("out");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("a.p12"), &pkcs12).unwrap();
    let pass = format!("pass:{password}");
    reads(&place, &["pkcs12", "-in", "a.p12", "-passin", &pass, "-nodes", "-out", "all.pem"]);
    let text = std::fs::read_to_string(place.join("all.pem")).unwrap();
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3);
    let public = pem::decode("PUBLIC KEY", &reads(&place, &["pkey", "-in", "all.pem", "-pubout"])).unwrap();
    assert_eq!(public[0], certificate(&made).key().spki());

    // Nothing of it stays: the password, the file, a piece of the key's numbers.
    reads(&place, &["pkey", "-in", "all.pem", "-outform", "DER", "-out", "key.der"]);
    let key = std::fs::read(place.join("key.der")).unwrap();
    let piece = &key[key.len() - 40..];
    assert_eq!(holding(&place, piece).len(), 1, "control");
    let data = office.world.home.path().join("data");
    for secret in [password.as_bytes(), &pkcs12[60..100], piece] {
        assert_eq!(holding(&data, secret), Vec::<String>::new());
    }
    let again = office.call("GET", &format!("requests/{}", made.text("id")), &ada, "").await;
    assert!(again.json["pkcs12"].is_null() && again.json["password"].is_null());
    let more = office.ask(&ada, wanted).await;
    assert_ne!(more.text("password"), password, "each has its own");
    // Where the endpoint makes no keys; where it has to wait with one.
    let code = json!({ "profile": "code", "key": "server", "subject": "CN=build" });
    let answer = office.ask(CONFIGURED, code).await;
    assert_eq!((answer.status, answer.text("code")), (403, "CHY-6302"));
    let vault = json!({ "profile": "web", "key": "server", "subject": "CN=vault.dev.contoso.com" });
    assert_eq!(office.ask(&ada, vault).await.status, 422);
    let waiting = office.call("GET", "approvals", CONFIGURED, "").await;
    assert_eq!(waiting.json["approvals"], json!([]), "nothing waits without its key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m69_whoever_asked_cannot_approve_and_fetches_what_another_approved() {
    let office = Office::with_counters().await;
    let both = [Scope::CertRequest, Scope::ApprovalDecide];
    let (ada, bea) = (office.token("ada", &both, None).await, office.token("bea", &both, None).await);
    let key = office.world.key();
    let made = office.ask(&ada, form("web", &csr("vault.dev.contoso.com"), &key)).await;
    assert_eq!((made.status, made.text("status")), (202, "waiting"), "{made:?}");
    let (request, held) = (format!("requests/{}", made.text("id")), &made.json["held"]);
    let approve = format!("approvals/{held}/approve");
    let own = office.call("POST", &approve, &ada, "").await;
    assert_eq!((own.status, own.text("code")), (403, "CHY-6304"), "{own:?}");
    assert_eq!(office.call("GET", &request, &ada, "").await.text("status"), "waiting");
    assert_eq!(office.call("GET", &request, &bea, "").await.status, 404, "another's request is none");
    assert_eq!(office.call("POST", &approve, &bea, "").await.text("status"), "approved");
    assert_eq!(office.world.issued().await, 0, "an approval makes nothing by itself");
    // Whoever may see everything sees it, and fetches nothing in another's name.
    assert_eq!(office.call("GET", &request, CONFIGURED, "").await.text("status"), "approved");
    assert_eq!(office.world.issued().await, 0);
    let fetched = office.call("GET", &request, &ada, "").await;
    assert_eq!((fetched.status, fetched.text("status")), (200, "issued"), "{fetched:?}");
    assert_eq!(certificate(&fetched).key().spki(), key.public().spki());
    let reserved = office.audit("certificate.reserved").await;
    assert_eq!(
        (&reserved[0]["asked_by"], &reserved[0]["approved_by"]),
        (&json!("token ada"), &json!("token bea"))
    );
    assert_eq!(office.call("GET", &request, &ada, "").await.text("serial"), fetched.text("serial"), "once");
    office.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sees_the_own_requests_page_by_page() {
    let office = Office::with_counters().await;
    let (ada, bea) = (office.requester("ada").await, office.requester("bea").await);
    for (token, name) in [(&ada, "a1"), (&bea, "b1"), (&ada, "a2"), (&ada, "a3")] {
        let key = office.world.key();
        let name = format!("{name}.dev.contoso.com");
        assert_eq!(office.ask(token, form("web", &csr(&name), &key)).await.status, 201);
    }
    let subjects = |answer: &Answer| -> Vec<String> {
        let items = answer.json["items"].as_array().unwrap().iter();
        items.map(|one| one["subject"].as_str().unwrap()[3..5].to_owned()).collect()
    };
    let first = office.call("GET", "requests?limit=2", &ada, "").await;
    assert_eq!(subjects(&first), ["a3", "a2"]);
    let next = office.call("GET", &format!("requests?limit=2&cursor={}", first.text("next")), &ada, "").await;
    assert_eq!((subjects(&next), &next.json["next"]), (vec!["a1".to_owned()], &Value::Null));
    assert_eq!(subjects(&office.call("GET", "requests", &bea, "").await), ["b1"]);
    assert_eq!(subjects(&office.call("GET", "requests", CONFIGURED, "").await), ["a3", "a2", "b1", "a1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_asks_beside_a_running_server() {
    let office = Office::with_counters().await;
    let (home, key) = (office.world.home.path(), office.world.key());
    std::fs::write(home.join("a.csr"), form("code", &csr("build"), &key)["csr"].as_str().unwrap()).unwrap();
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        command
            .args(["--local", "--json", "--config"])
            .arg(home.join("chancery.toml"))
            .args(["cert", "request"]);
        let output = tokio::task::block_in_place(|| command.args(words).current_dir(home).output()).unwrap();
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    let (code, made) = run(&["--profile", "code", "--csr", "a.csr"]);
    assert_eq!(
        (code, &made["status"], &made["asked_by"]),
        (Some(0), &json!("issued"), &json!("command line")),
        "{made}"
    );
    let (code, fetched) = run(&["--fetch", made["id"].as_str().unwrap()]);
    assert_eq!((code, &fetched["serial"]), (Some(0), &made["serial"]));
    let (code, refused) = run(&["--profile", "device", "--csr", "a.csr"]);
    assert_eq!((code, &refused["errors"][0]["code"]), (Some(1), &json!("CHY-6300")));
    office.world.assert_verified().await;
}
