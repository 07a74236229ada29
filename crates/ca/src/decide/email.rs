//! E-mail addresses (rfc822Name, M154) and user principal names.

use super::dns;

/// RFC 5322 §3.2.3 `atext` beside letters and digits.
const ATEXT: &[u8] = b"!#$%&'*+-/=?^_`{|}~";

/// Why `address` is no acceptable mailbox; `Ok` if it is one. Dot-atoms only: quoted local parts are legal, but no
/// directory has one, and every parser reads them differently.
///
/// # Errors
/// The rule that it breaks.
pub fn check_email(address: &str) -> Result<(), &'static str> {
    let (local, domain) = address.rsplit_once('@').ok_or("it has no @")?;
    // RFC 5321 §4.5.3.1.1 and §4.5.3.1.3
    if local.len() > 64 || address.len() > 254 {
        return Err("it is too long");
    }
    if local.split('.').any(str::is_empty) {
        return Err("its local part is empty or has an empty part");
    }
    if !local.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || ATEXT.contains(&byte)) {
        return Err("its local part has a character that is not allowed");
    }
    dns::check(domain).map_err(|_| "its domain is no host name")
}

/// Why `text` may not stand as rfc822Name: an address where the profile asks for one, else any identifier of a device as
/// well (M122). Whatever has an @ is taken for an address by somebody, and has to be one.
///
/// # Errors
/// The rule that it breaks.
pub fn check_as(address_alone: bool, text: &str) -> Result<(), &'static str> {
    if address_alone || text.contains('@') {
        return check_email(text);
    }
    // RFC 5280 §4.2.1.6: IA5String.
    if text.is_empty() || text.trim() != text || !text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return Err("it is empty, begins or ends with a space or has a character beyond ASCII");
    }
    if text.len() > 254 { Err("it is too long") } else { Ok(()) }
}

/// Why `name` is no acceptable user principal name; `Ok` if it is one. The part before the @ may be in any script.
///
/// # Errors
/// The rule that it breaks.
pub fn check_upn(name: &str) -> Result<(), &'static str> {
    let (user, domain) = name.split_once('@').ok_or("it has no @")?;
    if name.chars().count() > 1024 {
        return Err("it is too long");
    }
    if user.trim() != user || user.is_empty() {
        return Err("the part before the @ is empty or begins or ends with white space");
    }
    // The characters that Active Directory allows in no account name.
    if user.contains(['"', '/', '\\', '[', ']', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>']) {
        return Err("the part before the @ has a character that Active Directory does not allow");
    }
    dns::check(domain).map_err(|_| "the part after the @ is no domain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m154_ordinary_addresses_pass() {
        for address in ["jane.doe@contoso.com", "o'brien+vpn@mail.contoso.com", "a@b"] {
            assert_eq!(check_email(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn m154_odd_addresses_are_refused() {
        let long = format!("{}@b.c", "a".repeat(65));
        let refused = [
            "",
            "a",
            "@b",
            "a@",
            "a b@c",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a@b@c",
            "\"a\"@b",
            "a@*.c",
            "a@b.",
            "ä@b",
            &long,
            "Jane <a@b>",
            "a@[10.0.0.1]",
            "a\n@b",
            "a,b@c",
        ];
        for address in refused {
            assert!(check_email(address).is_err(), "{address:?}");
        }
    }

    #[test]
    fn m122_identifiers_of_devices_pass_where_no_address_is_asked_for() {
        for (text, lax) in [
            ("0c6e3b2d-0d53-4f2a-9c44-6b5a1c7f5a11", true),
            ("Ada's iPhone", true),
            ("jane.doe@contoso.com", true),
            ("", false),
            (" a", false),
            ("gr\u{f6}\u{df}e", false),
            ("a\tb", false),
            ("a@b@c", false),
            ("a@", false),
            (&"a".repeat(255), false),
        ] {
            assert_eq!(check_as(false, text).is_ok(), lax, "{text:?}");
            assert_eq!(check_as(true, text), check_email(text), "{text:?}");
        }
    }

    #[test]
    fn t25_upns_have_a_user_and_a_domain() {
        for name in ["jane@contoso.com", "jürgen.groß@contoso.local", "DC01$@contoso.com", "o'brien@b.c"] {
            assert_eq!(check_upn(name), Ok(()), "{name}");
        }
        for name in ["", "jane", "@b", "a@", "a@b@c", " a@b", "a @b", "a\\b@c", "a@b c", "a@*.b", "a,b@c.d"] {
            assert!(check_upn(name).is_err(), "{name:?}");
        }
    }
}
