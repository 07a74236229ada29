//! messageType, pkiStatus and failInfo (RFC 8894 §3.2.1.2 to §3.2.1.4): closed lists of decimal numbers as text.

/// messageType. Anything else is an error (§3.2.1.2): a type that the authorisation does not know is a way around it
/// (CVE-2026-30836).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageType {
    /// 3: the server's answer.
    CertRep,
    /// 17: a request signed with a certificate that the client holds already.
    RenewalReq,
    /// 19: a PKCS #10 request.
    PkcsReq,
    /// 20: asks about a pending request.
    CertPoll,
    /// 21: asks for a certificate.
    GetCert,
    /// 22: asks for a CRL.
    GetCrl,
}

impl MessageType {
    /// Reads the attribute's text, exactly: `"19 "`, `"019"` and `"+19"` are no message types.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "3" => Self::CertRep,
            "17" => Self::RenewalReq,
            "19" => Self::PkcsReq,
            "20" => Self::CertPoll,
            "21" => Self::GetCert,
            "22" => Self::GetCrl,
            _ => return None,
        })
    }

    /// The number as text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::CertRep => "3",
            Self::RenewalReq => "17",
            Self::PkcsReq => "19",
            Self::CertPoll => "20",
            Self::GetCert => "21",
            Self::GetCrl => "22",
        }
    }
}

/// pkiStatus (§3.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkiStatus {
    /// 0: granted.
    Success,
    /// 2: rejected; failInfo says more.
    Failure,
    /// 3: to be approved by hand.
    Pending,
}

impl PkiStatus {
    /// Reads the attribute's text, exactly.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "0" => Self::Success,
            "2" => Self::Failure,
            "3" => Self::Pending,
            _ => return None,
        })
    }

    /// The number as text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Success => "0",
            Self::Failure => "2",
            Self::Pending => "3",
        }
    }
}

/// failInfo (§3.2.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailInfo {
    /// 0: unrecognised or unsupported algorithm.
    BadAlg,
    /// 1: integrity check (of the CMS) failed.
    BadMessageCheck,
    /// 2: transaction not permitted or supported.
    BadRequest,
    /// 3: signingTime not sufficiently close to the system's time.
    BadTime,
    /// 4: no certificate could be identified by the data given.
    BadCertId,
}

impl FailInfo {
    /// Reads the attribute's text, exactly.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "0" => Self::BadAlg,
            "1" => Self::BadMessageCheck,
            "2" => Self::BadRequest,
            "3" => Self::BadTime,
            "4" => Self::BadCertId,
            _ => return None,
        })
    }

    /// The number as text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::BadAlg => "0",
            Self::BadMessageCheck => "1",
            Self::BadRequest => "2",
            Self::BadTime => "3",
            Self::BadCertId => "4",
        }
    }

    /// The word that RFC 8894 uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadAlg => "badAlg",
            Self::BadMessageCheck => "badMessageCheck",
            Self::BadRequest => "badRequest",
            Self::BadTime => "badTime",
            Self::BadCertId => "badCertId",
        }
    }
}
