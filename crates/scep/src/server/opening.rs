//! From [`Received`] to [`Opened`]: what is in the envelope, and nothing said about why it is not.

use pki::Random;
use pki::algorithm::KeyTransport;
use pki::certificate::Serial;
use pki::cms::enveloped::RecipientInfo;
use pki::csr::CertificateRequest;
use pki::der::{self, Reader};
use pki::name::Name;
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::opened::{CannotOpen, CertPoll, CertificateRequested, Identified, Opened, Signer};
use super::reply::{Recipient, Refused, ReplyTo, SealFor};
use super::{Received, UnwrapFailed};
use crate::message::{Challenge, MessageType};
use crate::refusal::Refusal;

/// More challenges than this are not tried on one envelope: each costs a key derivation.
const MAX_CHALLENGES: usize = 8;

impl Received {
    /// Opens the envelope with what our private key made of the wrapped content key, good or bad.
    ///
    /// A failed unwrap is not told apart from a wrong key (RFC 3218 §2.3.2): a random key of the right length is drawn
    /// first and stays where unwrapping failed, and decryption goes on with it.
    ///
    /// # Errors
    /// One and the same [`Refusal::Envelope`] for a bad unwrap, a bad length, bad padding, garbage, and a request
    /// without proof of possession; other refusals only for what its maker has signed.
    pub fn open(
        self,
        unwrapped: Result<Vec<u8>, UnwrapFailed>,
        random: &mut dyn Random,
    ) -> Result<Opened, CannotOpen> {
        let mut key = Zeroizing::new(vec![0; self.cipher.key_length()]);
        random.fill(&mut key)?;
        let mut given = Zeroizing::new(unwrapped.unwrap_or_default());
        let right_length = given.len().ct_eq(&key.len());
        given.resize(key.len(), 0);
        for (octet, given) in key.iter_mut().zip(given.iter()) {
            octet.conditional_assign(given, right_length);
        }
        let plaintext = Zeroizing::new(self.envelope.open(&key).unwrap_or_default());
        self.read(&plaintext, None).map_err(|refusal| CannotOpen::Refused(self.refused(refusal)))
    }

    /// Opens the envelope with whichever of these challenges fits (RFC 8894 §3.1). At most eight are tried.
    ///
    /// # Errors
    /// [`Refused`], as for [`Received::open`].
    pub fn open_with_challenges(self, candidates: &[Challenge]) -> Result<Opened, Refused> {
        let [RecipientInfo::Password(recipient)] = self.envelope.recipients.as_slice() else {
            return Err(self.refused(Refusal::Envelope));
        };
        let mut outcome = Err(Refusal::Envelope);
        for challenge in candidates.iter().take(MAX_CHALLENGES) {
            let Ok(key) = recipient.unwrap(challenge.reveal().as_bytes()).map(Zeroizing::new) else {
                continue;
            };
            let plaintext = Zeroizing::new(self.envelope.open(&key).unwrap_or_default());
            outcome = self.read(&plaintext, Some(challenge));
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map_err(|refusal| self.refused(refusal))
    }

    /// Goes on without opening the envelope, which only a CertPoll allows (RFC 8894 §3.3.3).
    ///
    /// # Errors
    /// [`Refused`] for any other message, and for a signer that cannot be answered.
    pub fn unopened(self) -> Result<Opened, Refused> {
        if self.kind != MessageType::CertPoll {
            return Err(self.refused(Refusal::Envelope));
        }
        let reply_to = self.sealed_reply(None).map_err(|refusal| self.refused(refusal))?;
        Ok(Opened::CertPoll(CertPoll { names: None, signer: self.signer, reply_to }))
    }

    /// messageData by messageType. `password` is the challenge that opened the envelope, if one did.
    fn read(&self, plaintext: &[u8], password: Option<&Challenge>) -> Result<Opened, Refusal> {
        match self.kind {
            MessageType::PkcsReq | MessageType::RenewalReq => self.read_request(plaintext, password),
            MessageType::CertPoll => {
                let names = names(plaintext).map_err(|_| Refusal::Envelope)?;
                let (signer, reply_to) = (self.signer.clone(), self.sealed_reply(password)?);
                Ok(Opened::CertPoll(CertPoll { names: Some(names), signer, reply_to }))
            }
            MessageType::GetCert => self.read_identified(plaintext, password).map(Opened::GetCert),
            MessageType::GetCrl => self.read_identified(plaintext, password).map(Opened::GetCrl),
            MessageType::CertRep => Err(Refusal::MessageTypeNotARequest),
        }
    }

    fn read_request(&self, plaintext: &[u8], password: Option<&Challenge>) -> Result<Opened, Refusal> {
        let request = CertificateRequest::parse(plaintext).map_err(|_| Refusal::Envelope)?;
        // RFC 8894 §7.6, and CBC has no integrity: before this holds, no other answer may be given.
        request.verify_possession().map_err(|_| Refusal::Envelope)?;
        let takes =
            |algorithm: pki::algorithm::SignatureAlgorithm| self.policy.takes_digest(algorithm.digest());
        if !request.signature_algorithm().is_some_and(takes) {
            return Err(Refusal::LegacyDigest);
        }
        let challenge = self.challenge_of(&request, password)?;
        let signer = self.signer_of(&request)?;
        let reply_to = self.sealed_reply(challenge.as_ref())?;
        let kind = self.kind;
        Ok(Opened::CertificateRequested(Box::new(CertificateRequested {
            kind,
            request,
            challenge,
            signer,
            reply_to,
        })))
    }

    /// Who signed, and whether a self-signed certificate may.
    fn signer_of(&self, request: &CertificateRequest) -> Result<Signer, Refusal> {
        let signer = Signer {
            self_signed: self.signer.issuer().matches(self.signer.subject()),
            holds_requested_key: self.signer.key().spki() == request.key().spki(),
            certificate: self.signer.clone(),
        };
        if signer.self_signed && self.kind == MessageType::RenewalReq {
            return Err(Refusal::RenewalSelfSigned);
        }
        // Or else anybody could put another's envelope under his own signature and be handed what it asks for.
        if signer.self_signed && !signer.holds_requested_key {
            return Err(Refusal::SignerKeyNotRequested);
        }
        // It proves nothing, but one that was changed under way shows that something changes messages (M50).
        let intact = || signer.certificate.verify_signed_by(signer.certificate.key()).is_ok();
        if signer.self_signed && !intact() {
            return Err(Refusal::Signature);
        }
        Ok(signer)
    }

    /// The challengePassword of the request; the one that opened the envelope must be the same.
    fn challenge_of(
        &self,
        request: &CertificateRequest,
        password: Option<&Challenge>,
    ) -> Result<Option<Challenge>, Refusal> {
        let text = request.challenge_password().map_err(|_| Refusal::Challenge)?;
        if text.as_ref().is_some_and(|text| text.len() > self.policy.max_challenge) {
            return Err(Refusal::Challenge);
        }
        match (text.map(Challenge::new), password) {
            (Some(inside), Some(outside)) if inside != *outside => Err(Refusal::Envelope),
            (None, outside) => Ok(outside.cloned()),
            (inside, _) => Ok(inside),
        }
    }

    fn read_identified(&self, plaintext: &[u8], password: Option<&Challenge>) -> Result<Identified, Refusal> {
        let (issuer, serial) = issuer_and_serial(plaintext).map_err(|_| Refusal::Envelope)?;
        let (signer, reply_to) = (self.signer.clone(), self.sealed_reply(password)?);
        Ok(Identified { issuer, serial, signer, reply_to })
    }

    /// RFC 8894 §2.3, §3.1: to the signer's key, or, where that cannot decrypt, to the challengePassword.
    fn sealed_reply(&self, challenge: Option<&Challenge>) -> Result<ReplyTo, Refusal> {
        let recipient = if self.signer.key().is_rsa() {
            Recipient::Signer(Box::new(self.signer.clone()), self.transport())
        } else {
            Recipient::Password(challenge.cloned().ok_or(Refusal::NoWayToAnswer)?)
        };
        let sealing = Some(SealFor { cipher: self.cipher, recipient });
        Ok(ReplyTo { sealing, ..self.reply_to.clone() })
    }

    /// The request's own key transport, so that who sends OAEP gets OAEP.
    fn transport(&self) -> KeyTransport {
        let own = self.envelope.recipients.iter().find_map(|recipient| match recipient {
            RecipientInfo::KeyTransport { algorithm, .. } => KeyTransport::from_identifier(algorithm).ok(),
            RecipientInfo::Password(_) | RecipientInfo::Other(_) => None,
        });
        own.unwrap_or(KeyTransport::Pkcs1)
    }
}

/// `IssuerAndSubject ::= SEQUENCE { issuer Name, subject Name }` (RFC 8894 §3.3.3)
fn names(der: &[u8]) -> Result<(Name, Name), der::Error> {
    let mut fields = Reader::only(der)?.open(der::Tag::SEQUENCE)?;
    let names = (Name::read(&mut fields)?, Name::read(&mut fields)?);
    fields.finish()?;
    Ok(names)
}

/// `IssuerAndSerialNumber` (RFC 5652 §10.2.4)
fn issuer_and_serial(der: &[u8]) -> Result<(Name, Serial), der::Error> {
    let mut fields = Reader::only(der)?.open(der::Tag::SEQUENCE)?;
    let found = (Name::read(&mut fields)?, Serial::new(fields.integer()?));
    fields.finish()?;
    Ok(found)
}
