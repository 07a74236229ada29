//! TLS 1.2 and 1.3 on the SCEP listener. A client certificate is never asked for: macOS' renewal fails if it is (Q26).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::version::{TLS12, TLS13};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsSource;

mod self_signed;

/// Why the TLS listener has no usable certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or is not PEM of that kind.
    #[error("{key} {path} holds no {what} in PEM that can be read: {reason}")]
    File {
        /// The setting.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
        /// What the reader said; never content.
        reason: String,
    },
    /// Certificate and key do not fit together, or are of a kind that TLS cannot use.
    #[error("tls.certificate_file and tls.key_file cannot be used together: {0}")]
    Pair(#[from] rustls::Error),
    /// The cryptographic library made no certificate for tests.
    #[error("no self-signed certificate could be made")]
    SelfSigned,
}

/// Chain, leaf first, and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// What turns connections into TLS connections with the certificate of `source`.
pub(crate) fn acceptor(source: &TlsSource) -> Result<TlsAcceptor, TlsError> {
    let (chain, key) = match source {
        TlsSource::Files { certificate, key } => from_files(certificate, key)?,
        TlsSource::SelfSigned => self_signed::identity().ok_or(TlsError::SelfSigned)?,
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn from_files(certificate: &Path, key: &Path) -> Result<Identity, TlsError> {
    let file = |key, path: &Path, what| {
        let path = path.to_path_buf();
        move |reason: String| TlsError::File { key, path, what, reason }
    };
    let no_chain = file("tls.certificate_file", certificate, "certificate chain");
    let no_key = file("tls.key_file", key, "private key");
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain = match chain {
        Ok(chain) if !chain.is_empty() => chain,
        Ok(_) => return Err(no_chain("it is empty".to_owned())),
        Err(error) => return Err(no_chain(error.to_string())),
    };
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| no_key(error.to_string()))?;
    Ok((chain, key))
}
