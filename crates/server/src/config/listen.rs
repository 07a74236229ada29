//! `[listen]` and `[tls]`: where the server can be reached.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::source::Loaded;

/// `[listen]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct ListenSettings {
    pub scep: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scep_tls: Option<String>,
    pub admin: String,
}

impl Default for ListenSettings {
    fn default() -> Self {
        Self { scep: "0.0.0.0:8080".into(), scep_tls: None, admin: "127.0.0.1:8081".into() }
    }
}

/// `[tls]`.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct TlsSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    pub self_signed: bool,
}

/// Addresses to listen on.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Plain HTTP: SCEP, CA certificates, CRL.
    pub scep: SocketAddr,
    /// The same over TLS.
    pub scep_tls: Option<TlsListen>,
    /// Health, metrics and the administrative API.
    pub admin: SocketAddr,
}

/// A TLS listener.
#[derive(Clone, Debug)]
pub struct TlsListen {
    /// Where.
    pub address: SocketAddr,
    /// With which certificate.
    pub source: TlsSource,
}

/// Where a listener's certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsSource {
    /// PEM files: the chain, leaf first, and its private key.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// Made at start, for tests: nothing trusts it.
    SelfSigned,
}

impl Listen {
    pub(super) fn believe(
        listen: &ListenSettings,
        tls: &TlsSettings,
        loaded: &Loaded,
        problems: &mut Problems,
    ) -> Self {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let scep = problems.or_note(address("listen.scep", &listen.scep), nowhere);
        let admin = problems.or_note(address("listen.admin", &listen.admin), nowhere);
        let scep_tls = listen.scep_tls.as_deref().and_then(|text| {
            let address = problems.note(address("listen.scep_tls", text))?;
            let source = problems.note(tls.source(loaded))?;
            Some(TlsListen { address, source })
        });
        Self { scep, scep_tls, admin }
    }
}

impl TlsSettings {
    fn source(&self, loaded: &Loaded) -> Result<TlsSource, Problem> {
        match (&self.certificate_file, &self.key_file, self.self_signed) {
            (Some(certificate), Some(key), false) => {
                let path = |text: &String| loaded.directory.join(text);
                Ok(TlsSource::Files { certificate: path(certificate), key: path(key) })
            }
            (None, None, true) if loaded.local => Ok(TlsSource::SelfSigned),
            (None, None, true) => Err(Problem::new(Code::Loopback, "tls.self_signed", true)
                .rule("no device trusts a certificate made at start")
                .fix("give certificate_file and key_file, or say --local if this is a test")),
            _ => Err(Problem::new(Code::Missing, "tls", "")
                .rule("listen.scep_tls needs certificate_file and key_file, both, or self_signed alone")
                .fix(r#"write [tls] certificate_file = "…/fullchain.pem", key_file = "…/privkey.pem""#)),
        }
    }
}

fn address(key: &str, text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| {
        Problem::new(Code::Rule, key, text)
            .rule("an address is an IP address and a port")
            .fix(r#"write for example "0.0.0.0:8080" or "[::]:8080""#)
    })
}
