//! What became of an enrolment, by command line and API.

use crate::world::{Csr, Device, World, transaction};
use chancery::keys::SystemRandom;
use chancery::tokens::{Grant, Scope, TokenName, grant};
use chancery::validators::BoundIdentity;
use pki::name::Name;
use pki::oid;
use scep::TransactionId;
use scep::client::Request;
use serde_json::Value;
use std::process::{Command, Output};

fn chancery(world: &World, words: &[&str]) -> Output {
    let file = world.home.path().join("chancery.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(["--local", "--config"]).arg(file).args(words);
    tokio::task::block_in_place(|| command.output()).unwrap()
}

fn subject(unit: &str) -> Name {
    Name::from_pairs(&[(oid::CN, "phone"), (oid::ORGANIZATIONAL_UNIT, unit), (oid::ORGANIZATION, "Contoso")])
}

/// The two calls that come before a request.
async fn begins(world: &World) {
    for operation in ["GetCACaps", "GetCACert"] {
        let url = format!("{}?operation={operation}", world.url("once"));
        assert_eq!(world.http.get(url).send().await.unwrap().status(), 200);
    }
}

async fn asks(world: &World, device: &Device, unit: &str, challenge: &str, id: &TransactionId) {
    let csr = Csr::of(subject(unit), challenge).signed(&device.key);
    let message = device.message(world, &Request::pkcs_req(&csr, id.clone())).0;
    world.post("once", message).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m66_both_sides_are_shown_by_command_line_and_api() {
    let mut world = World::start().await;
    world.home.add_admin_token("0123456789abcdef0123456789abcdef");
    world.restart().await;
    let (device, id) = (world.device("phone"), transaction());
    let pairs = |unit: &str| {
        let mut identity = BoundIdentity::common_name("phone");
        let more = [(oid::ORGANIZATIONAL_UNIT, unit), (oid::ORGANIZATION, "Contoso")];
        identity.subject.extend(more.map(|(kind, value)| (kind.to_string(), value.to_owned())));
        identity
    };
    let challenge = world.challenge("once", Some(&pairs("Devices"))).await;
    begins(&world).await;
    asks(&world, &device, "Servers\u{202e}\u{1b}[8m", &challenge, &id).await;
    begins(&world).await;
    asks(&world, &device, "Devices", &challenge, &id).await;

    let shown = chancery(&world, &["enrolment", "show", id.as_str()]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(!text.contains(['\u{202e}', '\u{1b}']) && !text.contains(&challenge), "{text}");
    let sides =
        "  element   subject, RDN 2\n  expected  OU=Devices\n  found     OU=Servers\\u{202e}\\u{1b}[8m\n";
    assert!(text.contains(sides), "one under the other: {text}");
    for part in
        ["request.refused", "CHY-3005", "docs/errors/challenge.md#chy-3005", "certificate.reserved", "good"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }

    let grant_of =
        |scope| Grant { name: TokenName::parse("reader").unwrap(), scopes: vec![scope], expires_at: None };
    let now = pki::Time::from_unix(world.clock.now());
    let token =
        grant(&*world.store, &mut SystemRandom, grant_of(Scope::EnrolmentRead), "test", now).await.unwrap();
    let url = format!("http://{}/api/v1/enrolments/{}", world.at.admin, id.as_str());
    let answer = world.http.get(&url).bearer_auth(token.reveal_secret()).send().await.unwrap();
    let told: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let json = chancery(&world, &["--json", "enrolment", "show", id.as_str()]);
    assert_eq!(serde_json::from_slice::<Value>(&json.stdout).unwrap(), told, "one answer for both");
    let begun = pki::Time::from_unix(world.clock.now()).to_string();
    for (event, kind) in [(0, "request.refused"), (1, "certificate.reserved")] {
        let event = &told["events"][event];
        let before = (&event["before"]["capabilities"], &event["before"]["ca_certificates"]);
        assert_eq!(
            (&event["event"], before),
            (&kind.into(), (&begun.as_str().into(), &begun.as_str().into()))
        );
    }
    assert_eq!(told["events"][0]["device"], "phone", "{told}");
    let difference = &told["events"][0]["difference"];
    assert_eq!(
        (&difference["expected"], &difference["row"]),
        (&"OU=Devices".into(), &"threat 13, threat 16".into())
    );
    assert_eq!(
        (&told["events"][1]["status"], &told["events"][1]["by"]),
        (&"good".into(), &"one_time".into())
    );

    let nothing = world.http.get(format!("{url}0")).bearer_auth(token.reveal_secret()).send().await.unwrap();
    assert_eq!(nothing.status(), 404);
    assert_eq!(chancery(&world, &["enrolment", "show", "T0"]).status.code(), Some(1));
    world.assert_sound().await;
}
