//! The smallest gateway that a fleet can enrol with: SCEP by this project's library, Intune asked over the wire.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial, TbsCertificate};
use pki::extension::{BasicConstraints, Extension, KeyUsage};
use pki::general_name::GeneralName;
use pki::name::Name;
use scep::caps::Offer;
use scep::server::{
    Answer, CannotOpen, CertificateRequested, EnvelopeKey, Layout, Opened, Policy, Received, ReplyTo,
    UnwrapFailed, ca_certificates,
};
use scep::{Capabilities, FailInfo, Method, Operation};
use serde_json::{Value, json};
use simulator::identity::certify;
use simulator::keys::{EcKey, RsaKey, SystemDice};

use crate::caller::{Caller, INTUNE_SCOPE, NOW};

/// A line of the access log.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: String,
    pub user_agent: String,
}

pub struct ToyCa {
    pub url: String,
    pub ca: Certificate,
    pub seen: Arc<Mutex<Vec<Seen>>>,
    pub issued: Arc<Mutex<Vec<Certificate>>>,
}

struct Inner {
    caller: Arc<Caller>,
    ca_key: EcKey,
    ca: Certificate,
    ra_key: RsaKey,
    ra: Certificate,
    capabilities: Option<String>,
    spent: Mutex<HashMap<String, Vec<u8>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    issued: Arc<Mutex<Vec<Certificate>>>,
}

impl ToyCa {
    /// `capabilities` replaces the usual answer to GetCACaps.
    pub async fn start(caller: Arc<Caller>, capabilities: Option<&str>) -> Self {
        let (ca_key, ra_key) = (EcKey::generate().unwrap(), RsaKey::generate(2_048).unwrap());
        let ca = issue("Toy CA", ca_key.public().spki(), &ca_key, None, KeyUsage::KEY_CERT_SIGN, 1);
        let usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
        let ra = issue("Toy RA", ra_key.public().spki(), &ca_key, Some(&ca), usage, 2);
        let (seen, issued) = (Arc::default(), Arc::default());
        let toy = Inner {
            caller,
            ca_key,
            ca: ca.clone(),
            ra_key,
            ra,
            capabilities: capabilities.map(str::to_owned),
            spent: Mutex::default(),
            seen: Arc::clone(&seen),
            issued: Arc::clone(&issued),
        };
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/scep/toy", socket.local_addr().unwrap());
        tokio::spawn(serve(socket, Arc::new(toy)));
        Self { url, ca, seen, issued }
    }
}

async fn serve(socket: tokio::net::TcpListener, toy: Arc<Inner>) {
    loop {
        let (stream, _) = socket.accept().await.unwrap();
        let toy = Arc::clone(&toy);
        let service = service_fn(move |request| {
            let toy = Arc::clone(&toy);
            async move { Ok::<_, std::convert::Infallible>(toy.respond(request).await) }
        });
        let mut http = hyper::server::conn::http1::Builder::new();
        tokio::spawn(http.max_buf_size(1 << 17).serve_connection(TokioIo::new(stream), service));
    }
}

fn issue(
    name: &str,
    spki: &[u8],
    ca_key: &EcKey,
    ca: Option<&Certificate>,
    usage: KeyUsage,
    serial: u8,
) -> Certificate {
    let subject = Name::from_pairs(&[(pki::oid::CN, name)]);
    let mut extensions = vec![Extension::key_usage(usage)];
    if ca.is_none() {
        extensions.push(Extension::basic_constraints(BasicConstraints { ca: true, path_len: None }));
    }
    let draft = TbsCertificate {
        serial: Serial::new(&[serial]),
        signature: SignatureAlgorithm::Ecdsa(Digest::Sha256),
        issuer: ca.map_or(subject.clone(), |ca| ca.subject().clone()),
        not_before: Time::from_unix(NOW - 86_400),
        not_after: Time::from_unix(NOW + 86_400 * 90),
        subject,
        public_key: spki.to_vec(),
        extensions,
    };
    Certificate::parse(&certify(&draft, |tbs| ca_key.sign(tbs)).unwrap()).unwrap()
}

impl Inner {
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let agent = parts.headers.get("user-agent").map(|value| value.to_str().unwrap().to_owned());
        self.seen.lock().unwrap().push(Seen {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: query.clone(),
            user_agent: agent.unwrap_or_default(),
        });
        let method = if parts.method == "POST" { Method::Post } else { Method::Get };
        let (status, body) = match Operation::decode(method, &query, &body) {
            Ok(Operation::GetCaCaps) => (200, self.capabilities().into_bytes()),
            Ok(Operation::GetCaCert) => {
                (200, ca_certificates(Layout::Full, Some(&self.ra), &[&self.ca]).body)
            }
            Ok(Operation::PkiOperation(message)) => match self.answer(&message).await {
                Some(reply) => (200, reply),
                None => (400, Vec::new()),
            },
            _ => (400, Vec::new()),
        };
        Response::builder().status(status).body(Full::new(Bytes::from(body))).unwrap()
    }

    fn capabilities(&self) -> String {
        self.capabilities.clone().unwrap_or_else(|| Capabilities::offered(Offer::default()).to_string())
    }

    async fn answer(&self, message: &[u8]) -> Option<Vec<u8>> {
        let (answer, reply_to) = match self.open(message) {
            Ok(requested) => (self.decide(&requested).await, requested.reply_to),
            Err(refused) => (Answer::refused(&refused.refusal, true), *refused.reply_to?),
        };
        Some(self.signed(&answer, &reply_to))
    }

    fn signed(&self, answer: &Answer, reply_to: &ReplyTo) -> Vec<u8> {
        let draft = answer.draft(reply_to, &self.ra, &mut SystemDice).unwrap();
        let SignatureAlgorithm::RsaPkcs1(digest) = draft.algorithm() else { panic!("not in these tests") };
        let signature = self.ra_key.sign(digest, draft.to_be_signed()).unwrap();
        draft.signed(&signature)
    }

    fn open(&self, message: &[u8]) -> Result<CertificateRequested, scep::server::Refused> {
        let received = Received::parse(message, &Policy::default())?;
        let EnvelopeKey::Wrapped { transport, wrapped, .. } = received.envelope_key(&[&self.ra])? else {
            panic!("not in these tests")
        };
        let key = self.ra_key.unwrap(transport, &wrapped).map_err(|_| UnwrapFailed);
        match received.open(key, &mut SystemDice) {
            Ok(Opened::CertificateRequested(requested)) => Ok(*requested),
            Err(CannotOpen::Refused(refused)) => Err(refused),
            _ => panic!("not in these tests"),
        }
    }

    async fn decide(&self, requested: &CertificateRequested) -> Answer {
        match self.granted(requested).await {
            Ok(certificate) => Answer::Success { certificates: vec![certificate.der().to_vec()] },
            Err(why) => Answer::Failure { fail_info: FailInfo::BadRequest, text: Some(why) },
        }
    }

    async fn granted(&self, requested: &CertificateRequested) -> Result<Certificate, String> {
        let request = &requested.request;
        if request.key().size() < 2_048 {
            return Err("weak key".into());
        }
        let names = request.san().map_err(|error| error.to_string())?;
        if names.0.iter().any(|name| matches!(name, GeneralName::Uri(uri) if uri.contains(":sid:"))) {
            return Err("SID not vouched for".into());
        }
        let challenge = requested.challenge.as_ref().ok_or("no challenge")?.reveal().to_owned();
        let csr = STANDARD.encode(request.der());
        let transaction = requested.transaction().as_str();
        let token = self.caller.token(INTUNE_SCOPE).await;
        let body = json!({ "request": {
            "transactionId": transaction, "certificateRequest": csr, "callerInfo": "toy",
        } });
        self.ask(&token, "validateRequest", body).await?;
        if self.spent.lock().unwrap().insert(challenge, request.der().to_vec()).is_some() {
            return Err("challenge already spent".into());
        }
        let certificate = self.issue(request);
        let thumbprint: String = certificate.sha1().iter().map(|octet| format!("{octet:02X}")).collect();
        let body = json!({ "notification": {
            "transactionId": transaction, "certificateRequest": csr, "certificateThumbprint": thumbprint,
            "certificateSerialNumber": certificate.serial().to_string(),
            "certificateExpirationDateUtc": "2027-06-11T16:11:20.000Z",
            "issuingCertificateAuthority": "Toy CA", "callerInfo": "toy",
        } });
        self.ask(&token, "successNotification", body).await?;
        Ok(certificate)
    }

    async fn ask(&self, token: &str, action: &str, body: Value) -> Result<(), String> {
        let answer = self.caller.action(token, action, &body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        if answer["code"] == "Success" { Ok(()) } else { Err(answer["code"].as_str().unwrap().to_owned()) }
    }

    fn issue(&self, request: &pki::csr::CertificateRequest) -> Certificate {
        let mut issued = self.issued.lock().unwrap();
        let draft = TbsCertificate {
            serial: Serial::new(&[0x40, (issued.len() >> 8) as u8, issued.len() as u8]),
            signature: SignatureAlgorithm::Ecdsa(Digest::Sha256),
            issuer: self.ca.subject().clone(),
            not_before: Time::from_unix(NOW - 86_400),
            not_after: Time::from_unix(NOW + 86_400 * 30),
            subject: request.subject().clone(),
            public_key: request.key().spki().to_vec(),
            extensions: vec![Extension::subject_alt_name(&request.san().unwrap(), false)],
        };
        let der = certify(&draft, |tbs| self.ca_key.sign(tbs)).unwrap();
        let certificate = Certificate::parse(&der).unwrap();
        issued.push(certificate.clone());
        certificate
    }
}
