//! Which certificate profiles an endpoint issues by: one, or one for each purpose as NDES has them (M30).

use super::USUAL_PROFILE;
use super::draft::Draft;
use crate::config::problem::{Code, Problem};
use ca::profile::{ProfileName, ProfileSet, Slots};

impl Draft<'_> {
    pub(super) fn slots(&mut self, profiles: &ProfileSet) -> Option<Slots> {
        let Some(slots) = self.settings.slots.clone() else {
            return self.profile("profile", &self.settings.profile, profiles).map(|name| Slots::all(&name));
        };
        if self.settings.profile != USUAL_PROFILE {
            self.problems.push(
                Problem::new(Code::Doubtful, self.key("profile"), &self.settings.profile)
                    .rule("the slots say which profile is meant, so this line does nothing")
                    .fix("remove the line, or the section [endpoint.slots]"),
            );
        }
        let mut slot = |name: &str, profile: Option<String>| match profile {
            Some(profile) => self.profile(&format!("slots.{name}"), &profile, profiles).map(Some),
            None => Some(None),
        };
        let (signature, encryption) =
            (slot("signature", slots.signature), slot("encryption", slots.encryption));
        let general = slot("general", slots.general);
        let believed = Slots { signature: signature?, encryption: encryption?, general: general? };
        if believed.names().next().is_some() {
            return Some(believed);
        }
        self.problems.push(
            Problem::new(Code::Missing, self.key("slots"), "")
                .rule("without a slot nothing can be issued here")
                .fix("name a profile for signature, encryption or general"),
        );
        None
    }

    /// Row M23: the reference is by name; a display name is answered with the name that was meant.
    fn profile(&mut self, key: &str, name: &str, profiles: &ProfileSet) -> Option<ProfileName> {
        let problem = Problem::new(Code::UnknownName, self.key(key), name);
        match profiles.find(name) {
            Ok(found) => return Some(found.name.clone()),
            // It is there, and what is wrong with it has been said.
            Err(_) if self.all.profile.iter().any(|one| one.name == name) => {}
            Err(ca::profile::UnknownProfile { meant: Some(meant), .. }) => self
                .problems
                .push(problem.rule("this is a display name").fix(format!(r#"write its name, "{meant}""#))),
            Err(_) => {
                let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
                let fix = format!("use one of: {}", names.join(", "));
                self.problems.push(problem.rule("no [[profile]] has this name").fix(fix));
            }
        }
        None
    }
}
