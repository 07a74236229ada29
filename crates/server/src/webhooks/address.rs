//! Addresses that no message goes to (threat 89).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why nothing is sent to this address, unless it is allowed by name; `None` where something may be.
///
/// Private networks may be: a receiver on the premises is the usual one, and who may add a webhook is an administrator.
#[must_use]
pub fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

/// IANA's IPv4 Special-Purpose Address Registry, and what clouds tell secrets at.
fn v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("an address of this network"),
        [127, ..] => Some("a loopback address"),
        [169, 254, ..] => Some("a link-local address"),
        // Azure's wire server, Alibaba's and Oracle's metadata services. Others are link-local.
        [168, 63, 129, 16] | [100, 100, 100, 200] => Some("a metadata service"),
        [192, 0, 0, _] => Some("an address for protocols"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("an address for documentation"),
        [198, 18 | 19, ..] => Some("an address for benchmarks"),
        [192, 88, 99, _] => Some("a relay's address"),
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

/// Of IPv6 only what is global unicast or unique local; forms that carry an IPv4 address go by another way than they say.
fn v6(address: Ipv6Addr) -> Option<&'static str> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("an address of this network"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("a loopback address"),
        [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0, 0, 0, 0, 0xffff, ..] => {
            Some("an IPv4 address in the form of IPv6")
        }
        // RFC 6052: where DNS64 writes this, it is the way to every IPv4 host.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            v4(Ipv4Addr::new(a, b, c, d))
        }
        [0x2001, 0..=0x1ff, ..] | [0x2002, ..] => Some("an address of a tunnel or for protocols"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some("an address for documentation"),
        // Amazon's and Google's metadata services.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] => {
            Some("a metadata service")
        }
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        [0xfc00..=0xfdff, ..] | [0x2000..=0x3fff, ..] => None,
        _ => Some("a reserved address"),
    }
}
