//! Serial numbers in revocation requests: what was reported comes back, sometimes rewritten (contract §9.1).

use crate::intune::format::SerialNumber;

/// RFC 5280 §4.1.2.2: 20 octets; a decimal number of that size has up to 49 digits.
const OCTETS: usize = 20;

/// What a text may mean: at least one number, none of them zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialCandidates {
    hexadecimal: Option<SerialNumber>,
    decimal: Option<SerialNumber>,
}

impl SerialCandidates {
    /// Hexadecimal in any letter case, with blanks, colons, `0x` and leading zeros anywhere that people put them. What
    /// consists of digits alone is read as a decimal number too. `None` if it is neither, zero, or beyond 20 octets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let hexadecimal = hexadecimal(text);
        // A single digit is the same number in both.
        let decimal = decimal(text).filter(|number| hexadecimal.as_ref() != Some(number));
        let some = hexadecimal.is_some() || decimal.is_some();
        some.then_some(Self { hexadecimal, decimal })
    }

    /// The first reading.
    #[must_use]
    pub fn hexadecimal(&self) -> Option<&SerialNumber> {
        self.hexadecimal.as_ref()
    }

    /// The second reading, if it is another number.
    #[must_use]
    pub fn decimal(&self) -> Option<&SerialNumber> {
        self.decimal.as_ref()
    }

    /// Both, in the order in which to look them up. If certificates of ours have both, neither may be revoked by guess.
    pub fn iter(&self) -> impl Iterator<Item = &SerialNumber> {
        self.hexadecimal.iter().chain(&self.decimal)
    }
}

fn hexadecimal(text: &str) -> Option<SerialNumber> {
    let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace() && *c != ':').collect();
    let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(&digits);
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() || digits.len() > 2 * OCTETS || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    let even = if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("0{digits}") };
    let octets: Option<Vec<u8>> = even.as_bytes().chunks(2).map(octet).collect();
    octets.map(|octets| SerialNumber::from_integer(&octets))
}

fn octet(pair: &[u8]) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()
}

fn decimal(text: &str) -> Option<SerialNumber> {
    let digits = text.trim_start_matches('0');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut octets = [0_u8; OCTETS];
    for digit in digits.bytes() {
        let mut carry = u16::from(digit - b'0');
        for octet in octets.iter_mut().rev() {
            let [high, low] = (u16::from(*octet) * 10 + carry).to_be_bytes();
            (*octet, carry) = (low, u16::from(high));
        }
        if carry != 0 {
            return None;
        }
    }
    Some(SerialNumber::from_integer(&octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> Vec<String> {
        let found = SerialCandidates::parse(text);
        found.iter().flat_map(SerialCandidates::iter).map(|serial| serial.as_str().to_owned()).collect()
    }

    #[test]
    fn contract_9_1_one_serial_in_many_spellings() {
        for text in [
            "5A4DBD24970CFB42",
            "5a4dbd24970cfb42",
            "5a:4d:bd:24:97:0c:fb:42",
            " 5A 4D BD 24 97 0C FB 42\r\n",
            "0x5a4dbd24970cfb42",
            "0X005A4DBD24970CFB42",
            "00:5a:4d:bd:24:97:0c:fb:42",
        ] {
            assert_eq!(both(text), ["5A4DBD24970CFB42"], "{text}");
        }
        assert_eq!(both("abc"), ["0ABC"]);
    }

    #[test]
    fn contract_9_1_digits_alone_are_read_twice() {
        assert_eq!(both("10"), ["10", "0A"]);
        assert_eq!(both("0255"), ["0255", "FF"]);
        assert_eq!(both("7"), ["07"], "the same number twice is one");
        assert_eq!(both("0x10"), ["10"]);
        assert_eq!(both("1 0"), ["10"]);
        let largest = "1461501637330902918203684832716283019655932542975";
        assert_eq!(both(largest), ["FF".repeat(20)], "too long for hexadecimal");
    }

    #[test]
    fn what_is_no_serial() {
        for text in [
            "",
            "0",
            "0000",
            "0x",
            "x10",
            "-1",
            "+1",
            "1.5",
            "g",
            "٣",
            "1461501637330902918203684832716283019655932542976",
            &"A".repeat(41),
            &"9".repeat(10_000),
        ] {
            assert_eq!(both(text), [""; 0], "{text}");
        }
    }
}
