//! What an administrator allows beyond the rules: `webhooks.allow`.

use std::net::IpAddr;

/// Hosts by name, and networks.
///
/// They lift different things. A name lifts what is asked of the URL, since a name says nothing of where it leads: whoever
/// answers for it in DNS does. A network lifts what is asked of the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    names: Vec<(String, Option<u16>)>,
    networks: Vec<(IpAddr, u8, Option<u16>)>,
}

impl Allowed {
    /// Adds `host`, `address` or `address/length`, either of the first two perhaps with a port. False for anything else.
    pub fn add(&mut self, text: &str) -> bool {
        if let Some(network) = network(text) {
            self.networks.push(network);
            return true;
        }
        if let Some(name) = name(text) {
            self.names.push(name);
            return true;
        }
        false
    }

    /// Whether a host of this name may be called by plain HTTP at this port.
    #[must_use]
    pub fn names(&self, host: &str, port: u16) -> bool {
        self.names.iter().any(|(name, only)| name == host && only.is_none_or(|only| only == port))
    }

    /// Whether a host of this name is allowed at just this port.
    #[must_use]
    pub fn names_port(&self, host: &str, port: u16) -> bool {
        self.names.iter().any(|(name, only)| name == host && *only == Some(port))
    }

    /// Whether something may be sent to this address and port, whatever the rules say.
    #[must_use]
    pub fn leads(&self, address: IpAddr, port: u16) -> bool {
        let mut networks = self.networks.iter();
        networks.any(|one| contains(one.0, one.1, address) && one.2.is_none_or(|only| only == port))
    }

    /// Whether this address is allowed at just this port.
    #[must_use]
    pub fn leads_port(&self, address: IpAddr, port: u16) -> bool {
        self.networks.iter().any(|one| contains(one.0, one.1, address) && one.2 == Some(port))
    }
}

fn network(text: &str) -> Option<(IpAddr, u8, Option<u16>)> {
    if let Some((address, length)) = text.split_once('/') {
        let address: IpAddr = address.parse().ok()?;
        let length = digits(length)?;
        let length = u8::try_from(length).ok().filter(|length| *length <= bits(address))?;
        return Some((address, length, None));
    }
    let whole = |address: IpAddr, port| Some((address, bits(address), port));
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = bare.parse() {
        return whole(address, None);
    }
    let (host, port) = text.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    whole(host.parse().ok()?, Some(digits(port)?))
}

fn name(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(digits(port)?)),
        None => (text, None),
    };
    let label = |label: &str| {
        let plain = label.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'));
        (1..=63).contains(&label.len()) && plain
    };
    // A name that ends in a number would be read as an address.
    let last = host.rsplit('.').next().unwrap_or_default();
    let good =
        host.len() <= 253 && host.split('.').all(label) && !last.starts_with(|c: char| c.is_ascii_digit());
    good.then(|| (host.to_ascii_lowercase(), port))
}

fn digits(text: &str) -> Option<u16> {
    text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// An IPv4 network has no IPv6 address in it, whatever that carries.
fn contains(network: IpAddr, length: u8, address: IpAddr) -> bool {
    let prefix = |address: u128, width: u32| address.checked_shr(width - u32::from(length)).unwrap_or(0);
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            prefix(network.to_bits().into(), 32) == prefix(address.to_bits().into(), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            prefix(network.to_bits(), 128) == prefix(address.to_bits(), 128)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Allowed;

    fn allowed(text: &str) -> Allowed {
        let mut allowed = Allowed::default();
        assert!(allowed.add(text), "{text}");
        allowed
    }

    #[test]
    fn a_network_has_its_addresses_in_it_and_no_others() {
        for (text, inside, outside) in [
            ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("::/0", "fe80::1", "127.0.0.1"),
            ("[::1]", "::1", "::2"),
            ("fd00:1::/64", "fd00:1::ffff", "fd00:1:0:1::"),
            ("127.0.0.0/8", "127.255.0.1", "::ffff:127.0.0.1"),
        ] {
            let allowed = allowed(text);
            assert!(allowed.leads(inside.parse().unwrap(), 443), "{text}");
            assert!(!allowed.leads(outside.parse().unwrap(), 443), "{text}");
            assert!(!allowed.leads_port(inside.parse().unwrap(), 443), "{text}");
        }
    }

    #[test]
    fn a_port_is_the_one_that_is_allowed() {
        for text in ["127.0.0.1:9000", "[::1]:9000"] {
            let address = text[..text.len() - 5].trim_matches(['[', ']']).parse().unwrap();
            let allowed = allowed(text);
            assert!(allowed.leads_port(address, 9000) && !allowed.leads(address, 9001), "{text}");
        }
        let named = allowed("Hooks.Example.com:8080");
        assert!(named.names("hooks.example.com", 8080) && !named.names("hooks.example.com", 80));
        assert!(!named.names("x.hooks.example.com", 8080) && !named.names_port("hooks.example.com", 443));
        assert!(allowed("hooks.example.com").names("hooks.example.com", 80));
    }

    #[test]
    fn what_is_no_host_and_no_network_is_told() {
        for text in [
            "",
            "*",
            "*.example.com",
            "http://a",
            "a b",
            "a/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "a:",
            "a:x",
            "a:65536",
            "10.0.0",
            "a..b",
            "ä.example",
            "[::1",
            "a@b",
            "10.0.0.0/8:80",
            "a.1",
        ] {
            let mut allowed = Allowed::default();
            let taken = allowed.add(text);
            assert!(!taken, "{text}");
        }
    }
}
