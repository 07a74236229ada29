//! `GET /api/v1/traffic`: how far devices come, what relying parties ask, and which CRLs are out. Nothing is asked of the store:
//! the numbers are those of the metrics, and begin when the server starts.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use pki::crl::Outline;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::api;
use super::openapi::Says;
use super::servers::Shared;
use crate::authority::ISSUING;

/// Parts of the CRL that are told of, at most.
const PARTS: u16 = 256;

/// What was asked since the server started.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Traffic {
    /// How far enrolments came.
    pub funnel: Funnel,
    /// OCSP questions by what was answered.
    pub ocsp: OcspTraffic,
    /// The CRLs that are out: the list of everything, then its parts.
    pub crls: Vec<CrlOut>,
}

/// How many came to each step of an enrolment, or of several: a device may ask twice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Funnel {
    /// GetCACaps, answered.
    pub capabilities: u64,
    /// GetCACert or GetCACertChain, answered.
    pub ca_certificates: u64,
    /// PKIOperation, answered in whatever way.
    pub requests: u64,
    /// Requests that no check of message, request, challenge or MDM refused.
    pub validated: u64,
    /// Certificates issued.
    pub issued: u64,
    /// Notifications of a certificate that the MDM took.
    pub notified: u64,
    /// Certificates seen in use for the first time.
    pub seen: u64,
}

/// OCSP questions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OcspTraffic {
    /// Answered.
    pub answered: u64,
    /// Unreadable.
    pub malformed: u64,
    /// About another CA's certificates.
    pub unauthorized: u64,
    /// Not to be answered at that moment.
    pub try_later: u64,
}

/// A CRL.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CrlOut {
    /// As in its address, `/crl/NAME.crl` on the devices' listener.
    pub name: String,
    /// RFC 5280 §5.2.3.
    pub number: Option<u64>,
    /// When it was made, RFC 3339.
    pub this_update: String,
    /// When the next one is out at the latest, RFC 3339.
    pub next_update: Option<String>,
    /// Its length in octets.
    pub octets: usize,
}

/// What the route says of itself.
pub(super) fn says() -> Says {
    Says::get("Say how far enrolments come, what relying parties ask, and which CRLs are out")
        .details("Counted since the server started; GET /metrics has the same numbers in more detail.")
        .answers::<Traffic>(200, "The numbers as they are now.")
}

/// The handler of the route.
pub(super) async fn show(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    let text = shared.services.metrics.render();
    let ocsp = |result: &str| sum(&text, "ocsp_requests", &[("result", result)]);
    let (answered, malformed) = (ocsp("answered"), ocsp("malformed"));
    let ocsp =
        OcspTraffic { answered, malformed, unauthorized: ocsp("unauthorized"), try_later: ocsp("try_later") };
    api::answered(Ok(Traffic { funnel: funnel(&text), ocsp, crls: crls(&shared) }))
}

fn funnel(text: &str) -> Funnel {
    let answered = |call: &str| sum(text, "scep_requests", &[("operation", call), ("result", "answered")]);
    let requests = answered("PKIOperation");
    // The families of codes that stand for a check before the policy (docs/errors/README.md).
    let unvouched = ["CHY-1", "CHY-2", "CHY-3", "CHY-51"];
    let refused: u64 =
        unvouched.into_iter().map(|family| begun(text, "scep_failures", ("code", family))).sum();
    Funnel {
        capabilities: answered("GetCACaps"),
        ca_certificates: answered("GetCACert") + answered("GetCACertChain"),
        requests,
        validated: requests.saturating_sub(refused),
        issued: sum(text, "certificates_issued", &[]),
        notified: sum(text, "certificates_notified", &[]),
        seen: sum(text, "certificates_seen", &[]),
    }
}

fn crls(shared: &Shared) -> Vec<CrlOut> {
    let names = std::iter::once(ISSUING.to_owned()).chain((0..PARTS).map(|part| format!("{ISSUING}-{part}")));
    // Parts are numbered from 0 without gap.
    let mut out: Vec<CrlOut> = Vec::new();
    for name in names {
        let Some(der) = shared.services.publications.crl(&name) else {
            if name == ISSUING { continue } else { break }
        };
        out.extend(outline(name, &der));
    }
    out
}

fn outline(name: String, der: &[u8]) -> Option<CrlOut> {
    let list = Outline::parse(der).ok()?;
    Some(CrlOut {
        name,
        number: list.number(),
        this_update: list.this_update.to_string(),
        next_update: list.next_update.map(|at| at.to_string()),
        octets: der.len(),
    })
}

/// Adds up the lines of a counter whose labels say all of this.
fn sum(text: &str, counter: &str, labels: &[(&str, &str)]) -> u64 {
    let wanted: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    lines(text, counter)
        .filter(|(said, _)| wanted.iter().all(|one| has(said, one)))
        .map(|(_, count)| count)
        .sum()
}

/// The same for the beginning of one label's value.
fn begun(text: &str, counter: &str, (name, start): (&str, &str)) -> u64 {
    let wanted = format!("{name}=\"{start}");
    lines(text, counter).filter(|(said, _)| has(said, &wanted)).map(|(_, count)| count).sum()
}

/// A label stands at the beginning or after a comma: no value has either, since all are configured names or closed words.
fn has(said: &str, label: &str) -> bool {
    said.split(',').any(|one| one.starts_with(label))
}

fn lines<'a>(text: &'a str, counter: &str) -> impl Iterator<Item = (&'a str, u64)> {
    let start = format!("chancery_{counter}_total");
    text.lines().filter_map(move |line| {
        let (labels, count) = line.strip_prefix(&*start)?.rsplit_once(' ')?;
        let labels = labels.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        Some((labels.unwrap_or_default(), count.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::funnel;
    use crate::telemetry::{Metrics, ScepRequest};
    use std::time::Duration;

    #[test]
    fn each_step_counts_what_came_so_far() {
        let metrics = Metrics::default();
        let asked = |operation, endpoint: &str, result, times: usize| {
            let request = ScepRequest { operation, endpoint: endpoint.into(), result };
            (0..times).for_each(|_| metrics.scep_request(&request, Duration::from_millis(1)));
        };
        asked("GetCACaps", "a", "answered", 9);
        asked("GetCACaps", "b", "answered", 1);
        asked("GetCACaps", "b", "refused", 5);
        asked("GetCACert", "a", "answered", 7);
        asked("GetCACertChain", "a", "answered", 1);
        asked("PKIOperation", "a", "answered", 6);
        for code in ["CHY-2104", "CHY-3004", "CHY-5101", "CHY-5002", "CHY-2504"] {
            metrics.scep_failure("a", code);
        }
        metrics.certificate_issued("default", "device", "enrolment");
        metrics.certificate_issued("default", "device", "renewal");
        metrics.certificate_notified("a");
        metrics.certificates_seen(3);
        let told = funnel(&metrics.render());
        let steps = [
            told.capabilities,
            told.ca_certificates,
            told.requests,
            told.validated,
            told.issued,
            told.notified,
            told.seen,
        ];
        assert_eq!(steps, [10, 8, 6, 2, 2, 1, 3]);
        let none = funnel(&Metrics::default().render());
        assert_eq!((none.capabilities, none.validated), (0, 0));
    }
}
