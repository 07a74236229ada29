//! The capability list of GetCACaps (RFC 8894 §3.5).

use std::collections::BTreeSet;
use std::fmt;

/// One keyword of RFC 8894 §3.5.2, and SHA-384, which strongSwan and sscep know besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// AES128-CBC.
    Aes,
    /// Triple DES in CBC mode.
    Des3,
    /// The GetNextCACert operation.
    GetNextCaCert,
    /// PKIOperation by HTTP POST.
    PostPkiOperation,
    /// RenewalReq.
    Renewal,
    /// The SHA-1 digest.
    Sha1,
    /// The SHA-256 digest.
    Sha256,
    /// The SHA-384 digest; not in RFC 8894.
    Sha384,
    /// The SHA-512 digest.
    Sha512,
    /// All that RFC 8894 §2.9 makes mandatory.
    ScepStandard,
}

const ALL: [Capability; 10] = [
    Capability::Aes,
    Capability::Des3,
    Capability::GetNextCaCert,
    Capability::PostPkiOperation,
    Capability::Renewal,
    Capability::Sha1,
    Capability::Sha256,
    Capability::Sha384,
    Capability::Sha512,
    Capability::ScepStandard,
];

impl Capability {
    /// The keyword, in the exact case of RFC 8894 §3.5.2.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Aes => "AES",
            Self::Des3 => "DES3",
            Self::GetNextCaCert => "GetNextCACert",
            Self::PostPkiOperation => "POSTPKIOperation",
            Self::Renewal => "Renewal",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::ScepStandard => "SCEPStandard",
        }
    }
}

/// What a server's configuration adds to the list, or takes from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// `Renewal`. macOS wants to see it although it renews by PKCSReq.
    pub renewal: bool,
    /// `GetNextCACert`: a roll-over certificate is there.
    pub next_ca: bool,
    /// `DES3`: the endpoint takes triple DES.
    pub legacy_3des: bool,
    /// `SHA-1`: the endpoint takes SHA-1 digests.
    pub legacy_sha1: bool,
    /// `SHA-384`. strongSwan up to 5.9.x reads its flags as bit numbers and uses AES only where this word stands.
    pub sha384: bool,
}

impl Default for Offer {
    fn default() -> Self {
        Self { renewal: true, next_ca: false, legacy_3des: false, legacy_sha1: false, sha384: true }
    }
}

/// A set of capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<Capability>);

impl Capabilities {
    /// What a server of this library can do, with what `offer` says.
    ///
    /// `SCEPStandard` implies AES, POSTPKIOperation and SHA-256; they are named as well for older clients (§3.5.2).
    #[must_use]
    pub fn offered(offer: Offer) -> Self {
        let mut set = BTreeSet::from([
            Capability::Aes,
            Capability::PostPkiOperation,
            Capability::Sha256,
            Capability::Sha512,
            Capability::ScepStandard,
        ]);
        let optional = [
            (offer.legacy_3des, Capability::Des3),
            (offer.next_ca, Capability::GetNextCaCert),
            (offer.renewal, Capability::Renewal),
            (offer.legacy_sha1, Capability::Sha1),
            (offer.sha384, Capability::Sha384),
        ];
        set.extend(optional.iter().filter(|(on, _)| *on).map(|(_, capability)| *capability));
        Self(set)
    }

    /// Reads a server's answer: one keyword a line, CRLF or LF, case ignored, unknown words skipped (§3.5.2).
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let known = |word: &str| ALL.into_iter().find(|c| c.keyword().eq_ignore_ascii_case(word));
        Self(text.lines().filter_map(|line| known(line.trim())).collect())
    }

    /// Whether the capability stands in the list.
    #[must_use]
    pub fn lists(&self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }

    /// Whether the server can do this: listed, or implied by `SCEPStandard` (RFC 8894 §3.5.2).
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        let implied =
            matches!(capability, Capability::Aes | Capability::PostPkiOperation | Capability::Sha256);
        self.lists(capability) || implied && self.lists(Capability::ScepStandard)
    }

    /// Whether the answer says nothing that is known: an empty list, or an HTTP error page.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Capabilities {
    /// The body of the answer, `text/plain`: a keyword a line. certmonger refuses more than 1024 octets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|capability| writeln!(f, "{}", capability.keyword()))
    }
}
