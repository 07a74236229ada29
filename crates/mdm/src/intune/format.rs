//! How values are written in notifications (contract §6.2 and §6.3).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt::Write as _;

/// Characters that Intune accepts in `errorDescription`.
pub const ERROR_DESCRIPTION_MAX: usize = 255;
/// Characters that Intune accepts in an issuer name.
pub const ISSUER_NAME_MAX: usize = 256;

fn upper_hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{octet:02X}");
        text
    })
}

/// SHA-1 of the certificate's DER: 40 upper-case hexadecimal digits, no separators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// From the SHA-1 digest of the certificate.
    #[must_use]
    pub fn from_sha1(digest: &[u8; 20]) -> Self {
        Self(upper_hex(digest))
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The serial number's magnitude: upper-case hexadecimal, an even count of digits, no leading `00` octet.
///
/// Intune hands this very text back in revocation requests (contract §9), so it must never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SerialNumber(String);

impl SerialNumber {
    /// From the contents octets of the DER INTEGER: its sign octet is not part of the magnitude.
    #[must_use]
    pub fn from_integer(contents: &[u8]) -> Self {
        let start = contents.iter().position(|octet| *octet != 0);
        let magnitude = start.and_then(|at| contents.get(at..)).unwrap_or(&[0]);
        Self(upper_hex(magnitude))
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// notAfter as `YYYY-MM-DDThh:mm:ss.000Z`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExpirationDateUtc(String);

impl ExpirationDateUtc {
    /// From seconds since 1970-01-01T00:00:00Z. `None` outside the years 1970 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        if !(0..=253_402_300_799).contains(&seconds) {
            return None;
        }
        let (year, month, day) = civil(seconds / 86_400);
        let of_day = seconds % 86_400;
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        Some(Self(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")))
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Days since 1970-01-01 to year, month, day of the Gregorian calendar, by eras of 400 years that start on 1 March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Name of the issuing CA, 1 to 256 characters; one value for all three name members (contract §9.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerName(String);

impl IssuerName {
    /// `None` when empty or longer than Intune takes: shortened it would no longer be the name that revocation asks for.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let length = name.encode_utf16().count();
        (1..=ISSUER_NAME_MAX).contains(&length).then(|| Self(name.to_owned()))
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What went wrong, for administrators to read in Intune; at most 255 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorDescription(String);

impl ErrorDescription {
    /// Cut to 255 UTF-16 units, which is what .NET and Java count, never within a character.
    #[must_use]
    pub fn truncated(text: &str) -> Self {
        let mut units = 0;
        Self(
            text.chars()
                .take_while(|c| {
                    units += c.len_utf16();
                    units <= ERROR_DESCRIPTION_MAX
                })
                .collect(),
        )
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A Windows HRESULT, sent as a signed 32-bit number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HResult(i32);

impl HResult {
    /// E_FAIL, 0x80004005: unspecified failure.
    pub const FAIL: Self = Self::from_bits(0x8000_4005);
    /// E_ACCESSDENIED, 0x80070005: refused, not broken.
    pub const DENIED: Self = Self::from_bits(0x8007_0005);
    /// E_UNEXPECTED, 0x8000FFFF.
    pub const UNEXPECTED: Self = Self::from_bits(0x8000_FFFF);
    /// NTE_FAIL, 0x80090020: an internal error of the signing key's holder.
    pub const KEY_FAILED: Self = Self::from_bits(0x8009_0020);

    /// From the usual unsigned notation.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits.cast_signed())
    }

    /// The signed number on the wire.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }
}

impl Serialize for HResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(self.0)
    }
}

impl<'de> Deserialize<'de> for HResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Connectors in the field send both signs of the same 32 bits (contract §6.3).
        let number = i64::deserialize(deserializer)?;
        i32::try_from(number)
            .or_else(|_| u32::try_from(number).map(u32::cast_signed))
            .map(Self)
            .map_err(|_| de::Error::custom("hResult has more than 32 bits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_6_2_thumbprint_is_40_upper_case_digits() {
        let text = Thumbprint::from_sha1(&[0x0f; 20]);
        assert_eq!(text.as_str(), "0F".repeat(20));
    }

    #[test]
    fn contract_6_2_serial_is_the_magnitude_in_even_upper_case_hex() {
        for (contents, text) in [
            (&[0x5a, 0x4d, 0xbd, 0x24, 0x97, 0x0c, 0xfb, 0x42][..], "5A4DBD24970CFB42"),
            (&[0x00, 0xfe][..], "FE"),
            (&[0x01][..], "01"),
            (&[0x00][..], "00"),
            (&[][..], "00"),
        ] {
            assert_eq!(SerialNumber::from_integer(contents).as_str(), text);
        }
    }

    #[test]
    fn contract_6_2_expiry_has_milliseconds_and_z() {
        // Second values by `date -u -d … +%s`.
        for (seconds, text) in [
            (1_812_730_280, "2027-06-11T16:11:20.000Z"),
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799, "9999-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(ExpirationDateUtc::from_unix(seconds).unwrap().as_str(), text);
        }
        assert_eq!(ExpirationDateUtc::from_unix(-1), None);
        assert_eq!(ExpirationDateUtc::from_unix(253_402_300_800), None);
    }

    #[test]
    fn contract_6_3_description_is_cut_at_255_on_a_character() {
        assert_eq!(ErrorDescription::truncated("short").as_str(), "short");
        assert_eq!(ErrorDescription::truncated(&"ü".repeat(300)).as_str(), "ü".repeat(255));
        // U+1F511 takes two units: the 128th would end at unit 256.
        assert_eq!(ErrorDescription::truncated(&"🔑".repeat(200)).as_str(), "🔑".repeat(127));
    }

    #[test]
    fn contract_6_3_hresult_is_a_signed_number() {
        assert_eq!(serde_json::to_string(&HResult::FAIL).unwrap(), "-2147467259");
        assert_eq!(HResult::UNEXPECTED.number(), -2_147_418_113);
        for text in ["-2147467259", "2147500037"] {
            assert_eq!(serde_json::from_str::<HResult>(text).unwrap(), HResult::FAIL);
        }
        for text in ["4294967296", "-2147483649", "\"1\"", "1.5"] {
            assert!(serde_json::from_str::<HResult>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn contract_9_1_issuer_name_is_never_shortened() {
        assert!(IssuerName::new("").is_none());
        assert!(IssuerName::new(&"a".repeat(256)).is_some());
        assert!(IssuerName::new(&"a".repeat(257)).is_none());
    }
}
