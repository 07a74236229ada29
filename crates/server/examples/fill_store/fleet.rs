//! A fleet that is made up: devices, users and what their certificates say, so that a search finds few or many as it would in
//! a real one. The same number, the same device.

use chancery::standing::{Kind, Learned, Record};
use pki::extension::{ExtendedKeyUsage, Extension, KeyUsage};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;
use pki::oid;

const SITES: [&str; 24] = [
    "BER", "MUC", "HAM", "CGN", "VIE", "ZRH", "AMS", "BRU", "PAR", "LYS", "LON", "MAN", "DUB", "MAD", "LIS",
    "MIL", "OSL", "STO", "CPH", "HEL", "NYC", "SEA", "SIN", "TYO",
];
const KINDS: [&str; 5] = ["NB", "PC", "TAB", "PH", "KIOSK"];
const DEPARTMENTS: [&str; 8] =
    ["Sales", "Finance", "Engineering", "Legal", "Logistics", "Human Resources", "Research", "IT"];
const FIRST: [&str; 40] = [
    "ada", "alan", "anna", "ben", "bjarne", "carla", "chen", "clara", "david", "dennis", "edith", "elif",
    "emil", "eva", "felix", "fatima", "grace", "hanna", "hugo", "ines", "ivan", "jonas", "julia", "karl",
    "katja", "laszlo", "lea", "linus", "maria", "mehmet", "nadia", "nils", "olga", "omar", "paula",
    "quentin", "rosa", "sven", "tomas", "yuki",
];
const LAST: [&str; 60] = [
    "lovelace",
    "turing",
    "schmidt",
    "mueller",
    "meyer",
    "hopper",
    "ritchie",
    "kernighan",
    "liskov",
    "dijkstra",
    "wirth",
    "knuth",
    "hamilton",
    "johnson",
    "vaughan",
    "noether",
    "curie",
    "meitner",
    "planck",
    "bohr",
    "yilmaz",
    "demir",
    "kowalski",
    "nowak",
    "novak",
    "horvat",
    "rossi",
    "russo",
    "ferrari",
    "dubois",
    "moreau",
    "lambert",
    "garcia",
    "fernandez",
    "lopez",
    "silva",
    "santos",
    "costa",
    "jansen",
    "devries",
    "visser",
    "peeters",
    "maes",
    "andersson",
    "nilsson",
    "hansen",
    "olsen",
    "virtanen",
    "korhonen",
    "smith",
    "jones",
    "taylor",
    "brown",
    "wilson",
    "tanaka",
    "suzuki",
    "sato",
    "wang",
    "li",
    "zhang",
];
/// Most are of one domain, so that its name finds nearly everything.
const DOMAINS: [&str; 8] = [
    "contoso.example",
    "contoso.example",
    "contoso.example",
    "contoso.example",
    "contoso.example",
    "fabrikam.example",
    "northwind.example",
    "tailspin.example",
];

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Device,
    Wifi,
    Vpn,
}

impl Use {
    pub(crate) const fn profile(self) -> &'static str {
        match self {
            Use::Device => "device",
            Use::Wifi => "wifi",
            Use::Vpn => "vpn",
        }
    }

    pub(crate) const fn endpoint(self) -> &'static str {
        match self {
            Use::Device => "default",
            Use::Wifi => "intune-wifi",
            Use::Vpn => "intune-vpn",
        }
    }
}

/// A number without order.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut value = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// One device with its user.
pub(crate) struct Device {
    number: u64,
    seed: u64,
}

impl Device {
    pub(crate) fn new(number: u64) -> Device {
        Device { number, seed: mixed(number) }
    }

    fn pick<'a>(&self, list: &[&'a str], bits: u32) -> &'a str {
        let count = u64::try_from(list.len()).unwrap_or(1);
        let at = (self.seed >> bits) % count;
        usize::try_from(at).ok().and_then(|at| list.get(at)).copied().unwrap_or_default()
    }

    pub(crate) fn used_for(&self) -> Use {
        match self.seed % 10 {
            0..=5 => Use::Device,
            6..=8 => Use::Wifi,
            _ => Use::Vpn,
        }
    }

    pub(crate) fn id(&self) -> String {
        let (a, b) = (self.seed, mixed(self.seed));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 48 & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }

    pub(crate) fn name(&self) -> String {
        format!("{}-{}-{:06}", self.pick(&SITES, 8), self.pick(&KINDS, 16), self.number)
    }

    pub(crate) fn upn(&self) -> String {
        let (first, last) = (self.pick(&FIRST, 20), self.pick(&LAST, 28));
        format!("{first}.{last}{}@{}", self.number % 97, self.pick(&DOMAINS, 36))
    }

    pub(crate) fn subject(&self) -> Name {
        let common = match self.used_for() {
            Use::Device => self.id(),
            Use::Wifi => self.upn(),
            Use::Vpn => self.name(),
        };
        let department = self.pick(&DEPARTMENTS, 44);
        Name::from_pairs(&[
            (oid::ORGANIZATION, "Contoso"),
            (oid::ORGANIZATIONAL_UNIT, department),
            (oid::CN, &common),
        ])
    }

    pub(crate) fn extensions(&self) -> Vec<Extension> {
        let domain = self.pick(&DOMAINS, 36);
        let mut names = vec![GeneralName::Uri(format!("IntuneDeviceId://{}", self.id()))];
        match self.used_for() {
            Use::Wifi => names.push(GeneralName::Upn(self.upn())),
            Use::Device | Use::Vpn => {
                names.push(GeneralName::Dns(format!("{}.corp.{domain}", self.name().to_lowercase())));
            }
        }
        let usage = KeyUsage::named("digitalSignature");
        let purposes = ExtendedKeyUsage(vec![oid::CLIENT_AUTH]);
        let mut all: Vec<Extension> = usage.into_iter().map(Extension::key_usage).collect();
        all.push(Extension::extended_key_usage(&purposes));
        all.push(Extension::subject_alt_name(&SubjectAltName(names), false));
        all
    }

    /// What the directory says of device and user.
    pub(crate) fn records(&self, at: i64) -> [Record; 2] {
        let system = self.pick(&["Windows", "Windows", "Windows", "iOS", "macOS", "Android"], 50);
        let device = Record {
            key: Some(self.id()),
            name: Some(self.name()),
            compliant: Some(Learned { value: !self.seed.is_multiple_of(29), at }),
            management: Some(Learned { value: "managed".to_owned(), at }),
            system: Some(system.to_owned()),
            ownership: Some("company".to_owned()),
            ..Record::new(Kind::Managed, &self.id(), at)
        };
        let user = Record {
            key: Some(self.upn()),
            name: Some(format!("{} {}", self.pick(&FIRST, 20), self.pick(&LAST, 28))),
            enabled: Some(Learned { value: !self.seed.is_multiple_of(61), at }),
            ..Record::new(Kind::User, &self.upn(), at)
        };
        [device, user]
    }
}
