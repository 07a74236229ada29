//! Requests that no tame device makes: other attributes, other habits, renewals.

use super::super::running::Running;
use super::lab::Lab;
use super::verdict::trouble;
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::attribute::Attribute;
use pki::certificate::{Certificate, Serial, assemble};
use pki::csr::CertificationRequestInfo;
use pki::extension::Extension;
use pki::name::Name;
use scep::TransactionId;
use scep::client::{Exchange, Habits, Reply, Request, SignerCertificate, Version};
use simulator::fleet::{DeviceKey, GaveUp, Introduction, Outcome, Target};
use simulator::keys::SystemDice;
use simulator::tenant::Platform;

/// A request and how it is sent.
pub(super) struct Letter {
    pub(super) subject: Name,
    pub(super) extensions: Vec<Extension>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) challenge: Option<String>,
    /// The key to be certified.
    pub(super) key: DeviceKey,
    pub(super) habits: Habits,
    /// The certificate that is renewed, with its key.
    pub(super) renews: Option<(Certificate, DeviceKey)>,
}

impl Letter {
    /// A request for this common name.
    pub(super) fn new(common_name: &str, key: DeviceKey) -> Letter {
        Letter {
            subject: Name::from_pairs(&[(pki::oid::CN, common_name)]),
            extensions: Vec::new(),
            attributes: Vec::new(),
            challenge: None,
            key,
            habits: Habits::default(),
            renews: None,
        }
    }

    pub(super) fn csr(&self) -> Result<Vec<u8>, String> {
        let info = CertificationRequestInfo {
            subject: self.subject.clone(),
            public_key: self.key.public().spki().to_vec(),
            challenge_password: self.challenge.clone(),
            extensions: self.extensions.clone(),
            attributes: self.attributes.clone(),
        }
        .to_der();
        let digest = self.habits.digest;
        let signature = self.key.sign(digest, &info).map_err(trouble)?;
        Ok(assemble(&info, SignatureAlgorithm::RsaPkcs1(digest), &signature))
    }

    /// The certificate that signs, and its key.
    fn signer(&self, now: i64) -> Result<(Certificate, DeviceKey), String> {
        if let Some((certificate, key)) = &self.renews {
            return Ok((certificate.clone(), key.clone()));
        }
        let draft = SignerCertificate {
            subject: self.subject.clone(),
            key: self.key.public().clone(),
            serial: Serial::new(&[1]),
            not_before: Time::from_unix(now - 86_400),
            not_after: Time::from_unix(now + 86_400),
            algorithm: SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
            version: Version::V3,
        };
        let signature = self.key.sign(Digest::Sha256, &draft.to_be_signed()).map_err(trouble)?;
        Ok((draft.signed(&signature).map_err(trouble)?, self.key.clone()))
    }

    /// The pkiMessage for this recipient.
    pub(super) fn seal(&self, recipient: &Certificate, now: i64) -> Result<Sealed, String> {
        let csr = self.csr()?;
        let print: String = self.key.public().key_id().iter().map(|octet| format!("{octet:02X}")).collect();
        let transaction = TransactionId::from_text(&print).ok_or("no transactionID")?;
        let request = match self.renews {
            Some(_) => Request::renewal_req(&csr, transaction),
            None => Request::pkcs_req(&csr, transaction),
        };
        let (signer, key) = self.signer(now)?;
        let draft = request.draft(&signer, &[recipient], &self.habits, &mut SystemDice).map_err(trouble)?;
        let signature = key.sign(self.habits.digest, &draft.to_be_signed()).map_err(trouble)?;
        let (message, exchange) = draft.signed(&signature);
        Ok(Sealed { message, exchange, key })
    }
}

/// A message on its way.
pub(super) struct Sealed {
    pub(super) message: Vec<u8>,
    exchange: Exchange,
    key: DeviceKey,
}

impl Sealed {
    /// The outcome that a body is.
    pub(super) fn read(&self, body: &[u8], to: &Introduction, wanted: &DeviceKey) -> Result<Outcome, String> {
        let sealed = match self.exchange.read(body, to.certificates.all()).map_err(trouble)? {
            Reply::Failure { fail_info, text } => {
                let transaction = self.exchange.transaction().clone();
                return Ok(Outcome::Refused { fail_info, text, transaction });
            }
            Reply::Pending => return Ok(Outcome::Pending),
            Reply::Success(sealed) => sealed,
        };
        let (transport, wrapped) = sealed.wrapped_key().ok_or("the answer has no wrapped key")?;
        let content_key = self.key.unwrap(transport, wrapped).map_err(trouble)?;
        let granted = sealed.open(&content_key).map_err(|_| "the answer does not open")?;
        let certificate =
            granted.certificate_for(wanted.public()).ok_or("the certificate is for another key")?;
        Ok(Outcome::Granted(Box::new(certificate.clone())))
    }
}

impl Lab {
    /// What the server says of itself to a Windows device.
    pub(super) async fn introduction(
        &self,
        server: &Running,
        endpoint: &str,
    ) -> Result<Introduction, String> {
        let (device, target) = (self.device(Platform::Windows), Target::at(server.url(endpoint)));
        self.handset(&device, &target).introduce().await.map_err(trouble)
    }

    /// Sends a letter with a fresh one-time challenge, unless it renews.
    pub(super) async fn post(
        &self,
        server: &Running,
        endpoint: &str,
        mut letter: Letter,
    ) -> Result<Outcome, String> {
        if letter.renews.is_none() && letter.challenge.is_none() {
            letter.challenge = Some(self.challenge(server, endpoint, None).await?);
        }
        let to = self.introduction(server, endpoint).await?;
        let recipient = to.certificates.recipient().ok_or("no recipient")?;
        let sealed = letter.seal(recipient, self.tenant.clock.now())?;
        let (status, body) = self.send(&server.url(endpoint), sealed.message.clone()).await?;
        if status != 200 {
            return Ok(Outcome::GaveUp(GaveUp::Status { operation: "PKIOperation", status }));
        }
        sealed.read(&body, &to, &letter.key)
    }

    /// Posts a pkiMessage, whatever it is.
    pub(super) async fn send(&self, url: &str, message: Vec<u8>) -> Result<(u16, Vec<u8>), String> {
        let request = self.http.post(format!("{url}?operation=PKIOperation")).body(message);
        let answer = request.send().await.map_err(trouble)?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await.map_err(trouble)?.to_vec()))
    }
}
