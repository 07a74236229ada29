//! Facts as the table writes them: `dns=a,b; platform=ios; device_compliant=false`. `-` is an empty list, `?` what cannot be
//! read; what is not there is not known.

use ca::policy::{Facts, Names, RequestKind};

/// A first enrolment at `corp` by its profile `device`, with an RSA key of 2048 bits and no names.
pub(super) fn facts(text: &str) -> Facts {
    let mut facts = Facts {
        endpoint: "corp".into(),
        profile: "device".into(),
        key: "rsa-2048".into(),
        names: Some(Names::default()),
        eku: Some(Vec::new()),
        ..Facts::default()
    };
    for pair in text.split("; ").filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').expect(pair);
        set(&mut facts, key, value);
    }
    facts
}

fn set(facts: &mut Facts, key: &str, value: &str) {
    let list = || match value {
        "-" => Vec::new(),
        _ => value.split(',').map(str::to_owned).collect(),
    };
    let flag = || Some(value.parse().expect("true or false"));
    let (device, user) = (&mut facts.device, &mut facts.user);
    let names = facts.names.as_mut();
    match key {
        "endpoint" => facts.endpoint = value.into(),
        "profile" => facts.profile = value.into(),
        "request" => {
            facts.request = if value == "renewal" { RequestKind::Renewal } else { RequestKind::First }
        }
        "key" => facts.key = value.into(),
        "subject" => facts.subject = value.split(" / ").map(str::to_owned).collect(),
        "names" => facts.names = None,
        "dns" => names.expect("names").dns = list(),
        "email" => names.expect("names").email = list(),
        "upn" => names.expect("names").upn = list(),
        "uri" => names.expect("names").uri = list(),
        "eku" => facts.eku = (value != "?").then(list),
        "platform" => device.platform = Some(value.into()),
        "ownership" => device.ownership = Some(value.into()),
        "device_known" => device.known = flag(),
        "device_managed" => device.managed = flag(),
        "device_registered" => device.registered = flag(),
        "device_enabled" => device.enabled = flag(),
        "device_compliant" => device.compliant = flag(),
        "device_groups" => device.groups = Some(list()),
        "user_known" => user.known = flag(),
        "user_enabled" => user.enabled = flag(),
        "user_risk" => user.risk = Some(value.into()),
        "user_groups" => user.groups = Some(list()),
        other => panic!("{other} is no fact"),
    }
}
