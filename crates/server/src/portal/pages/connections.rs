//! Where devices enrol, and whom each endpoint asks: addresses to copy, and a test that names what is missing.

use crate::portal::{Answer, Api, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

/// What a connection to Intune needs, with the text that says what for. The last two are for what follows a device.
const PERMISSIONS: [(&str, &str); 4] = [
    ("Intune: scep_challenge_provider", "connections-permission-scep"),
    ("Microsoft Graph: Application.Read.All", "connections-permission-app"),
    ("Microsoft Graph: DeviceManagementManagedDevices.Read.All", "connections-permission-devices"),
    ("Microsoft Graph: Directory.Read.All", "connections-permission-directory"),
];

#[derive(Deserialize)]
struct All {
    connections: Vec<Connection>,
}

/// An endpoint, and what it depends on.
#[derive(Clone, Deserialize)]
pub(super) struct Connection {
    pub(super) name: String,
    pub(super) urls: Vec<String>,
    pub(super) ndes: bool,
    pub(super) validator: String,
    pub(super) profiles: Vec<String>,
    pub(super) tenant: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) directory: Option<Directory>,
}

/// A directory that is followed.
#[derive(Clone, Deserialize)]
pub(super) struct Directory {
    name: String,
    read_at: Option<String>,
    stale_since: Option<String>,
    trouble: Option<String>,
}

/// What came of a test.
#[derive(Deserialize)]
pub(super) struct Trial {
    pub(super) ok: bool,
    pub(super) service: Option<String>,
    pub(super) steps: Vec<Exchange>,
    pub(super) finding: Option<Finding>,
}

/// A request of a test.
#[derive(Deserialize)]
pub(super) struct Exchange {
    pub(super) hop: String,
    pub(super) outcome: String,
    pub(super) milliseconds: u64,
}

/// What stands in the way.
#[derive(Deserialize)]
pub(super) struct Finding {
    pub(super) code: String,
    pub(super) sentence: String,
    pub(super) fix: String,
}

/// An address to copy.
struct Address {
    /// Its place in the page.
    id: String,
    /// Whether it is the other spelling of the one before.
    again: bool,
    text: String,
}

impl Connection {
    /// Its addresses; NDES' also as some devices write it (M37).
    fn addresses(&self) -> Vec<Address> {
        let again = |text: &String| self.ndes && text.ends_with("/mscep.dll");
        let both = self.urls.iter().flat_map(|text| {
            let tail = again(text).then(|| (true, format!("{text}/pkiclient.exe")));
            [Some((false, text.clone())), tail].into_iter().flatten()
        });
        let id = |at: usize| format!("url-{}-{at}", self.name);
        both.enumerate().map(|(at, (again, text))| Address { id: id(at), again, text }).collect()
    }

    /// Whether there is somebody to ask.
    pub(super) fn asks_intune(&self) -> bool {
        self.validator == "intune"
    }

    fn word(&self, w: &Words) -> String {
        w.t(&format!("connections-validator-{}", self.validator))
    }

    fn next(&self, w: &Words) -> String {
        w.t(&format!("connections-next-{}", self.validator))
    }
}

impl Directory {
    fn tone(&self) -> &'static str {
        match (&self.stale_since, &self.read_at) {
            (Some(_), _) => "bad",
            (None, None) => "wait",
            (None, Some(_)) => "good",
        }
    }

    fn word(&self, w: &Words) -> String {
        w.t(match self.tone() {
            "bad" => "connections-stale",
            "wait" => "connections-not-read",
            _ => "connections-fresh",
        })
    }
}

/// In the order of the settings file; a tenant stands where its first endpoint does.
fn cards(connections: Vec<Connection>) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    for one in connections {
        let tenant = one.tenant.clone();
        match cards.iter_mut().find(|card| card.tenant.is_some() && card.tenant == tenant) {
            Some(card) => card.ones.push(one),
            None => cards.push(Card { tenant, ones: vec![one] }),
        }
    }
    cards
}

#[derive(Template)]
#[template(path = "connections.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    cards: Vec<Card>,
}

/// What stands together: the endpoints of one tenant of an MDM (M149), or one that asks nobody.
struct Card {
    /// The tenant, as its heading.
    tenant: Option<String>,
    ones: Vec<Connection>,
}

#[derive(Template)]
#[template(path = "connection.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    one: Connection,
    trial: Option<Trial>,
}

/// All endpoints.
pub(super) async fn all(api: &Api) -> Result<Vec<Connection>, Problem> {
    let All { connections } = api.get(&url(&["connections"], &[])).await?;
    Ok(connections)
}

/// Tries what the endpoint of that name depends on.
pub(super) async fn tried(api: &Api, name: &str) -> Result<Trial, Problem> {
    api.post(&url(&["connections", name, "test"], &[]), &json!({})).await
}

async fn named(api: &Api, name: &str) -> Result<Connection, Problem> {
    all(api).await?.into_iter().find(|one| one.name == name).ok_or_else(Problem::not_found)
}

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let cards = cards(all(visit.api()?).await?);
        Answer::page(&List { frame: &visit.frame, w: visit.words, cards })
    })
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let one = named(visit.api()?, visit.part("name")).await?;
        Answer::page(&One { frame: &visit.frame, w: visit.words, one, trial: None })
    })
}

pub(super) fn test(visit: Visit) -> Shown {
    Box::pin(async move {
        let (api, name) = (visit.api()?, visit.part("name"));
        let one = named(api, name).await?;
        let trial = Some(tried(api, name).await?);
        Answer::page(&One { frame: &visit.frame, w: visit.words, one, trial })
    })
}

#[cfg(test)]
mod tests {
    use super::{Connection, One, Trial, cards};
    use crate::portal::{Frame, Language};
    use askama::Template as _;

    const CONNECTION: &str = r#"{
        "name": "intune", "urls": ["https://ca.example/certsrv/mscep/mscep.dll", "https://ca.example/scep/intune"],
        "ndes": true, "validator": "intune", "profiles": ["device"], "tenant": "contoso.example", "client_id": "7",
        "directory": { "name": "<i>graph</i>", "read_at": null, "stale_since": "2026-01-01T00:00:00Z", "trouble": "<b>" }
    }"#;

    #[test]
    fn a_test_says_what_is_missing_and_what_others_say_stays_text() {
        let trial = r#"{
            "endpoint": "intune", "ok": false, "service": null,
            "steps": [{ "hop": "Entra", "outcome": "<b>401", "milliseconds": 3 }],
            "finding": { "code": "CHY-5108", "sentence": "No <script>alert(1)", "fix": "Grant it.", "page": "x" }
        }"#;
        for (language, _) in Language::ALL {
            let (frame, one) = (Frame::bare(language), serde_json::from_str(CONNECTION).unwrap());
            let trial: Option<Trial> = Some(serde_json::from_str(trial).unwrap());
            let page = One { frame: &frame, w: frame.words, one, trial }.render().unwrap();
            for wanted in
                ["/docs/errors/CHY-5108", "Grant it.", "scep_challenge_provider", "mscep.dll/pkiclient.exe"]
            {
                assert!(page.contains(wanted), "{wanted}: {page}");
            }
            for foreign in ["<script>alert", "<b>", "<i>graph"] {
                assert!(!page.contains(foreign), "{foreign}: {page}");
            }
        }
    }

    #[test]
    fn m149_a_tenant_has_one_card_with_all_of_its_endpoints() {
        let one = |name: &str, tenant: Option<&str>| {
            let parsed: Connection = serde_json::from_str(CONNECTION).unwrap();
            Connection { name: name.into(), tenant: tenant.map(str::to_owned), ..parsed }
        };
        let all = vec![
            one("a", Some("x")),
            one("b", None),
            one("c", Some("y")),
            one("d", Some("x")),
            one("e", None),
        ];
        let names =
            cards(all).into_iter().map(|card| card.ones.into_iter().map(|one| one.name).collect::<String>());
        assert_eq!(names.collect::<Vec<_>>(), ["ad", "b", "c", "e"]);
    }

    #[test]
    fn m37_the_ndes_address_is_there_to_copy_in_both_spellings() {
        let one: Connection = serde_json::from_str(CONNECTION).unwrap();
        let texts: Vec<String> = one.addresses().into_iter().map(|address| address.text).collect();
        assert_eq!(
            texts,
            [
                "https://ca.example/certsrv/mscep/mscep.dll",
                "https://ca.example/certsrv/mscep/mscep.dll/pkiclient.exe",
                "https://ca.example/scep/intune",
            ]
        );
    }
}
