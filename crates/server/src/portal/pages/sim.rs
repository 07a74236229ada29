//! The demo's fleet: each device with its state, and what an administrator of the tenant can do to it.

use crate::portal::{Answer, Frame, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Fleet {
    devices: u64,
    enrolled: u64,
    refused: u64,
    left: u64,
    shown: Vec<Device>,
}

#[derive(Clone, Deserialize)]
struct Device {
    id: String,
    name: String,
    platform: String,
    user: Option<String>,
    state: String,
    serial: Option<String>,
    transaction: Option<String>,
    told: String,
}

impl Device {
    fn tone(&self) -> &'static str {
        match self.state.as_str() {
            "enrolled" => "good",
            "refused" => "bad",
            "disabled" => "wait",
            _ => "warn",
        }
    }

    /// What stands in its place of the grid: a letter, so that no state is a colour alone.
    fn letter(&self) -> &'static str {
        match self.state.as_str() {
            "enrolled" => "E",
            "refused" => "F",
            "disabled" => "D",
            "retired" => "R",
            "wiped" => "W",
            _ => "X",
        }
    }

    fn word(&self, w: &Words) -> String {
        w.t(&format!("sim-{}", self.state))
    }

    /// Name, platform and state, for whoever hovers or listens.
    fn title(&self, w: &Words) -> String {
        format!("{} · {} · {}", self.name, self.platform, self.word(w))
    }

    /// What can be done to it now: words of the route.
    fn deeds(&self) -> &'static [&'static str] {
        match self.state.as_str() {
            "enrolled" => &["retire", "wipe", "delete", "disable"],
            "disabled" => &["enable", "retire", "delete"],
            _ => &[],
        }
    }
}

#[derive(Template)]
#[template(path = "sim.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    fleet: Fleet,
    chosen: Option<Device>,
}

pub(super) fn page(visit: Visit) -> Shown {
    Box::pin(async move {
        let mut fleet: Fleet = visit.api()?.get(&url(&["simulator"], &[])).await?;
        let wanted = visit.query("device");
        let chosen = fleet.shown.iter().find(|one| one.id == wanted).cloned();
        fleet.shown.sort_by(|one, other| one.name.cmp(&other.name));
        Answer::page(&Page { frame: &visit.frame, w: visit.words, fleet, chosen })
    })
}

pub(super) fn act(visit: Visit) -> Shown {
    Box::pin(async move {
        let (device, deed) = (visit.part("device"), visit.field("deed"));
        let done: Device = visit.api()?.post(&url(&["simulator", device, deed], &[]), &json!({})).await?;
        let device = crate::portal::encoded(&done.id);
        Ok(Answer::See(format!("/sim?device={device}&done=sim#chosen")))
    })
}

#[cfg(test)]
mod tests {
    use super::{Device, Fleet, Page};
    use crate::portal::{Frame, Language};
    use askama::Template as _;

    #[test]
    fn each_state_has_a_letter_and_a_word_and_a_demo_says_what_it_is() {
        let one = |state: &str| Device {
            id: format!("id-{state}"),
            name: format!("<b>{state}"),
            platform: "windows".to_owned(),
            user: None,
            state: state.to_owned(),
            serial: None,
            transaction: None,
            told: String::new(),
        };
        let states = ["enrolled", "refused", "disabled", "retired", "wiped", "deleted"];
        let mut letters: Vec<&str> = states.iter().map(|state| one(state).letter()).collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), states.len(), "no letter twice");
        for (language, _) in Language::ALL {
            let frame = Frame { demo: true, ..Frame::bare(language) };
            let shown: Vec<Device> = states.iter().map(|state| one(state)).collect();
            for device in &shown {
                assert!(frame.words.has(&format!("sim-{}", device.state)));
                assert!(device.deeds().iter().all(|deed| frame.words.has(&format!("sim-do-{deed}"))));
            }
            let fleet = Fleet { devices: 6, enrolled: 5, refused: 1, left: 3, shown };
            let chosen = Some(one("enrolled"));
            let page = Page { frame: &frame, w: frame.words, fleet, chosen }.render().unwrap();
            assert!(page.contains("class=\"demo\"") && !page.contains("<b>"), "{page}");
        }
    }
}
