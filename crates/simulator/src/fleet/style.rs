//! How each platform's SCEP client behaves (contract section 18; scep.md Q1, Q2, Q25, Q29, Q30, Q47).

use pki::algorithm::{ContentCipher, Digest, KeyTransport, sha1};
use pki::key::PublicKey;
use pki::name::Name;
use scep::client::{Encoding, GetStyle, Habits};
use scep::{Capabilities, Capability, TransactionId};

use crate::dice::hex;
use crate::tenant::Platform;

/// The questions before the request, in the platform's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// GetCACaps
    Capabilities,
    /// GetCACert
    Certificates,
}

/// A platform's manners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whose.
    pub platform: Platform,
    /// User-Agent.
    pub user_agent: &'static str,
    /// Appended to the configured URL.
    pub tail: &'static str,
    /// `message=` of GetCACaps and GetCACert.
    pub identifier: &'static str,
    /// Order of the questions.
    pub order: [Question; 2],
    /// How PKIOperation is written into a URL where POST is not offered.
    pub get: GetStyle,
}

const WINDOWS: Style = Style {
    platform: Platform::Windows,
    user_agent: "Mozilla/4.0 (compatible; Win32; NDES client 10.0.26100.1/ge_release)",
    tail: "/pkiclient.exe",
    identifier: "default",
    order: [Question::Capabilities, Question::Certificates],
    get: GetStyle::Escaped,
};

const IOS: Style = Style {
    platform: Platform::Ios,
    user_agent: "profiled/1.0 CFNetwork/1568.200.51 Darwin/24.1.0",
    tail: "",
    identifier: "SCEP Authority",
    order: [Question::Certificates, Question::Capabilities],
    // macOS and jscep leave `+`, `/` and `=` as they are (Q2).
    get: GetStyle::Raw,
};

const MACOS: Style = Style {
    platform: Platform::Macos,
    user_agent: "profiled/1.0 CFNetwork/1568.200.51 Darwin/24.1.0 (x86_64)",
    ..IOS
};

const ANDROID: Style = Style {
    platform: Platform::Android,
    user_agent: "Dalvik/2.1.0 (Linux; U; Android 15; Pixel 9 Build/AP4A.250105.002)",
    tail: "",
    identifier: "ca",
    order: [Question::Capabilities, Question::Certificates],
    get: GetStyle::Raw,
};

/// The manners of a platform.
#[must_use]
pub fn style(platform: Platform) -> Style {
    match platform {
        Platform::Windows => WINDOWS,
        Platform::Ios => IOS,
        Platform::Macos => MACOS,
        Platform::Android => ANDROID,
    }
}

impl Style {
    /// The algorithms and encodings for a server of these capabilities; none if it offers nothing that this device
    /// can use. Which each agent picks is known in part only; what is guessed is the common choice.
    #[must_use]
    pub fn habits(&self, capabilities: &Capabilities) -> Option<Habits> {
        let cipher = match (capabilities.has(Capability::Aes), capabilities.has(Capability::Des3)) {
            (true, _) if self.platform == Platform::Windows => ContentCipher::Aes256Cbc,
            (true, _) => ContentCipher::Aes128Cbc,
            (false, true) => ContentCipher::TripleDesCbc,
            (false, false) => return None,
        };
        let streams = self.platform != Platform::Windows;
        Some(Habits {
            digest: self.digest(capabilities)?,
            cipher,
            // Windows sends RSAES-OAEP, by its API's default with SHA-1 (Q29).
            transport: if streams { KeyTransport::Pkcs1 } else { KeyTransport::Oaep(Digest::Sha1) },
            encoding: if streams { Encoding::StreamedBer } else { Encoding::Der },
            ..Habits::default()
        })
    }

    /// The strongest digest offered for Apple and Android (M52), SHA-256 for Windows. Devices that would take SHA-1
    /// cannot be played: the crypto library does not sign with it.
    fn digest(&self, capabilities: &Capabilities) -> Option<Digest> {
        let (strong, usual) = (capabilities.has(Capability::Sha512), capabilities.has(Capability::Sha256));
        match self.platform {
            Platform::Windows if usual => Some(Digest::Sha256),
            _ if strong => Some(Digest::Sha512),
            _ if usual => Some(Digest::Sha256),
            _ => None,
        }
    }

    /// transactionID: the hash of the key, in hexadecimal (Q14); Apple's in lower case.
    #[must_use]
    pub fn transaction(&self, key: &PublicKey) -> Option<TransactionId> {
        let text = hex(&sha1(key.spki()));
        let apple = matches!(self.platform, Platform::Ios | Platform::Macos);
        TransactionId::from_text(&if apple { text } else { text.to_ascii_uppercase() })
    }

    /// Subject of the self-signed signer: the request's, but on Android `CN=<user>` (contract section 17).
    #[must_use]
    pub fn signer_subject(&self, requested: &Name, user: Option<&str>) -> Name {
        match self.platform {
            Platform::Android => Name::from_pairs(&[(pki::oid::CN, user.unwrap_or("device"))]),
            _ => requested.clone(),
        }
    }
}
