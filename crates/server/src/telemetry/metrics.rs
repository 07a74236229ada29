//! Metrics in Prometheus' text format. Labels hold configured names and closed lists of words: no device, user or
//! address, and nothing that a client could multiply.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Labels of a SCEP request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ScepRequest {
    /// `GetCACaps`, `GetCACert`, `GetNextCACert`, `GetCACertChain`, `PKIOperation`, `none` or `other`.
    pub operation: &'static str,
    /// A configured name, or `unknown`.
    pub endpoint: String,
    /// `answered`, `refused`, `over_capacity` or `failed`; what a CertRep says is counted under failures.
    pub result: &'static str,
}

macro_rules! labels {
    ($($name:ident { $($label:ident),+ })+) => {
        $(#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
        struct $name { $($label: String),+ })+
    };
}

labels! {
    Failure { endpoint, code }
    Issued { ca, profile, kind }
    Revoked { reason }
    Stalled { reason }
    Own { role }
    Answered { result }
    Call { call }
    MdmCall { connection, call, result }
    Untold { endpoint }
    Noted { endpoint }
    Directory { source }
    Round { source, result }
    Refused { listener, reason }
    Build { version }
}

type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

/// All metrics of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    scep_requests: Family<ScepRequest, Counter>,
    scep_durations: Histogram,
    scep_failures: Family<Failure, Counter>,
    stalled: Family<Stalled, Counter>,
    issued: Family<Issued, Counter>,
    revoked: Family<Revoked, Counter>,
    own_not_after: Family<Own, Gauge>,
    mdm_requests: Family<MdmCall, Counter>,
    mdm_untold: Family<Untold, Counter>,
    notified: Family<Noted, Counter>,
    seen: Counter,
    mdm_durations: Seconds<Call>,
    ocsp_requests: Family<Answered, Counter>,
    directory_read: Family<Directory, Gauge>,
    directory_rounds: Family<Round, Counter>,
    refused_connections: Family<Refused, Counter>,
    panics: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("chancery"),
            scep_requests: Family::default(),
            scep_durations: durations(),
            scep_failures: Family::default(),
            stalled: Family::default(),
            issued: Family::default(),
            revoked: Family::default(),
            own_not_after: Family::default(),
            mdm_requests: Family::default(),
            mdm_untold: Family::default(),
            notified: Family::default(),
            seen: Counter::default(),
            mdm_durations: Family::new_with_constructor(durations),
            ocsp_requests: Family::default(),
            directory_read: Family::default(),
            directory_rounds: Family::default(),
            refused_connections: Family::default(),
            panics: Counter::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let r = &mut self.registry;
        r.register("scep_requests", "SCEP requests answered", self.scep_requests.clone());
        let durations = self.scep_durations.clone();
        r.register_with_unit(
            "scep_request_duration",
            "Time to answer a SCEP request",
            Unit::Seconds,
            durations,
        );
        r.register(
            "enrolments_stalled",
            "Conversations without a request, by how far they came",
            self.stalled.clone(),
        );
        r.register("scep_failures", "SCEP requests refused, by code", self.scep_failures.clone());
        r.register("certificates_issued", "Certificates issued", self.issued.clone());
        r.register("certificates_revoked", "Certificates revoked", self.revoked.clone());
        let own = self.own_not_after.clone();
        let help = "When a certificate of the server itself expires, as a Unix time";
        r.register_with_unit("own_certificate_not_after_timestamp", help, Unit::Seconds, own);
        r.register("mdm_api_requests", "Calls to an MDM's interface", self.mdm_requests.clone());
        let help = "Refusals of which an MDM that had vouched was to be told and was not";
        r.register("mdm_untold_failures", help, self.mdm_untold.clone());
        r.register("certificates_notified", "Certificates that an MDM took note of", self.notified.clone());
        r.register("certificates_seen", "Certificates seen in use for the first time", self.seen.clone());
        let durations = self.mdm_durations.clone();
        r.register_with_unit("mdm_api_duration", "Time an MDM's interface took", Unit::Seconds, durations);
        r.register("ocsp_requests", "OCSP requests answered", self.ocsp_requests.clone());
        let help = "When the last complete reading of a directory began, as a Unix time";
        let read = self.directory_read.clone();
        r.register_with_unit("directory_read_timestamp", help, Unit::Seconds, read);
        r.register("directory_readings", "Readings of a directory", self.directory_rounds.clone());
        let refused = self.refused_connections.clone();
        r.register("http_refused_connections", "Connections closed without an answer of ours", refused);
        r.register("http_panics", "Requests that ended in a panic", self.panics.clone());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        r.register("build", "What runs here", Info::new(Build { version }));
    }

    /// A SCEP request was answered.
    pub fn scep_request(&self, request: &ScepRequest, took: Duration) {
        self.scep_requests.get_or_create(request).inc();
        self.scep_durations.observe(took.as_secs_f64());
    }

    /// The steps, in milliseconds, that hold the median and the 95th percentile of the time that SCEP requests took; `None` before the
    /// first.
    #[must_use]
    pub fn scep_latency(&self) -> Option<[u64; 2]> {
        let text = self.render();
        let steps: Vec<(f64, u64)> = text.lines().filter_map(step).collect();
        let all = steps.last().map(|(_, count)| *count).filter(|count| *count > 0)?;
        let within = |percent: u64| {
            let found =
                steps.iter().find(|(_, count)| count.saturating_mul(100) >= all.saturating_mul(percent));
            // Beyond the last step nothing is known but that.
            let seconds = found.map_or(f64::INFINITY, |(seconds, _)| *seconds).min(60.0);
            std::time::Duration::from_secs_f64(seconds).as_millis().try_into().unwrap_or(u64::MAX)
        };
        Some([within(50), within(95)])
    }

    /// A SCEP request was refused for the reason `code`, such as `CHY-2104`.
    pub fn scep_failure(&self, endpoint: &str, code: &str) {
        let labels = Failure { endpoint: endpoint.to_owned(), code: code.to_owned() };
        self.scep_failures.get_or_create(&labels).inc();
    }

    /// So many conversations ended without a request, having come as far as `reason` says.
    pub(crate) fn enrolment_stalled(&self, reason: &str, count: u64) {
        self.stalled.get_or_create(&Stalled { reason: reason.to_owned() }).inc_by(count);
    }

    /// A certificate was issued. `kind` is `enrolment` or `renewal`.
    pub fn certificate_issued(&self, ca: &str, profile: &str, kind: &str) {
        let labels = Issued { ca: ca.to_owned(), profile: profile.to_owned(), kind: kind.to_owned() };
        self.issued.get_or_create(&labels).inc();
    }

    /// A certificate was revoked, for a reason of RFC 5280 §5.3.1.
    pub fn certificate_revoked(&self, reason: &str) {
        self.revoked.get_or_create(&Revoked { reason: reason.to_owned() }).inc();
    }

    /// The server's own certificate in `role` (`root`, `issuing`, `ra`, `ocsp`, `tls`) ends at `not_after`, a Unix time.
    pub fn own_certificate(&self, role: &str, not_after: i64) {
        self.own_not_after.get_or_create(&Own { role: role.to_owned() }).set(not_after);
    }

    /// An OCSP request was answered: `answered`, `malformed`, `unauthorized` or `try_later`.
    pub(crate) fn ocsp_request(&self, result: &str) {
        self.ocsp_requests.get_or_create(&Answered { result: result.to_owned() }).inc();
    }

    /// When the last complete reading of this directory began, a Unix time; 0 before the first.
    pub(crate) fn directory_read(&self, source: &str, at: i64) {
        self.directory_read.get_or_create(&Directory { source: source.to_owned() }).set(at);
    }

    /// A reading of this directory ended: `read` or `failed`.
    pub(crate) fn directory_round(&self, source: &str, result: &str) {
        let labels = Round { source: source.to_owned(), result: result.to_owned() };
        self.directory_rounds.get_or_create(&labels).inc();
    }

    /// A call to an MDM ended. `connection` is an endpoint's name, `result` a status or a closed list's word.
    pub fn mdm_request(&self, connection: &str, call: &str, result: &str, took: Duration) {
        let labels =
            MdmCall { connection: connection.to_owned(), call: call.to_owned(), result: result.to_owned() };
        self.mdm_requests.get_or_create(&labels).inc();
        self.mdm_durations.get_or_create(&Call { call: call.to_owned() }).observe(took.as_secs_f64());
    }

    /// The MDM of this endpoint vouched for a request, and could not be told that it was refused here.
    pub(crate) fn mdm_untold(&self, endpoint: &str) {
        self.mdm_untold.get_or_create(&Untold { endpoint: endpoint.to_owned() }).inc();
    }

    /// The MDM of this endpoint took note of a certificate.
    pub(crate) fn certificate_notified(&self, endpoint: &str) {
        self.notified.get_or_create(&Noted { endpoint: endpoint.to_owned() }).inc();
    }

    /// So many certificates were seen in use for the first time.
    pub(crate) fn certificates_seen(&self, new: u32) {
        self.seen.inc_by(new.into());
    }

    /// A connection was closed before its first request, because of `reason`.
    pub(crate) fn refused_connection(&self, listener: &str, reason: &str) {
        let labels = Refused { listener: listener.to_owned(), reason: reason.to_owned() };
        self.refused_connections.get_or_create(&labels).inc();
    }

    /// A request ended in a panic.
    pub(crate) fn panicked(&self) {
        self.panics.inc();
    }

    /// Prometheus' text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Upper end and count of a step of the SCEP requests' histogram.
fn step(line: &str) -> Option<(f64, u64)> {
    let rest = line.strip_prefix("chancery_scep_request_duration_seconds_bucket{le=\"")?;
    let (end, count) = rest.split_once("\"} ")?;
    let end = if end == "+Inf" { f64::INFINITY } else { end.parse().ok()? };
    Some((end, count.parse().ok()?))
}

fn durations() -> Histogram {
    Histogram::new([0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_documented_ones() {
        let metrics = Metrics::default();
        let request = ScepRequest { operation: "GetCACaps", endpoint: "default".into(), result: "answered" };
        metrics.scep_request(&request, Duration::from_millis(3));
        metrics.scep_failure("default", "CHY-2104");
        metrics.certificate_issued("default", "device", "enrolment");
        metrics.certificate_revoked("superseded");
        metrics.own_certificate("ra", 1_800_000_000);
        metrics.mdm_request("default", "validate", "200", Duration::from_millis(9));
        let text = metrics.render();
        for line in [
            r#"chancery_scep_requests_total{operation="GetCACaps",endpoint="default",result="answered"} 1"#,
            "chancery_scep_request_duration_seconds_count 1",
            r#"chancery_scep_failures_total{endpoint="default",code="CHY-2104"} 1"#,
            r#"chancery_certificates_issued_total{ca="default",profile="device",kind="enrolment"} 1"#,
            r#"chancery_certificates_revoked_total{reason="superseded"} 1"#,
            r#"chancery_own_certificate_not_after_timestamp_seconds{role="ra"} 1800000000"#,
            r#"chancery_mdm_api_requests_total{connection="default",call="validate",result="200"} 1"#,
            concat!("chancery_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
