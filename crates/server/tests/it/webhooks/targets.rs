//! Threat 89: URLs, and what becomes of each.

use chancery::webhooks::{Allowed, Target, forbidden};

fn allowed(entries: &[&str]) -> Allowed {
    let mut allowed = Allowed::default();
    assert!(entries.iter().all(|entry| allowed.add(entry)), "{entries:?}");
    allowed
}

/// URL, and a word of why it is refused; nothing where it may be added. Nothing is allowed beyond the rules.
const URLS: [(&str, &str); 76] = [
    ("https://hooks.example.com/a/b?c=d", ""),
    ("https://hooks.example.com:8443/", ""),
    ("https://hooks.example.com.", ""),
    ("https://10.20.30.40/hook", ""),
    ("https://192.168.1.10:5678/webhook", ""),
    ("https://172.16.0.1/", ""),
    ("https://100.64.0.1/", ""),
    ("https://8.8.8.8/", ""),
    ("https://[2600::1]/", ""),
    ("https://[fd12:3456:789a::1]/", ""),
    ("https://[64:ff9b::808:808]/", ""),
    ("https://xn--mnchen-3ya.example/", ""),
    ("http://hooks.example.com/", "https"),
    ("HTTP://hooks.example.com/", "https"),
    ("ftp://hooks.example.com/", "https"),
    ("file:///etc/passwd", "host"),
    ("gopher://hooks.example.com:70/", "https"),
    ("unix:/var/run/docker.sock", "host"),
    ("data:text/plain,x", "host"),
    ("javascript:alert(1)", "host"),
    ("//hooks.example.com/", "no URL"),
    ("hooks.example.com", "no URL"),
    ("", "no URL"),
    ("https://", "no URL"),
    ("https:///", "no URL"),
    ("https://user@hooks.example.com/", "user name"),
    ("https://user:secret@hooks.example.com/", "user name"),
    ("https://@hooks.example.com/", "user name"),
    ("https://:@hooks.example.com/", "user name"),
    ("https://hooks.example.com@127.0.0.1/", "user name"),
    ("https://hooks.example.com\\@127.0.0.1/", "plain characters"),
    ("https://hooks.example.com /", "plain characters"),
    ("https://hooks.exam\tple.com/", "plain characters"),
    (" https://hooks.example.com/", "plain characters"),
    ("https://hooks.example.com/\r\nHost: x", "plain characters"),
    ("https://\u{ff11}27.0.0.1/", "plain characters"),
    ("https://127\u{3002}0\u{3002}0\u{3002}1/", "plain characters"),
    ("https://hooks.example.com/#a", "fragment"),
    ("https://hooks.example.com:0/", "port"),
    ("https://hooks.example.com:22/", "port"),
    ("https://hooks.example.com:25/", "port"),
    ("https://hooks.example.com:80/", "port"),
    ("https://hooks.example.com:1023/", "port"),
    ("https://hooks.example.com:65536/", "no URL"),
    ("https://localhost/", "this machine"),
    ("https://LOCALHOST./", "this machine"),
    ("https://a.localhost:8443/", "this machine"),
    ("https://127.0.0.1/", "loopback"),
    ("https://127.1/", "loopback"),
    ("https://127.255.255.254/", "loopback"),
    ("https://2130706433/", "loopback"),
    ("https://0x7f000001/", "loopback"),
    ("https://0x7f.0.0.1/", "loopback"),
    ("https://0177.0.0.1/", "loopback"),
    ("https://017700000001/", "loopback"),
    ("https://%31%32%37.0.0.1/", "loopback"),
    ("https://0.0.0.0/", "this network"),
    ("https://0/", "this network"),
    ("https://169.254.169.254/latest/meta-data/", "link-local"),
    ("https://0xa9fea9fe/", "link-local"),
    ("https://168.63.129.16/", "metadata"),
    ("https://100.100.100.200/", "metadata"),
    ("https://224.0.0.1/", "multicast"),
    ("https://255.255.255.255/", "reserved"),
    ("https://[::1]/", "loopback"),
    ("https://[::]/", "this network"),
    ("https://[::ffff:127.0.0.1]/", "form of IPv6"),
    ("https://[::ffff:169.254.169.254]/", "form of IPv6"),
    ("https://[::ffff:8.8.8.8]/", "form of IPv6"),
    ("https://[::127.0.0.1]/", "form of IPv6"),
    ("https://[64:ff9b::a9fe:a9fe]/", "link-local"),
    ("https://[2002:7f00:1::]/", "tunnel"),
    ("https://[fe80::1]/", "link-local"),
    ("https://[fd00:ec2::254]/", "metadata"),
    ("https://[ff02::1]/", "multicast"),
    ("https://[fec0::1]/", "reserved"),
];

#[test]
fn t89_urls_that_lead_to_the_machine_itself_or_past_the_rules_are_refused() {
    for (url, why) in URLS {
        let judged = Target::parse(url, &Allowed::default());
        match judged {
            Ok(target) => assert!(why.is_empty(), "{url} is taken: {target:?}"),
            Err(said) => assert!(!why.is_empty() && said.contains(why), "{url}: {said}"),
        }
    }
    assert!(Target::parse(&format!("https://a/{}", "x".repeat(2_048)), &Allowed::default()).is_err());
}

/// What is allowed, a URL, and whether it may be added then.
const LIFTED: [(&str, &str, bool); 16] = [
    ("hooks.example.com", "http://hooks.example.com/", true),
    ("hooks.example.com", "http://HOOKS.example.com:8080/", true),
    ("hooks.example.com", "http://x.hooks.example.com/", false),
    ("hooks.example.com", "https://hooks.example.com:22/", false),
    ("hooks.example.com:22", "https://hooks.example.com:22/", true),
    ("hooks.example.com:8080", "http://hooks.example.com/", false),
    ("hooks.example.com", "ftp://hooks.example.com/", false),
    ("hooks.example.com", "http://u@hooks.example.com/", false),
    ("127.0.0.1:9000", "http://127.0.0.1:9000/", true),
    ("127.0.0.1:9000", "http://127.0.0.1:9001/", false),
    ("127.0.0.0/8", "http://127.1:9001/", true),
    ("127.0.0.0/8", "https://[::ffff:127.0.0.1]/", false),
    ("10.0.0.0/8", "http://10.1.2.3/", true),
    ("10.0.0.0/8", "http://11.1.2.3/", false),
    ("[::1]:9000", "http://[::1]:9000/", true),
    ("localhost", "http://localhost:9000/", true),
];

#[test]
fn t89_what_is_allowed_is_allowed_and_nothing_beside_it() {
    for (entry, url, taken) in LIFTED {
        let judged = Target::parse(url, &allowed(&[entry]));
        assert_eq!(judged.is_ok(), taken, "{entry} and {url}: {judged:?}");
    }
}

#[test]
fn t89_of_each_range_the_first_and_last_address_and_their_neighbours() {
    for (address, is) in [
        ("0.255.255.255", true),
        ("1.0.0.0", false),
        ("126.255.255.255", false),
        ("127.0.0.0", true),
        ("128.0.0.0", false),
        ("169.253.255.255", false),
        ("169.254.0.0", true),
        ("169.255.0.0", false),
        ("198.17.255.255", false),
        ("198.19.255.255", true),
        ("198.20.0.0", false),
        ("223.255.255.255", false),
        ("224.0.0.0", true),
        ("::2", true),
        ("0:0:0:0:ffff:0:7f00:1", true),
        ("64:ff9b:1::1", true),
        ("2001:1ff::", true),
        ("2001:200::", false),
        ("3fff::", true),
        ("fbff::", true),
        ("fc00::", false),
        ("fdff::1", false),
        ("febf::1", true),
        ("ffff::1", true),
    ] {
        assert_eq!(forbidden(address.parse().unwrap()).is_some(), is, "{address}");
    }
}
