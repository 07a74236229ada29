//! A certificate of the CA's own, as the API tells it, and the files that are made of it.

use crate::portal::Words;
use pki::certificate::Certificate;
use pki::cms::signed::certs_only;
use pki::{Time, pem};
use serde::Deserialize;

/// One of them: of a CA, or of whoever speaks for one.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Own {
    pub(super) name: String,
    /// `root`, `issuing`, `ra` or `ocsp`.
    pub(super) role: String,
    /// The name of the CA above; its own for a root.
    pub(super) issued_by: Option<String>,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) serial: String,
    pub(super) not_before: String,
    pub(super) not_after: String,
    /// Kind and size of its key.
    pub(super) key: String,
    pub(super) sha1: String,
    pub(super) sha256: String,
    pub(super) retired_at: Option<String>,
    /// Where anybody fetches it.
    pub(super) download: Option<String>,
    pub(super) pem: String,
}

/// How much of its life is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Enough,
    /// Less than a fifth: whoever renews it should have done so.
    Little,
    Nothing,
}

impl Own {
    /// Whether it is a CA's.
    pub(super) fn signs(&self) -> bool {
        matches!(self.role.as_str(), "root" | "issuing")
    }

    pub(super) fn is_root(&self) -> bool {
        self.role == "root"
    }

    fn der(&self) -> Option<Vec<u8>> {
        pem::decode("CERTIFICATE", &self.pem).ok()?.into_iter().next()
    }

    fn left(&self, now: Time) -> Left {
        // One that cannot be read is looked at rather than trusted.
        let Some(it) = self.der().and_then(|der| Certificate::parse(&der).ok()) else { return Left::Nothing };
        let life = it.not_after().unix().saturating_sub(it.not_before().unix());
        let left = it.not_after().unix().saturating_sub(now.unix());
        match left {
            ..=0 => Left::Nothing,
            left if left < life / 5 => Left::Little,
            _ => Left::Enough,
        }
    }

    pub(super) fn tone(&self, now: Time) -> &'static str {
        match self.left(now) {
            Left::Enough => "good",
            Left::Little => "warn",
            Left::Nothing => "bad",
        }
    }

    /// The same in words.
    pub(super) fn said(&self, w: &Words, now: Time) -> String {
        match self.left(now) {
            Left::Enough => w.t("lifetime-good"),
            Left::Little => w.t("lifetime-soon"),
            Left::Nothing => w.t("lifetime-over"),
        }
    }

    /// What it is for.
    pub(super) fn label(&self, w: &Words) -> String {
        w.word("role", &self.role)
    }
}

/// The forms in which a CA's certificate is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// DER: what Intune takes (M1).
    Cer,
    /// PEM, with the chain behind it.
    Pem,
    /// A certs-only CMS with the chain.
    P7b,
}

impl Given {
    pub(super) fn parse(ending: &str) -> Option<Given> {
        match ending {
            "cer" => Some(Given::Cer),
            "pem" => Some(Given::Pem),
            "p7b" => Some(Given::P7b),
            _ => None,
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Given::Cer => "application/pkix-cert",
            Given::Pem => "application/pem-certificate-chain",
            Given::P7b => "application/x-pkcs7-certificates",
        }
    }

    pub(super) fn disposition(self) -> &'static str {
        match self {
            Given::Cer => "attachment; filename=\"ca.cer\"",
            Given::Pem => "attachment; filename=\"ca.pem\"",
            Given::P7b => "attachment; filename=\"ca.p7b\"",
        }
    }

    /// The file; `chain` begins with the CA itself and ends with the root.
    pub(super) fn octets(self, chain: &[&Own]) -> Option<Vec<u8>> {
        let ders: Vec<Vec<u8>> = chain.iter().map(|one| one.der()).collect::<Option<_>>()?;
        match self {
            Given::Cer => ders.into_iter().next(),
            Given::Pem => {
                Some(ders.iter().map(|der| pem::encode("CERTIFICATE", der)).collect::<String>().into_bytes())
            }
            Given::P7b => Some(certs_only(&ders.iter().map(Vec::as_slice).collect::<Vec<_>>(), &[])),
        }
    }
}
