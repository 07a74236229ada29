//! One keep-alive connection, over bare hyper.

use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Charge;
use crate::fleet::GaveUp;

/// Why a load run did not start, or a message got no answer.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The URL is unusable.
    #[error("unusable URL: {0}")]
    Url(String),
    /// The root is unusable, or missing for https.
    #[error("unusable TLS root: {0}")]
    Root(String),
    /// The server could not be asked, or a message not be made.
    #[error(transparent)]
    GaveUp(#[from] GaveUp),
    /// A worker thread ended early.
    #[error("a worker thread ended early")]
    Interrupted,
    /// The connection failed.
    #[error("connection: {0}")]
    Connection(#[from] std::io::Error),
    /// The exchange failed.
    #[error("HTTP: {0}")]
    Http(#[from] hyper::Error),
}

/// Where connections go.
pub(super) struct Route {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Route {
    pub(super) fn new(url: &str, root_pem: Option<&str>) -> Result<Self, DriveError> {
        let url = Url::parse(url).map_err(|error| DriveError::Url(error.to_string()))?;
        let host = url.host_str().ok_or_else(|| DriveError::Url("it has no host".into()))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().ok_or_else(|| DriveError::Url("it has no port".into()))?;
        let tls = match url.scheme() {
            "https" => {
                let pem = root_pem.ok_or_else(|| DriveError::Root("https needs one".into()))?;
                let name =
                    ServerName::try_from(host.clone()).map_err(|error| DriveError::Url(error.to_string()))?;
                Some((connector(pem)?, name))
            }
            _ => None,
        };
        Ok(Self { host, port, tls })
    }

    fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

fn connector(root_pem: &str) -> Result<TlsConnector, DriveError> {
    let bad = |error: String| DriveError::Root(error);
    let mut roots = RootCertStore::empty();
    for der in pki::pem::decode("CERTIFICATE", root_pem).map_err(|error| bad(error.to_string()))? {
        roots.add(CertificateDer::from(der)).map_err(|error| bad(error.to_string()))?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// A connection that is opened when needed, and again after a failure.
pub(super) struct Line {
    route: Arc<Route>,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Line {
    pub(super) fn new(route: Arc<Route>) -> Self {
        Self { route, sender: None }
    }

    /// Sends a message and reads the whole answer: HTTP status and body.
    pub(super) async fn send(&mut self, charge: &Charge) -> Result<(u16, Bytes), DriveError> {
        let result = self.exchange(charge).await;
        if result.is_err() {
            self.sender = None;
        }
        result
    }

    async fn exchange(&mut self, charge: &Charge) -> Result<(u16, Bytes), DriveError> {
        let mut sender = match self.sender.take() {
            Some(sender) if !sender.is_closed() => sender,
            _ => self.connect().await?,
        };
        sender.ready().await?;
        let method = if charge.body.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder()
            .method(method)
            .uri(&charge.target)
            .header("host", self.route.authority())
            .header("user-agent", charge.user_agent);
        if charge.body.is_some() {
            request = request.header("content-type", "application/x-pki-message");
        }
        let request = request.body(Full::new(charge.body.clone().unwrap_or_default()));
        let request = request.map_err(|error| DriveError::Url(error.to_string()))?;
        let answer = sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        self.sender = Some(sender);
        Ok((status, body))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, DriveError> {
        let stream = TcpStream::connect((self.route.host.as_str(), self.route.port)).await?;
        stream.set_nodelay(true)?;
        // The task that moves the bytes ends with its connection; its error shows at the sender.
        match &self.route.tls {
            None => {
                let (sender, connection) = handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                Ok(sender)
            }
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await?;
                let (sender, connection) = handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                Ok(sender)
            }
        }
    }
}
