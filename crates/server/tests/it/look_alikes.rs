//! Threat 16: pairs of names that look alike, from a file; a challenge for the one gives no certificate to the other.

use crate::world::{Csr, Told, World};
use ca::profile::names::SanKind;
use chancery::validators::BoundIdentity;
use chancery::validators::bound::{Promise, Sealed, Sealer};
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Random as _, oid};

const TABLE: &str = include_str!("look_alikes.txt");

/// Sound names, which the second half of each pair is mistaken for, by the file's first column.
fn promised(column: &str, number: usize) -> String {
    match column {
        "cn" => format!("pc-{number}"),
        "user" => format!("Jane Doe {number}"),
        "kelvin" => format!("Kiosk {number}"),
        "angstrom" => format!("\u{c5}ngstrom {number}"),
        "sharp" => format!("Groß {number}"),
        "ligature" => format!("office {number}"),
        "dns" => format!("pc-{number}.contoso.example"),
        "upn" => format!("jane.doe{number}@contoso.example"),
        "uri" => format!("IntuneDeviceId://{number}"),
        other => panic!("no name is called {other}"),
    }
}

/// `\u{…}` as the character.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once('}').unwrap();
        out.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}

/// Column, promised, asked for: two for each line.
fn pairs() -> Vec<(&'static str, String, String)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let pair = |(column, text): (&'static str, &str), number: usize| {
        let name = promised(column, number);
        let asked = unescaped(&text.replace("{p}", &name).replace("{n}", &number.to_string()));
        (column, name, asked)
    };
    lines.flat_map(|line| [1, 2].map(|number| pair(line.split_once('\t').unwrap(), number))).collect()
}

/// As subject or alternative name.
fn csr(column: &str, name: &str, challenge: &str) -> Csr {
    let names = match column {
        "dns" => vec![GeneralName::Dns(name.to_owned())],
        "upn" => vec![GeneralName::Upn(name.to_owned())],
        "uri" => vec![GeneralName::Uri(name.to_owned())],
        _ => return Csr::named(name, challenge),
    };
    Csr { names, ..Csr::named("bearer", challenge) }
}

fn promise(column: &str, name: &str) -> Promise {
    let kind = match column {
        "dns" => SanKind::Dns,
        "upn" => SanKind::Upn,
        "uri" => SanKind::Uri,
        _ => {
            let subject = mdm::subject::Subject::from_name(&Name::from_pairs(&[(oid::CN, name)])).unwrap();
            return Promise { subject: subject.to_string(), ..Promise::default() };
        }
    };
    Promise { subject: "CN=bearer".to_owned(), names: vec![(kind, name.to_owned())], ..Promise::default() }
}

fn identity(column: &str, name: &str) -> BoundIdentity {
    let names = |kind| if kind == column { vec![name.to_owned()] } else { Vec::new() };
    let subject = if ["dns", "upn", "uri"].contains(&column) { "bearer" } else { name };
    BoundIdentity {
        dns: names("dns"),
        upn: names("upn"),
        uri: names("uri"),
        ..BoundIdentity::common_name(subject)
    }
}

fn sealed(world: &World, promise: Promise) -> String {
    let mut id = [0; 16];
    chancery::keys::SystemRandom.fill(&mut id).unwrap();
    let (endpoint, profile) = ("bound".to_owned(), "device".to_owned());
    let sealed = Sealed { id, endpoint, profile, expires: world.clock.now() + 3600, promise };
    let sealer = Sealer::new(&world.challenge_key).unwrap();
    sealer.seal(&sealed, &mut chancery::keys::SystemRandom).unwrap().to_string()
}

async fn world() -> World {
    let more = "[[endpoint]]\nname = 'bound'\nprofile = 'device'\nvalidator = 'bound'\n";
    World::configured(|usual| format!("{usual}{more}")).await
}

#[tokio::test]
async fn t16_three_hundred_look_alikes_of_a_bound_challenge() {
    let world = world().await;
    let (pairs, device) = (pairs(), world.device("phone"));
    assert!(pairs.len() >= 300, "{}", pairs.len());
    for (column, name, asked) in &pairs {
        assert_ne!(name, asked, "{column}");
        let challenge = sealed(&world, promise(column, name));
        let told = device.asks(&world, "bound", &csr(column, asked, &challenge)).await;
        // A DNS name that is not ASCII cannot even be read.
        let refused = matches!(told.code(), Some("CHY-3007" | "CHY-2301"));
        assert!(refused, "{column}: {name:?} and {asked:?}: {told:?}");
    }
    assert_eq!(world.issued().await, 0);
    for column in ["cn", "user", "kelvin", "angstrom", "sharp", "ligature", "dns", "upn", "uri"] {
        let (name, device) = (promised(column, 1), world.device("phone"));
        let challenge = sealed(&world, promise(column, &name));
        let told = device.asks(&world, "bound", &csr(column, &name, &challenge)).await;
        assert!(told.is_success(), "control, {column}: {told:?}");
    }
}

#[tokio::test]
async fn t16_three_hundred_look_alikes_of_a_one_time_identity() {
    let world = world().await;
    let device = world.device("phone");
    for (column, name, asked) in pairs() {
        let challenge = world.challenge("once", Some(&identity(column, &name))).await;
        let told: Told = device.asks(&world, "once", &csr(column, &asked, &challenge)).await;
        // Letter case of ASCII does not count in UPNs there: the directory has none in them.
        let same = column == "upn" && asked.eq_ignore_ascii_case(&name);
        assert_eq!(told.is_success(), same, "{column}: {name:?} and {asked:?}: {told:?}");
    }
}
