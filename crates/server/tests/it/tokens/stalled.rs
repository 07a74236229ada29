//! Conversations that come to no request.

use super::office::Office;
use chancery::tokens::Scope;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const WINDOWS: &str = "Mozilla/4.0 (compatible; Win32; NDES client 10.0.26100.1/ge_release)";

impl Office {
    async fn asks(&self, operation: &str, user_agent: &str) {
        let url = format!("{}?operation={operation}&message=default", self.world.url("once"));
        let answer = self.world.http.get(url).header("user-agent", user_agent).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    /// Waits, for ten seconds at most, until so many rows are there.
    async fn until_stalled(&self, rows: usize, token: &str) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let answer = self.call("GET", "stalled", token, "").await;
            let items = answer.json["items"].as_array().unwrap().clone();
            if items.len() >= rows {
                return items;
            }
            assert!(began.elapsed().as_secs() < 10, "{items:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ux1_a_device_that_never_sends_a_request_shows_with_ranked_causes() {
    let office = Office::open().await;
    let reader = office.token("reader", &[Scope::EnrolmentRead], None).await;
    // One that goes on to a request by another User-Agent, and two that do not.
    office.enrolled("phone").await;
    for _ in 0..2 {
        office.asks("GetCACaps", WINDOWS).await;
        office.asks("GetCACert", WINDOWS).await;
    }
    office.asks("GetCACaps", "curl/8.5.0").await;
    assert_eq!(
        office.call("GET", "stalled", &reader, "").await.json["items"],
        json!([]),
        "not before its time"
    );
    office.world.clock.advance(61);
    let rows = office.until_stalled(2, &reader).await;
    let of = |reason: &str| rows.iter().find(|row| row["reason"] == reason).unwrap().clone();
    let windows = of("no_request");
    assert_eq!((&windows["conversations"], &windows["endpoint"]), (&json!(2), &json!("once")), "{windows}");
    assert_eq!((&windows["user_agent"], &windows["address"]), (&json!(WINDOWS), &json!("127.0.0.1")));
    assert_eq!(windows["causes"][0]["cause"], "other_root");
    assert_eq!(of("capabilities_only")["causes"][0]["cause"], "probe");
    let told = office.audit("enrolment.stalled").await;
    assert_eq!(told.len(), 2, "{told:?}");
    // The same again adds to its row, and fills no audit.
    office.asks("GetCACaps", WINDOWS).await;
    office.asks("GetCACert", WINDOWS).await;
    office.world.clock.advance(61);
    let began = Instant::now();
    while office.until_stalled(2, &reader).await.iter().all(|row| row["conversations"] != json!(3)) {
        assert!(began.elapsed().as_secs() < 10, "never counted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(office.audit("enrolment.stalled").await.len(), 2);
    let metrics = format!("http://{}/metrics", office.world.at.admin);
    let metrics = office.world.http.get(metrics).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("chancery_enrolments_stalled_total{reason=\"no_request\"} 3"), "{metrics}");
    office.world.assert_sound().await;
}
