//! DNS names in certificates: the preferred syntax of RFC 1034 §3.5, as RFC 5280 §4.2.1.6 asks; no wildcard.

use crate::profile::Namespace;

/// Why `name` is no acceptable DNS name; `Ok` if it is one.
///
/// # Errors
/// The rule that it breaks.
pub fn check(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("it is empty");
    }
    if name.len() > 253 {
        return Err("it is longer than 253 characters");
    }
    if name.contains('*') {
        return Err("it is a wildcard");
    }
    if name.ends_with('.') {
        return Err("it ends with a dot");
    }
    for label in name.split('.') {
        check_label(label)?;
    }
    // WHATWG URL §3.5: a name that ends in a number is read as an IPv4 address.
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("its last label is a number");
    }
    if last.eq_ignore_ascii_case("localhost") {
        return Err("it names every host at once");
    }
    Ok(())
}

fn check_label(label: &str) -> Result<(), &'static str> {
    if label.is_empty() {
        return Err("it has an empty label");
    }
    if label.len() > 63 {
        return Err("it has a label longer than 63 characters");
    }
    if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err("it has a character that is no letter, digit or hyphen");
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err("it has a label that begins or ends with a hyphen");
    }
    Ok(())
}

/// Whether `name` is an acceptable DNS name.
#[must_use]
pub fn is_host_name(name: &str) -> bool {
    check(name).is_ok()
}

/// Whether `name` is one of `domains` or lies below one; `domains` are lower case, and empty means any.
#[must_use]
pub fn is_within(name: &str, domains: &[String]) -> bool {
    let name = name.to_ascii_lowercase();
    let below = |domain: &String| {
        name.strip_suffix(domain.as_str()).is_some_and(|head| head.is_empty() || head.ends_with('.'))
    };
    domains.is_empty() || domains.iter().any(below)
}

/// The domain of those excluded that `name` lies in.
#[must_use]
pub fn excluding<'a>(name: &str, namespace: &'a Namespace) -> Option<&'a str> {
    let mut excluded = namespace.excluded.iter();
    excluded.find(|one| is_within(name, std::slice::from_ref(one))).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t16_ordinary_host_names_pass() {
        for name in ["device.contoso.com", "DESKTOP-0A1B2C3", "xn--mller-kva.example", "a.b", &"a".repeat(63)]
        {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn t16_wildcards_odd_characters_and_lengths_are_refused() {
        let long = ["a".repeat(63).as_str(); 4].join(".") + ".b";
        let refused = [
            "",
            ".",
            "*.contoso.com",
            "*",
            "a..b",
            ".a",
            "a.",
            "-a.b",
            "a-.b",
            "a_b.c",
            "a b.c",
            "a/b",
            "a\0b",
            "ä.de",
            "a@b",
            "10.0.0.1",
            "a.123",
            "localhost",
            "x.LOCALHOST",
            &"a".repeat(64),
            &long,
            "a,b",
            "a\n.b",
            "[::1]",
        ];
        for name in refused {
            assert!(check(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn t25_a_domain_takes_its_subdomains_along_and_no_lookalike() {
        let domains = ["contoso.com".to_owned()];
        for (name, within) in [
            ("contoso.com", true),
            ("A.Contoso.COM", true),
            ("notcontoso.com", false),
            ("contoso.com.evil", false),
            ("contoso.co", false),
        ] {
            assert_eq!(is_within(name, &domains), within, "{name}");
        }
        assert!(is_within("anything", &[]));
    }
}
