//! Enrols with any SCEP server over plain HTTP: GetCACaps, GetCACert, PKCSReq, and polls while it is pending.
//!
//! ```text
//! cargo run -p chancery-scep --example enrol -- http://ca.example/scep/default --cn device-1 --challenge SECRET \
//!     [--fingerprint SHA256-HEX] [--get] [--out DIRECTORY]
//! ```
//!
//! All I/O of this crate lives here: sockets, dice, clock, keys and files are the caller's.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example does the I/O of its library"
)]

extern crate chancery_scep as scep;

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::rsa::{KeySize, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use pki::algorithm::{ContentCipher, Digest, KeyTransport, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial};
use pki::csr::CertificationRequestInfo;
use pki::key::PublicKey;
use pki::name::Name;
use pki::{Random, RandomFailed, Time, oid, pem};
use scep::client::{
    CaCertificates, Exchange, GetStyle, Habits, Reply, Request, SignerCertificate, Version, get_url,
};
use scep::{Capabilities, Capability, TransactionId};

/// What can go wrong is told to the one at the terminal.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

const RSA_SHA256: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);

fn main() -> Outcome<()> {
    enrol(std::env::args().skip(1))
}

/// The whole enrolment, from the command line's arguments.
pub fn enrol(arguments: impl Iterator<Item = String>) -> Outcome<()> {
    let settings = Settings::read(arguments)?;
    let caps = Capabilities::parse(&get(&get_url(&settings.url, "GetCACaps", None, GetStyle::Escaped))?);
    let body = get(&get_url(&settings.url, "GetCACert", None, GetStyle::Escaped))?;
    let mut authorities = CaCertificates::parse(&body)?;
    for certificate in authorities.all() {
        println!("{} SHA-256 {}", certificate.subject(), hex(&certificate.sha256()));
    }
    match &settings.fingerprint {
        Some(fingerprint) => {
            authorities = authorities.trusted_by(fingerprint).ok_or("no certificate has this fingerprint")?;
        }
        None => println!("No fingerprint was given: that these are the right certificates is not known."),
    }
    let device = Device::new(&settings)?;
    let issued = device.enrol(&settings, &caps, &authorities)?;
    settings.save("device.pem", pem::encode("CERTIFICATE", issued.der()))?;
    settings.save("device.key", pem::encode("PRIVATE KEY", &device.pkcs8))?;
    println!("issued {} to {}, by {}", issued.serial(), issued.subject(), issued.issuer());
    Ok(())
}

struct Settings {
    url: String,
    common_name: String,
    challenge: Option<String>,
    fingerprint: Option<[u8; 32]>,
    by_get: bool,
    out: String,
}

impl Settings {
    fn read(mut arguments: impl Iterator<Item = String>) -> Outcome<Settings> {
        let url = arguments.next().ok_or(
            "usage: enrol URL --cn NAME [--challenge SECRET] [--fingerprint HEX] [--get] [--out DIRECTORY]",
        )?;
        let mut settings = Settings {
            url,
            common_name: "example".into(),
            challenge: None,
            fingerprint: None,
            by_get: false,
            out: ".".into(),
        };
        while let Some(option) = arguments.next() {
            if option == "--get" {
                settings.by_get = true;
                continue;
            }
            let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
            match option.as_str() {
                "--cn" => settings.common_name = value,
                "--challenge" => settings.challenge = Some(value),
                "--fingerprint" => {
                    settings.fingerprint = Some(unhex(&value).ok_or("not 64 hexadecimal digits")?)
                }
                "--out" => settings.out = value,
                other => return Err(format!("{other} is no option").into()),
            }
        }
        Ok(settings)
    }

    fn save(&self, file: &str, text: String) -> Outcome<()> {
        Ok(std::fs::write(std::path::Path::new(&self.out).join(file), text)?)
    }
}

/// A device with its key, its request and the certificate that it signs itself for the first message.
struct Device {
    pair: RsaKeyPair,
    pkcs8: Vec<u8>,
    subject: Name,
    request: Vec<u8>,
    signer: Certificate,
}

impl Device {
    fn new(settings: &Settings) -> Outcome<Device> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der()?;
        let pkcs8 = pkcs8.as_ref().to_vec();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der()?;
        let key = PublicKey::parse(public.as_ref())?;
        let subject = Name::from_pairs(&[(oid::CN, settings.common_name.as_str())]);
        let info = CertificationRequestInfo {
            subject: subject.clone(),
            public_key: key.spki().to_vec(),
            challenge_password: settings.challenge.clone(),
            extensions: Vec::new(),
            attributes: Vec::new(),
        }
        .to_der();
        // A CertificationRequest has the same outside as a certificate (RFC 2986 §4.2, RFC 5280 §4.1).
        let request = pki::certificate::assemble(&info, RSA_SHA256, &sign(&pair, &info)?);
        let now = now()?;
        let draft = SignerCertificate {
            subject: subject.clone(),
            serial: Serial::new(&[1]),
            not_before: now.plus_days(-1),
            not_after: now.plus_days(7),
            algorithm: RSA_SHA256,
            version: Version::V3,
            key,
        };
        let signer = draft.signed(&sign(&pair, &draft.to_be_signed())?)?;
        Ok(Device { pair, pkcs8, subject, request, signer })
    }

    fn enrol(
        &self,
        settings: &Settings,
        caps: &Capabilities,
        authorities: &CaCertificates,
    ) -> Outcome<Certificate> {
        let transaction = hex(&self.signer.key().key_id());
        let transaction = TransactionId::from_text(&transaction).ok_or("no transactionID")?;
        let ca = authorities.ca().ok_or("the server shows no CA certificate")?;
        let poll = Request::cert_poll(ca.subject(), &self.subject, transaction.clone());
        let mut request = Request::pkcs_req(&self.request, transaction);
        loop {
            let (message, exchange) = self.message(&request, caps, authorities)?;
            let answer = send(settings, caps, &message)?;
            match self.read(&exchange, &answer, authorities)? {
                Some(certificate) => return Ok(certificate),
                None => println!("pending; asking again in 10 s"),
            }
            std::thread::sleep(Duration::from_secs(10));
            request = poll.clone();
        }
    }

    fn message(
        &self,
        request: &Request,
        caps: &Capabilities,
        authorities: &CaCertificates,
    ) -> Outcome<(Vec<u8>, Exchange)> {
        let recipient = authorities.recipient().ok_or("no certificate to encrypt to")?;
        let aes = caps.has(Capability::Aes) || !caps.has(Capability::Des3);
        let cipher = if aes { ContentCipher::Aes128Cbc } else { ContentCipher::TripleDesCbc };
        let habits = Habits { cipher, ..Habits::default() };
        let outgoing = request.draft(&self.signer, &[recipient], &habits, &mut Dice)?;
        let signature = sign(&self.pair, &outgoing.to_be_signed())?;
        Ok(outgoing.signed(&signature))
    }

    /// The certificate, or `None` while the request is pending.
    fn read(
        &self,
        exchange: &Exchange,
        answer: &[u8],
        authorities: &CaCertificates,
    ) -> Outcome<Option<Certificate>> {
        let sealed = match exchange.read(answer, authorities.all())? {
            Reply::Pending => return Ok(None),
            Reply::Failure { fail_info, text } => {
                let text = pki::text::shown(&text.unwrap_or_default());
                return Err(format!("refused: {} {text}", fail_info.name()).into());
            }
            Reply::Success(sealed) => sealed,
        };
        let Some((KeyTransport::Pkcs1, wrapped)) = sealed.wrapped_key() else {
            return Err("the answer is not encrypted to an RSA key by PKCS #1 v1.5".into());
        };
        let key = Pkcs1PrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(&self.pkcs8)?)?;
        let mut content_key = vec![0; key.key_size_bytes()];
        let granted = sealed.open(key.decrypt(wrapped, &mut content_key)?)?;
        let issued = granted.certificate_for(self.signer.key()).cloned();
        Ok(Some(issued.ok_or("the answer holds no certificate for our key")?))
    }
}

fn sign(pair: &RsaKeyPair, message: &[u8]) -> Outcome<Vec<u8>> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
    Ok(signature)
}

struct Dice;

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
        SystemRandom::new().fill(out).map_err(|_| RandomFailed)
    }
}

fn now() -> Outcome<Time> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Time::from_unix(i64::try_from(since.as_secs())?))
}

/// By POST where the server can (RFC 8894 §4.1), unless told otherwise.
fn send(settings: &Settings, caps: &Capabilities, message: &[u8]) -> Outcome<Vec<u8>> {
    if settings.by_get || !caps.has(Capability::PostPkiOperation) {
        return get(&get_url(&settings.url, "PKIOperation", Some(message), GetStyle::Escaped));
    }
    http("POST", &get_url(&settings.url, "PKIOperation", None, GetStyle::Escaped), message)
}

fn get(url: &str) -> Outcome<Vec<u8>> {
    http("GET", url, b"")
}

/// One HTTP/1.0 exchange, which spares us chunked bodies and kept connections.
fn http(method: &str, url: &str, body: &[u8]) -> Outcome<Vec<u8>> {
    let rest = url.strip_prefix("http://").ok_or("only http:// is spoken here")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    write!(stream, "{method} /{path} HTTP/1.0\r\nHost: {authority}\r\nContent-Length: {length}\r\n")?;
    stream.write_all(b"Content-Type: application/x-pki-message\r\n\r\n")?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").ok_or("no HTTP answer")?;
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).into_owned();
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(pki::text::shown(status).into());
    }
    Ok(answer.split_off(end + 4))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.bytes().filter(|octet| *octet != b':').collect();
    let octets = digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    octets.collect::<Option<Vec<u8>>>()?.try_into().ok()
}
