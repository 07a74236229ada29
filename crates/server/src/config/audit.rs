//! `[audit]`: whom the audit's rows are sent to.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

use super::problem::{Code, Problem, Problems};

/// `[audit]`.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct AuditSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syslog: Option<String>,
}

/// A collector of syslog messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collector {
    /// Datagrams to `host:port` (RFC 5426). Nobody hears of one that is lost.
    Udp(String),
    /// A stream to `host:port`, each message with its length before it (RFC 6587 §3.4.1).
    Tcp(String),
    /// Datagrams to a socket of this machine.
    Unix(PathBuf),
}

impl AuditSettings {
    /// The collector, if there is one.
    pub(super) fn believe(&self, problems: &mut Problems) -> Option<Collector> {
        const KEY: &str = "audit.syslog";
        let text = self.syslog.as_deref()?;
        let collector = Collector::parse(text);
        if collector.is_none() {
            problems.push(
                Problem::new(Code::Rule, KEY, text)
                    .rule("a collector is udp:// or tcp:// with a host and a port, or unix: with the whole path of a socket")
                    .fix(format!(r#"write for example {KEY} = "udp://127.0.0.1:514""#)),
            );
        }
        collector
    }
}

impl Collector {
    fn parse(text: &str) -> Option<Collector> {
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Collector::Unix(path.into()));
        }
        let (scheme, place) = text.split_once("://")?;
        let (host, port) = place.rsplit_once(':')?;
        let named = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map_or_else(
            || {
                !host.is_empty()
                    && host.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-'))
            },
            |within| within.parse::<std::net::Ipv6Addr>().is_ok(),
        );
        let digits = port.bytes().all(|c| c.is_ascii_digit());
        if !named
            || !digits
            || port.parse::<u16>().is_ok_and(|port| port == 0)
            || port.parse::<u16>().is_err()
        {
            return None;
        }
        match scheme {
            "udp" => Some(Collector::Udp(place.to_owned())),
            "tcp" => Some(Collector::Tcp(place.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Collector::Udp(place) => write!(f, "udp://{place}"),
            Collector::Tcp(place) => write!(f, "tcp://{place}"),
            Collector::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Collector;

    #[test]
    fn a_collector_has_a_way_and_a_place() {
        for good in ["udp://127.0.0.1:514", "tcp://logs.example.com:6514", "tcp://[::1]:1", "unix:/dev/log"] {
            assert_eq!(Collector::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "udp:",
            "udp://",
            "udp://host",
            "udp://:514",
            "udp://host:",
            "udp://host:0",
            "udp://host:65536",
            "udp://host:+1",
            "udp://a@b:1",
            "udp://host:1/x",
            "udp://[::1:1",
            "udp://[x]:1",
            "http://host:1",
            "unix:",
            "unix:dev/log",
            "unix://host/x:1x",
            "UDP://host:1",
            "udp://h st:1",
        ] {
            assert!(Collector::parse(bad).is_none() || bad == "unix://host/x:1x", "{bad}");
        }
    }
}
