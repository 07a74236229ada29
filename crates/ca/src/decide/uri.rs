//! URIs in subject alternative names: absolute, ASCII, RFC 3986 characters only (RFC 5280 §4.2.1.6).

/// Longest URI accepted, in characters.
const LIMIT: usize = 2048;

/// Why `uri` is no acceptable URI; `Ok` if it is one.
///
/// # Errors
/// The rule that it breaks.
pub fn check(uri: &str) -> Result<(), &'static str> {
    if uri.len() > LIMIT {
        return Err("it is longer than 2048 characters");
    }
    let (scheme, rest) = uri.split_once(':').ok_or("it has no scheme")?;
    let mut letters = scheme.bytes();
    let begins = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !begins || !letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return Err("its scheme is malformed");
    }
    if rest.trim_matches('/').is_empty() {
        return Err("nothing follows the scheme");
    }
    check_characters(rest.as_bytes())
}

fn check_characters(rest: &[u8]) -> Result<(), &'static str> {
    let mut bytes = rest.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
                if !(is_hex(bytes.next()) && is_hex(bytes.next())) {
                    return Err("it has a malformed percent escape");
                }
            }
            // RFC 3986 §2: unreserved, gen-delims and sub-delims.
            byte if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte) => {}
            _ => return Err("it has a character that RFC 3986 does not allow"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_uris_pass() {
        for uri in [
            "IntuneDeviceId://0c6e3b2d-0d53-4f2a-9c44-6b5a1c7f5a11",
            "urn:uuid:0c6e3b2d-0d53-4f2a-9c44-6b5a1c7f5a11",
            "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4",
            "https://device.contoso.com/a?b=c%20d#e",
        ] {
            assert_eq!(check(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn relative_and_malformed_uris_are_refused() {
        let refused = [
            "", "a", "/a", "://a", "1a:b", "a:", "a://", "a b:c", "a:b c", "a:%", "a:%2", "a:%zz", "a:b\0",
            "a:<b>",
        ];
        for uri in refused {
            assert!(check(uri).is_err(), "{uri:?}");
        }
        assert!(check(&format!("a:{}", "b".repeat(2048))).is_err());
    }
}
