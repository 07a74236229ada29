use pki::attribute::Attribute;
use pki::certificate::{Certificate, Serial};
use pki::der::Writer;
use pki::name::Name;
use pki::{Random, oid};

use super::writing::ber;
use super::writing::enveloped::{key_transport, seal};
use super::writing::signed::{Unsigned, issuer_and_serial, named};
use super::{CannotSend, Encoding, Exchange, Habits, Order, Outgoing, RecipientName};
use crate::envelope::{DrawnKey, seal_with_password};
use crate::message::attributes::{octets_attribute, text_attribute};
use crate::message::{
    Challenge, MESSAGE_TYPE, MessageType, Nonce, SENDER_NONCE, TRANSACTION_ID, TransactionId,
};
use crate::server::signature_algorithm;

/// What a client asks for, with the messageData of RFC 8894 §3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    kind: MessageType,
    data: Vec<u8>,
    transaction: TransactionId,
    password: Option<Challenge>,
}

impl Request {
    /// PKCSReq: a certification request in DER, to be signed with a self-signed certificate over its key.
    #[must_use]
    pub fn pkcs_req(csr: &[u8], transaction: TransactionId) -> Self {
        Self::new(MessageType::PkcsReq, csr.to_vec(), transaction)
    }

    /// RenewalReq: the same, to be signed with the certificate that it renews.
    #[must_use]
    pub fn renewal_req(csr: &[u8], transaction: TransactionId) -> Self {
        Self::new(MessageType::RenewalReq, csr.to_vec(), transaction)
    }

    /// CertPoll for a pending request: IssuerAndSubject of RFC 8894 §3.3.3, under the request's transactionID.
    #[must_use]
    pub fn cert_poll(issuer: &Name, subject: &Name, transaction: TransactionId) -> Self {
        let data = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.raw(issuer.der());
                w.raw(subject.der());
            });
        });
        Self::new(MessageType::CertPoll, data, transaction)
    }

    /// GetCert: RFC 8894 §3.3.4.
    #[must_use]
    pub fn get_cert(issuer: &Name, serial: &Serial, transaction: TransactionId) -> Self {
        Self::new(MessageType::GetCert, issuer_and_serial(issuer.der(), serial.octets()), transaction)
    }

    /// GetCRL, for the CRL that a certificate would be on: RFC 8894 §3.3.4.
    #[must_use]
    pub fn get_crl(issuer: &Name, serial: &Serial, transaction: TransactionId) -> Self {
        Self::new(MessageType::GetCrl, issuer_and_serial(issuer.der(), serial.octets()), transaction)
    }

    fn new(kind: MessageType, data: Vec<u8>, transaction: TransactionId) -> Self {
        Self { kind, data, transaction, password: None }
    }

    /// The answer will be encrypted to this challenge: for an elliptic signer (RFC 8894 §3.1). With
    /// [`Habits::password_recipient`] the request is, too.
    #[must_use]
    pub fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.password = Some(challenge);
        self
    }

    /// Encrypts the request to every one of `recipients` (one, usually; micromdm's client takes all of GetCACert)
    /// and puts `signer` in. The caller signs.
    ///
    /// # Errors
    /// [`CannotSend`].
    pub fn draft(
        &self,
        signer: &Certificate,
        recipients: &[&Certificate],
        habits: &Habits,
        random: &mut dyn Random,
    ) -> Result<Outgoing, CannotSend> {
        let content = self.envelope(recipients, habits, random)?;
        let mut nonce = vec![0; habits.nonce_length];
        random.fill(&mut nonce)?;
        let sender_nonce = Nonce::from_octets(&nonce).ok_or(CannotSend::NonceLength)?;
        let kind = match self.kind {
            MessageType::RenewalReq if habits.renew_as_pkcs_req => MessageType::PkcsReq,
            kind => kind,
        };
        let unsigned = Unsigned {
            digest: habits.digest,
            algorithm: signature_algorithm(signer, habits.digest).ok_or(CannotSend::SignerKey)?,
            rsa_encryption: habits.rsa_encryption,
            attributes: self.attributes(kind, &sender_nonce, &content, habits),
            content,
            certificate: signer.der().to_vec(),
            signer: named(signer, habits.signer_by_key_id),
        };
        let (transaction, password) = (self.transaction.clone(), self.password.clone());
        let exchange = Exchange { kind, transaction, sender_nonce, password };
        Ok(Outgoing { unsigned, streamed: habits.encoding == Encoding::StreamedBer, exchange })
    }

    fn envelope(
        &self,
        recipients: &[&Certificate],
        habits: &Habits,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CannotSend> {
        let key = DrawnKey::draw(habits.cipher, random)?;
        let der = match &self.password {
            Some(challenge) if habits.password_recipient => {
                seal_with_password(challenge, &key, &self.data, random)?
            }
            _ => {
                let info = |recipient: &&Certificate| recipient_info(recipient, &key, habits);
                let infos = recipients.iter().map(info).collect::<Result<Vec<_>, _>>()?;
                if infos.is_empty() {
                    return Err(CannotSend::NoRecipient);
                }
                seal(infos, &key.content_key(), &self.data).map_err(|_| CannotSend::Random)?
            }
        };
        Ok(if habits.encoding == Encoding::StreamedBer { ber::streamed(&der) } else { der })
    }

    fn attributes(&self, kind: MessageType, nonce: &Nonce, content: &[u8], habits: &Habits) -> Vec<u8> {
        let mut list = vec![
            text_attribute(TRANSACTION_ID, self.transaction.as_str()),
            text_attribute(MESSAGE_TYPE, kind.text()),
            octets_attribute(SENDER_NONCE, nonce.as_octets()),
            Attribute::new(oid::CONTENT_TYPE, |w| w.oid(&oid::DATA)),
        ];
        list.extend(habits.signing_time.map(|time| Attribute::new(oid::SIGNING_TIME, |w| w.time(time))));
        list.push(octets_attribute(oid::MESSAGE_DIGEST, &habits.digest.hash(content)));
        let mut encoded: Vec<Vec<u8>> = list.iter().map(Attribute::to_der).collect();
        if habits.order == Order::Sorted {
            encoded.sort();
        }
        encoded.concat()
    }
}

fn recipient_info(recipient: &Certificate, key: &DrawnKey, habits: &Habits) -> Result<Vec<u8>, CannotSend> {
    let wrapped = recipient.key().encrypt(habits.transport, key.content_key().key);
    let wrapped = wrapped.map_err(|_| CannotSend::RecipientKey)?;
    let name = named(recipient, habits.recipient == RecipientName::KeyIdentifier);
    Ok(key_transport(&name, habits.transport, &wrapped))
}
