//! A request as it is told.

use crate::config::Secret;
use crate::store::{AskedRequest, Held, HeldState, State, Stored};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::certificate::Serial;
use pki::{Time, pem};
use serde::{Serialize, Serializer};

/// A request, and what became of it.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct RequestedCertificate {
    /// Its id.
    pub id: String,
    /// `issued`, `revoked`, `waiting`, `approved`, `denied`, `expired`, `refused`, `unfinished` (a fault of ours came between) or
    /// `open` (nothing is on record of it after it was asked).
    pub status: &'static str,
    /// The certificate profile.
    pub profile: String,
    /// The endpoint.
    pub endpoint: String,
    /// Who asked.
    pub asked_by: String,
    /// RFC 4514 text of the subject that was asked for.
    pub subject: String,
    /// When it was asked (RFC 3339, UTC).
    pub asked: String,
    /// The number of the held request, which whoever approves goes by.
    pub held: Option<i64>,
    /// Until when it can be approved and fetched (RFC 3339, UTC).
    pub expires: Option<String>,
    /// Why it was refused: `CHY-` and four digits.
    pub code: Option<String>,
    /// The same in a sentence.
    pub sentence: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
    /// The certificate's serial number, hexadecimal.
    pub serial: Option<String>,
    /// Its last second (RFC 3339, UTC).
    pub not_after: Option<String>,
    /// The certificate, PEM.
    pub certificate: Option<String>,
    /// The certificates of the CA above it, PEM, the issuer's first.
    pub chain: Vec<String>,
    /// The key that was made here with its certificates, this one time: PKCS #12, base64.
    pub pkcs12: Option<String>,
    /// The password of that file, this one time.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Option<String>)]
    pub password: Option<Secret>,
}

/// A key with its certificates, and the password of the file.
pub(super) struct Bundle {
    /// PKCS #12, DER.
    pub(super) pkcs12: Vec<u8>,
    /// Its password; kept nowhere.
    pub(super) password: Secret,
}

/// The one answer that carries a password.
fn shown<S: Serializer>(password: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    password.as_ref().map(Secret::reveal_secret).serialize(serializer)
}

impl RequestedCertificate {
    pub(super) fn of(
        row: &AskedRequest,
        stored: Option<&Stored>,
        held: Option<&Held>,
        now: Time,
    ) -> RequestedCertificate {
        let verdict = row.verdict.as_ref().filter(|_| stored.is_none());
        RequestedCertificate {
            id: row.id.clone(),
            status: status(row, stored, held, now),
            profile: stored.map_or_else(|| row.profile.clone(), |one| one.profile.clone()),
            endpoint: row.endpoint.clone(),
            asked_by: row.asked_by.clone(),
            subject: row.subject.clone(),
            asked: row.at.to_string(),
            held: held.map(|held| held.id.0),
            expires: held.filter(|_| stored.is_none()).map(|held| held.request.expires_at.to_string()),
            code: verdict.map(|one| one.code.clone()),
            sentence: verdict.map(|one| one.sentence.clone()),
            fix: verdict.map(|one| one.fix.clone()),
            serial: stored.map(|one| Serial::new(&one.serial).to_string()),
            not_after: stored.map(|one| one.not_after.to_string()),
            certificate: None,
            chain: Vec::new(),
            pkcs12: None,
            password: None,
        }
    }

    pub(super) fn with_certificates(&mut self, der: &[u8], chain: Vec<Vec<u8>>) {
        self.certificate = Some(pem::encode("CERTIFICATE", der));
        self.chain = chain.iter().map(|der| pem::encode("CERTIFICATE", der)).collect();
    }

    pub(super) fn with_bundle(self, bundle: Option<Bundle>) -> RequestedCertificate {
        let Some(Bundle { pkcs12, password }) = bundle else { return self };
        RequestedCertificate { pkcs12: Some(STANDARD.encode(pkcs12)), password: Some(password), ..self }
    }

    /// For lists, and for what is kept of an answer: no key, no password, no certificate.
    #[must_use]
    pub fn without_certificates(self) -> RequestedCertificate {
        RequestedCertificate { certificate: None, chain: Vec::new(), pkcs12: None, password: None, ..self }
    }
}

fn status(row: &AskedRequest, stored: Option<&Stored>, held: Option<&Held>, now: Time) -> &'static str {
    match (stored, held) {
        (Some(stored), _) => match stored.state {
            State::Issued { .. } if stored.revocation.is_some() => "revoked",
            State::Issued { .. } => "issued",
            State::Reserved | State::Abandoned { .. } => "unfinished",
        },
        // What was approved may be refused when it is fetched: the rules count as they are then.
        (None, Some(held)) => match held.standing(now) {
            HeldState::Approved if row.verdict.is_some() => "refused",
            state => state.as_str(),
        },
        (None, None) if row.verdict.is_some() => "refused",
        (None, None) => "open",
    }
}
