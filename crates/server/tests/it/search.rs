//! Finding things by the administrative API, from the enrolment to the answer.

use crate::world::{Csr, Device, World, transaction};
use pki::certificate::Certificate;
use pki::name::Name;
use pki::oid;
use scep::client::Request;
use serde_json::Value;
use std::time::{Duration, Instant};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// What a browser, a spreadsheet and a query would each take for their own.
const HOSTILE: &str = "=HYPERLINK(\"//evil\") <script>alert(1)</script>' OR 1=1";

struct Desk {
    world: World,
}

impl Desk {
    async fn open() -> Desk {
        let mut world = World::start().await;
        world.home.add_admin_token(TOKEN);
        world.restart().await;
        Desk { world }
    }

    async fn enrolled(&self, name: &str) -> Certificate {
        let device = self.world.device(name);
        let subject = Name::from_pairs(&[(oid::ORGANIZATION, "Contoso"), (oid::CN, name)]);
        let challenge = self.world.challenge("once", None).await;
        let csr = Csr::of(subject, &challenge).signed(&device.key);
        device.opens(&self.asks(&device, &csr).await)
    }

    async fn asks(&self, device: &Device, csr: &[u8]) -> crate::world::Told {
        let message = device.message(&self.world, &Request::pkcs_req(csr, transaction())).0;
        self.world.post("once", message).await
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let url = format!("http://{}/api/v1/{path}", self.world.at.admin);
        let answer = self.world.http.get(url).bearer_auth(TOKEN).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn json(&self, path: &str) -> Value {
        let (status, text) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Asks until the index has followed so far, for a minute at most.
    async fn until(&self, path: &str, is: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let said = self.json(path).await;
            if is(&said) {
                return said;
            }
            assert!(began.elapsed().as_secs() < 60, "{path}: {said}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn count(said: &Value) -> usize {
    said["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_found_shown_and_given_out() {
    let desk = Desk::open().await;
    let certificate = desk.enrolled("phone-17").await;
    desk.enrolled("tablet-4").await;
    let serial = certificate.serial().to_string();
    let found = desk.until("certificates?q=PHONE-17", |said| count(said) == 1).await;
    let row = &found["items"][0];
    assert_eq!(
        (&row["serial"], &row["status"], &row["requested_by"]),
        (&serial.as_str().into(), &"good".into(), &"one_time".into())
    );
    assert_eq!(found["next"], Value::Null);
    for query in [format!("serial={serial}"), "subject=17".into(), "q=contoso+phone".into()] {
        assert_eq!(
            desk.json(&format!("certificates?{query}")).await["items"][0]["serial"],
            row["serial"],
            "{query}"
        );
    }
    // A page, and the next.
    let first = desk.json("certificates?q=contoso&limit=1").await;
    let next = first["next"].as_str().unwrap();
    let second = desk.json(&format!("certificates?q=contoso&limit=1&cursor={next}")).await;
    assert_eq!((count(&first), count(&second)), (1, 1));
    assert_ne!(first["items"][0]["serial"], second["items"][0]["serial"]);

    let shown = desk.json(&format!("certificates/{serial}")).await;
    let sha256: String = certificate.sha256().iter().map(|octet| format!("{octet:02X}")).collect();
    assert_eq!((&shown["sha256"], &shown["key"]["kind"]), (&sha256.as_str().into(), &"RSA".into()));
    assert_eq!(shown["extended_key_usage"][0]["oid"], "1.3.6.1.5.5.7.3.2");
    let events: Vec<&str> =
        shown["history"].as_array().unwrap().iter().map(|row| row["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["certificate.reserved", "certificate.issued"]);
    let url = format!("http://{}/api/v1/certificates/{serial}/download", desk.world.at.admin);
    let der = desk.world.http.get(format!("{url}?format=der")).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(der.bytes().await.unwrap(), certificate.der());
    let (_, chain) = desk.get(&format!("certificates/{serial}/download?format=chain")).await;
    assert_eq!(pki::pem::decode("CERTIFICATE", &chain).unwrap().len(), 3);
    for wrong in [
        "certificates?limit=0",
        "certificates?cursor=AA",
        "certificates?subjekt=a",
        "certificates?serial=1",
        "certificates?status=x",
    ] {
        assert_eq!(desk.get(wrong).await.0, 400, "{wrong}");
    }
    assert_eq!(desk.get("certificates/0badc0de/download").await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t84_t91_a_hostile_name_is_harmless_in_json_csv_and_search() {
    let desk = Desk::open().await;
    desk.enrolled(HOSTILE).await;
    let query = "certificates?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%27";
    let found = desk.until(query, |said| count(said) == 1).await;
    let subject = found["items"][0]["subject"].as_str().unwrap();
    let (status, text) = desk.get("certificates.csv").await;
    assert_eq!(status, 200);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 1, "{text}");
    for cell in &records[0] {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert_eq!(&records[0][2], subject, "a subject begins with its attribute's name");
    for word in ["%22", "%27%3B+DROP+TABLE+entries", "a%00b", "*", "NEAR%28", "%25"] {
        assert_eq!(desk.get(&format!("certificates?q={word}")).await.0, 200, "{word}");
        assert_eq!(desk.get(&format!("audit?q={word}")).await.0, 200, "{word}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enrolments_the_audit_and_the_numbers_tell_what_happened() {
    let desk = Desk::open().await;
    let certificate = desk.enrolled("phone").await;
    let device = desk.world.device("stranger");
    let csr = Csr::named("stranger", "no-such-challenge").signed(&device.key);
    drop(desk.asks(&device, &csr).await);
    let refused = desk.until("enrolments?outcome=refused", |said| count(said) == 1).await;
    let code = refused["items"][0]["code"].as_str().unwrap().to_owned();
    assert!(code.starts_with("CHY-3"), "{refused}");
    assert!(refused["items"][0]["page"].as_str().unwrap().starts_with("docs/errors/"));
    assert_eq!(count(&desk.json(&format!("enrolments?code={code}")).await), 1);
    let issued = desk.json("enrolments?outcome=issued").await;
    assert_eq!(issued["items"][0]["serial"], certificate.serial().to_string());
    assert_eq!(count(&desk.json("enrolments").await), 2);
    let serial = certificate.serial();
    assert_eq!(count(&desk.json(&format!("audit?certificate={serial}")).await), 2);
    let (_, lines) = desk.get("audit.jsonl").await;
    let sequences: Vec<u64> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["sequence"].as_u64().unwrap())
        .collect();
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1) && sequences[0] == 1, "{sequences:?}");
    let summary =
        desk.until("summary", |said| said["behind"] == 0 && said["certificates"]["good"] == 1).await;
    assert_eq!(summary["failures"][0]["name"], code);
    let bars = |name: &str| summary[name].as_array().unwrap().len();
    assert_eq!((bars("expiring"), bars("issued_by_minute"), bars("issued_by_day")), (25, 60, 30));
    assert_eq!(summary["by_profile"][0]["count"], 1);
    assert_eq!(summary["without_sid"][0]["without_sid"], 1);
    let renewals = desk.json("renewals").await;
    assert_eq!((renewals["opening"].as_array().unwrap().len(), &renewals["at_risk_count"]), (90, &0.into()));
    desk.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m140_the_certificates_of_a_device_stand_together() {
    const ID: &str = "6a7b0f8e-0000-4000-a000-00000000000f";
    let desk = Desk::open().await;
    desk.enrolled(ID).await;
    desk.enrolled(ID).await;
    desk.enrolled("ada@contoso.example").await;
    let devices = desk.until("devices", |said| said["items"][0]["certificates"] == 2).await;
    assert_eq!((count(&devices), &devices["items"][0]["id"]), (1, &ID.into()));
    let device = desk.json(&format!("devices/{}", ID.to_uppercase())).await;
    assert_eq!(device["groups"][0]["certificates"].as_array().unwrap().len(), 2);
    let users = desk.until("users?q=ada", |said| count(said) == 1).await;
    assert_eq!(users["items"][0]["id"], "ada@contoso.example");
    let newest = device["groups"][0]["certificates"][0]["serial"].as_str().unwrap();
    let shown = desk.json(&format!("certificates/{newest}")).await;
    assert_eq!(shown["renewal_of"]["by"], "same_holder");
    let (status, text) = desk.get("devices/nobody").await;
    assert_eq!(status, 404, "{text}");
}
