//! One attempt of one device: questions, request, answer.

use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial};
use reqwest::Client;
use scep::client::{CaCertificates, Exchange, Habits, Reply, Request, SignerCertificate, Version, get_url};
use scep::{Capabilities, Capability};

use super::key::DeviceKey;
use super::outcome::{GaveUp, Outcome};
use super::request::RequestPlan;
use super::style::{Question, Style, style};
use crate::keys::SystemDice;
use crate::tenant::Device;

/// The SCEP server that devices are sent to, as their profiles say.
#[derive(Clone, Debug)]
pub struct Target {
    /// URL without query.
    pub url: String,
    /// SHA-1 of the certificate in the trusted-root profile; it must be among those of GetCACert.
    pub trusted: Option<[u8; 20]>,
    /// Whether Android refuses plain HTTP, as it does in the field.
    pub android_needs_tls: bool,
}

impl Target {
    /// Any certificate is trusted, and plain HTTP will do.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), trusted: None, android_needs_tls: false }
    }
}

/// What a server said of itself.
pub struct Introduction {
    /// GetCACaps.
    pub capabilities: Capabilities,
    /// GetCACert.
    pub certificates: CaCertificates,
}

/// A message ready to be sent, and what is needed to read the answer.
pub struct Prepared {
    /// pkiMessage.
    pub message: Vec<u8>,
    /// Reads the answer.
    pub exchange: Exchange,
    /// The key of the request.
    pub key: DeviceKey,
    /// The subject asked for.
    pub plan: RequestPlan,
}

/// A device with its way to the server.
pub struct Handset<'a> {
    /// Who.
    pub device: &'a Device,
    /// Name of the device's user, for Android's signer.
    pub user: Option<&'a str>,
    /// HTTP client, shared between devices.
    pub http: &'a Client,
    /// Where to.
    pub target: &'a Target,
    /// The device's clock.
    pub now: i64,
}

impl Handset<'_> {
    /// The platform's manners.
    #[must_use]
    pub fn style(&self) -> Style {
        style(self.device.platform)
    }

    /// The whole attempt.
    pub async fn enrol(&self, plan: &RequestPlan, key: &DeviceKey) -> Outcome {
        self.attempt(plan, key, |_| {}).await
    }

    /// The whole attempt, with the message changed under way.
    pub async fn attempt(
        &self,
        plan: &RequestPlan,
        key: &DeviceKey,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> Outcome {
        let introduction = match self.introduce().await {
            Ok(introduction) => introduction,
            Err(why) => return Outcome::GaveUp(why),
        };
        let mut prepared = match self.prepare(&introduction, plan, key) {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::GaveUp(why),
        };
        change(&mut prepared.message);
        self.deliver(&introduction, &prepared).await.unwrap_or_else(Outcome::GaveUp)
    }

    /// GetCACaps and GetCACert in the platform's order.
    ///
    /// # Errors
    /// [`GaveUp`].
    pub async fn introduce(&self) -> Result<Introduction, GaveUp> {
        let android = self.device.platform == crate::tenant::Platform::Android;
        if android && self.target.android_needs_tls && !self.target.url.starts_with("https:") {
            return Err(GaveUp::NoTls);
        }
        let (mut capabilities, mut certificates) = (Capabilities::default(), None);
        for question in self.style().order {
            match question {
                Question::Capabilities => {
                    // RFC 8894 §3.5.2: an error means none.
                    let answer = self.ask("GetCACaps").await;
                    capabilities = answer.map(|body| Capabilities::parse(&body)).unwrap_or_default();
                }
                Question::Certificates => {
                    certificates = Some(CaCertificates::parse(&self.ask("GetCACert").await?)?);
                }
            }
        }
        let certificates = certificates.ok_or(GaveUp::NoRecipient)?;
        let served = |print| certificates.all().iter().any(|certificate| certificate.sha1() == print);
        if self.target.trusted.is_some_and(|print| !served(print)) {
            return Err(GaveUp::Untrusted);
        }
        Ok(Introduction { capabilities, certificates })
    }

    async fn ask(&self, operation: &'static str) -> Result<Vec<u8>, GaveUp> {
        let style = self.style();
        let url = get_url(
            &self.base(),
            operation,
            Some(style.identifier.as_bytes()),
            scep::client::GetStyle::Escaped,
        );
        let answer = self.http.get(url).header("user-agent", style.user_agent).send().await?;
        body(operation, answer).await
    }

    fn base(&self) -> String {
        format!("{}{}", self.target.url.trim_end_matches('/'), self.style().tail)
    }

    /// The request, signed and enveloped.
    ///
    /// # Errors
    /// [`GaveUp`].
    pub fn prepare(
        &self,
        to: &Introduction,
        plan: &RequestPlan,
        key: &DeviceKey,
    ) -> Result<Prepared, GaveUp> {
        let style = self.style();
        let habits = style.habits(&to.capabilities).ok_or(GaveUp::NoAlgorithm)?;
        let recipient = to.certificates.recipient().ok_or(GaveUp::NoRecipient)?;
        let csr = plan.sign(key, habits.digest)?;
        let signer = self.signer(plan, key, habits.digest)?;
        let transaction = style.transaction(key.public()).ok_or(GaveUp::NoAlgorithm)?;
        let (message, exchange) =
            sign(&Request::pkcs_req(&csr, transaction), &signer, recipient, &habits, key)?;
        Ok(Prepared { message, exchange, key: key.clone(), plan: plan.clone() })
    }

    fn signer(&self, plan: &RequestPlan, key: &DeviceKey, digest: Digest) -> Result<Certificate, GaveUp> {
        let draft = SignerCertificate {
            subject: self.style().signer_subject(&plan.subject, self.user),
            key: key.public().clone(),
            serial: Serial::new(&[1]),
            not_before: Time::from_unix(self.now - 86_400),
            not_after: Time::from_unix(self.now + 365 * 86_400),
            algorithm: SignatureAlgorithm::RsaPkcs1(digest),
            version: Version::V3,
        };
        let signature = key.sign(digest, &draft.to_be_signed())?;
        draft.signed(&signature).map_err(|_| GaveUp::NoAlgorithm)
    }

    /// Sends a prepared message and reads the answer.
    ///
    /// # Errors
    /// [`GaveUp`].
    pub async fn deliver(&self, to: &Introduction, prepared: &Prepared) -> Result<Outcome, GaveUp> {
        let style = self.style();
        let post = to.capabilities.has(Capability::PostPkiOperation);
        let request = if post {
            let url = format!("{}?operation=PKIOperation", self.base());
            let request = self.http.post(url).body(prepared.message.clone());
            request.header("content-type", "application/x-pki-message")
        } else {
            self.http.get(get_url(&self.base(), "PKIOperation", Some(&prepared.message), style.get))
        };
        let answer = request.header("user-agent", style.user_agent).send().await?;
        let answer = body("PKIOperation", answer).await?;
        read_reply(&answer, to, prepared, style)
    }
}

async fn body(operation: &'static str, answer: reqwest::Response) -> Result<Vec<u8>, GaveUp> {
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(GaveUp::Status { operation, status });
    }
    Ok(answer.bytes().await?.to_vec())
}

fn sign(
    request: &Request,
    signer: &Certificate,
    recipient: &Certificate,
    habits: &Habits,
    key: &DeviceKey,
) -> Result<(Vec<u8>, Exchange), GaveUp> {
    let outgoing = request.draft(signer, &[recipient], habits, &mut SystemDice)?;
    let signature = key.sign(habits.digest, &outgoing.to_be_signed())?;
    Ok(outgoing.signed(&signature))
}

/// Reads the answer as a device does, and a little more suspiciously.
pub(crate) fn read_reply(
    answer: &[u8],
    to: &Introduction,
    prepared: &Prepared,
    style: Style,
) -> Result<Outcome, GaveUp> {
    let sealed = match prepared.exchange.read(answer, to.certificates.all())? {
        Reply::Failure { fail_info, text } => {
            let transaction = prepared.exchange.transaction().clone();
            return Ok(Outcome::Refused { fail_info, text, transaction });
        }
        Reply::Pending => return Ok(Outcome::Pending),
        Reply::Success(sealed) => sealed,
    };
    let (transport, wrapped) = sealed.wrapped_key().ok_or(GaveUp::NotOpened)?;
    let content_key = prepared.key.unwrap(transport, wrapped)?;
    let granted = sealed.open(&content_key).map_err(|_| GaveUp::NotOpened)?;
    let public = prepared.key.public();
    let certificate = match style.platform {
        // iOS takes the first certificate, whatever it is (Q25).
        crate::tenant::Platform::Ios => granted.certificates.first(),
        _ => granted.certificate_for(public),
    };
    let certificate = certificate.ok_or(GaveUp::WrongCertificate("is missing"))?;
    check(certificate, prepared, to)?;
    Ok(Outcome::Granted(Box::new(certificate.clone())))
}

fn check(certificate: &Certificate, prepared: &Prepared, to: &Introduction) -> Result<(), GaveUp> {
    if certificate.key().spki() != prepared.key.public().spki() {
        return Err(GaveUp::WrongCertificate("is for another key"));
    }
    if !certificate.subject().matches(&prepared.plan.subject) {
        return Err(GaveUp::WrongCertificate("has another subject"));
    }
    let signed = to.certificates.all().iter().any(|ca| {
        ca.subject().matches(certificate.issuer()) && certificate.verify_signed_by(ca.key()).is_ok()
    });
    if signed { Ok(()) } else { Err(GaveUp::WrongCertificate("is not signed by the CA")) }
}
