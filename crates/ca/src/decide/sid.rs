//! Microsoft's security identifier in a URI name, by which a domain controller maps a certificate to an account (M186,
//! M187; KB5014754). Kept byte for byte where it was vouched for, refused in any other spelling (threat 24).

use crate::rejection::{SanFault, Shown};
use pki::der::Writer;
use pki::oid;

/// What stands before the SID.
pub const PREFIX: &str = "tag:microsoft.com,2022-09-14:sid:";

/// A security identifier of a domain account: `S-1-5-21-` and four numbers below 2^32, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sid(String);

impl Sid {
    /// Reads the identifier itself.
    ///
    /// # Errors
    /// The rule that it breaks (MS-DTYP §2.4.2.1).
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let numbers = text.strip_prefix("S-1-5-21-").ok_or("it does not begin with S-1-5-21-")?;
        let mut count = 0;
        for number in numbers.split('-') {
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let leading = number.len() > 1 && number.starts_with('0');
            if !digits || leading || number.parse::<u32>().is_err() {
                return Err("one of its parts is not a number below 2^32");
            }
            count += 1;
        }
        if count == 4 {
            Ok(Self(text.to_owned()))
        } else {
            Err("it has not exactly four parts after S-1-5-21")
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last number: which account or group of its domain.
    #[must_use]
    pub fn relative(&self) -> u32 {
        self.0.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// The URI name.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }
}

/// What the directory says of the account that the request names.
#[derive(Debug, Clone, Copy)]
pub struct KnownSid<'a> {
    /// Its security identifier.
    pub sid: &'a Sid,
    /// Whether the certificate is to bear it as Microsoft's extension, too.
    pub as_extension: bool,
}

/// The extension's value (MS-WCCE §2.2.2.7.7.4): `GeneralNames` of one otherName, whose value is the SID's text as octets.
#[must_use]
pub fn extension_value(sid: &Sid) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.explicit(0, |w| {
                w.oid(&oid::MS_OBJECT_SID);
                w.explicit(0, |w| w.octet_string(sid.as_str().as_bytes()));
            });
        });
    })
}

/// Whether the validator vouches for a SID. Intune by itself does not check SIDs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SidVouching {
    /// Not at all.
    #[default]
    No,
    /// For whatever SID the request has: the operator trusts the validator with it.
    AsRequested,
    /// For this one: read from the directory.
    Exactly(Sid),
}

impl SidVouching {
    /// Whether `sid` may be certified.
    #[must_use]
    pub fn covers(&self, sid: &Sid) -> bool {
        match self {
            Self::No => false,
            Self::AsRequested => true,
            Self::Exactly(known) => known == sid,
        }
    }
}

/// The SID in a URI name; `None` where the URI has nothing to do with SIDs.
///
/// # Errors
/// [`SanFault::SidMalformed`] for a SID that is malformed or spelt in any other way.
pub fn of_uri(uri: &str) -> Result<Option<Sid>, SanFault> {
    let fault = |reason| SanFault::SidMalformed { name: Shown::new(uri), reason: Shown::new(reason) };
    match uri.strip_prefix(PREFIX) {
        Some(text) => Sid::parse(text).map(Some).map_err(fault),
        None if resembles(uri) => {
            Err(fault("it is spelt otherwise than tag:microsoft.com,2022-09-14:sid:S-1-5-21-…"))
        }
        None => Ok(None),
    }
}

/// Whether some software might read a SID out of `text`: without regard to case, white space and percent escapes.
#[must_use]
pub fn resembles(text: &str) -> bool {
    let mut folded: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    // Twice, since %2573 is %73 is s.
    for _ in 0..2 {
        folded = percent_decoded(&folded).to_lowercase();
    }
    folded.contains("2022-09-14") || folded.contains("sid:s-1-") || folded.contains("tag:microsoft.com")
}

fn percent_decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = (*first == b'%').then(|| tail.get(..2)).flatten();
        let value = escape
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        octets.push(value.unwrap_or(*first));
        rest = if value.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-3623811015-3361044348-30300820-1013";

    #[test]
    fn m186_a_sid_uri_is_read_and_written_byte_for_byte() {
        let sid = of_uri(SOUND).unwrap().unwrap();
        assert_eq!(sid.uri(), SOUND);
        assert_eq!(sid.as_str(), "S-1-5-21-3623811015-3361044348-30300820-1013");
    }

    #[test]
    fn m187_malformed_sids_are_refused() {
        for tail in [
            "",
            "S-1-5-21-1-2-3",
            "S-1-5-21-1-2-3-4-5",
            "S-1-5-21-4294967296-2-3-4",
            "S-1-5-21-01-2-3-4",
            "S-1-5-21-1-2-3-",
            "S-1-5-21--2-3-4",
            "S-1-5-21-1-2-3-+4",
            "S-1-5-21-1-2-3-4 ",
            "s-1-5-21-1-2-3-4",
            "S-1-5-32-544",
            "S-1-12-1-1-2-3-4",
            "S-1-5-21-1-2-3-4,S-1-5-21-1-2-3-500",
            &"S-1-5-21-1-2-3-4".repeat(40),
        ] {
            assert!(
                matches!(of_uri(&format!("{PREFIX}{tail}")), Err(SanFault::SidMalformed { .. })),
                "{tail}"
            );
        }
    }

    #[test]
    fn t24_other_spellings_are_refused() {
        for uri in [
            "TAG:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4",
            "tag:Microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4",
            "tag:microsoft.com,2022-09-14:SID:S-1-5-21-1-2-3-4",
            "tag:microsoft.com%2C2022-09-14:sid:S-1-5-21-1-2-3-4",
            "tag:microsoft.com,2022-09-14%3Asid:S-1-5-21-1-2-3-4",
            "tag:microsoft.com,2022-09-14:%73id:S-1-5-21-1-2-3-4",
            "tag:microsoft.com,2022-09-14:%2573id:S-1-5-21-1-2-3-4",
            " tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4",
            "tag:microsoft.com,2022-9-14:sid:S-1-5-21-1-2-3-4",
            "x:tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4",
            "urn:sid:S-1-5-21-1-2-3-4",
            "urn:%2573id:S-1-5-21-1-2-3-4",
            "tag:microsoft.com,2022:sid",
        ] {
            assert!(matches!(of_uri(uri), Err(SanFault::SidMalformed { .. })), "{uri}");
        }
    }

    #[test]
    fn uris_that_are_about_something_else_are_left_alone() {
        for uri in ["IntuneDeviceId://x", "urn:uuid:1", "https://contoso.com/side", "tag:contoso.com,2024:x"]
        {
            assert_eq!(of_uri(uri), Ok(None), "{uri}");
        }
    }

    #[test]
    fn t24_vouching_covers_what_it_says() {
        let (sid, other) =
            (Sid::parse("S-1-5-21-1-2-3-4").unwrap(), Sid::parse("S-1-5-21-1-2-3-500").unwrap());
        assert!(!SidVouching::default().covers(&sid));
        assert!(SidVouching::AsRequested.covers(&sid));
        assert!(SidVouching::Exactly(sid.clone()).covers(&sid) && !SidVouching::Exactly(sid).covers(&other));
    }
}
