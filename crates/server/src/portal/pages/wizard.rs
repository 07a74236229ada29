//! Setting up, step by step. A step says what is configured now, which lines of the settings file are wanted, and by its test whether
//! they do what they should. Nothing is kept of it: how far somebody is follows from the server itself, so that each step can be
//! left and come back to, by anybody.

mod lines;
mod look;
mod rules;

use super::profiles::Row;
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words};
use askama::Template;

/// The steps, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The public URL.
    Url,
    /// Root and issuing CA.
    Ca,
    /// Whom to believe.
    Connection,
    /// What certificates say.
    Template,
    /// Who gets one.
    Policy,
    /// Profiles for the MDM.
    Profiles,
    /// A device that tries.
    Device,
    /// Who is told when something goes wrong.
    Alerts,
}

impl Step {
    const ALL: [Step; 8] = [
        Step::Url,
        Step::Ca,
        Step::Connection,
        Step::Template,
        Step::Policy,
        Step::Profiles,
        Step::Device,
        Step::Alerts,
    ];

    /// As the address has it.
    fn word(self) -> &'static str {
        match self {
            Step::Url => "url",
            Step::Ca => "ca",
            Step::Connection => "connection",
            Step::Template => "template",
            Step::Policy => "policy",
            Step::Profiles => "profiles",
            Step::Device => "device",
            Step::Alerts => "alerts",
        }
    }

    fn parse(word: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.word() == word)
    }

    fn number(self) -> usize {
        Step::ALL.iter().position(|one| *one == self).unwrap_or_default() + 1
    }

    fn before(self) -> Option<Step> {
        Step::ALL.get(self.number().checked_sub(2)?).copied()
    }

    fn after(self) -> Option<Step> {
        Step::ALL.get(self.number()).copied()
    }

    fn title(self, w: &Words) -> String {
        w.t(&format!("wizard-{}", self.word()))
    }

    fn lead(self, w: &Words) -> String {
        w.t(&format!("wizard-{}-lead", self.word()))
    }

    /// What to do on this step, in one or two sentences.
    fn deed(self, w: &Words) -> String {
        w.t(&format!("wizard-{}-do", self.word()))
    }

    /// The page that does what no settings file does.
    fn page(self) -> Option<&'static str> {
        match self {
            Step::Url => None,
            Step::Ca => Some("/cas"),
            Step::Connection => Some("/connections"),
            Step::Template => Some("/templates"),
            Step::Policy => Some("/policies"),
            Step::Profiles => Some("/profiles"),
            Step::Device => Some("/enrolments"),
            Step::Alerts => Some("/webhooks"),
        }
    }
}

/// How a step stands.
pub(super) struct Stand {
    /// `good`, `bad` or `wait`.
    tone: &'static str,
    /// Why, in a sentence.
    said: String,
    /// What to do, where it is bad.
    fix: String,
    /// What is configured now.
    rows: Vec<Row>,
}

impl Stand {
    fn new(tone: &'static str, said: String) -> Stand {
        Stand { tone, said, fix: String::new(), rows: Vec::new() }
    }

    /// What could not be looked at.
    fn refused(problem: &Problem, w: &Words) -> Stand {
        let said = if problem.title.is_empty() { w.t("wizard-not-seen") } else { problem.title.clone() };
        Stand { fix: problem.fix.clone(), ..Stand::new("wait", said) }
    }

    /// The pill's class.
    fn tone(&self) -> &'static str {
        self.tone
    }

    fn word(&self, w: &Words) -> String {
        w.t(match self.tone {
            "good" => "wizard-done",
            "bad" => "wizard-open",
            _ => "wizard-unknown",
        })
    }

    fn with(mut self, label: String, value: impl Into<String>) -> Stand {
        self.rows.push(Row { label, value: value.into(), why: String::new() });
        self
    }
}

#[derive(Template)]
#[template(path = "wizard.html")]
struct Start<'a> {
    frame: &'a Frame,
    w: &'static Words,
    steps: Vec<(Step, Stand)>,
    /// The first step that is not done.
    next: Option<Step>,
}

#[derive(Template)]
#[template(path = "wizard-step.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    step: Step,
    stand: Stand,
    lines: &'static str,
    tested: Option<Stand>,
}

/// All steps, with how each stands.
pub(super) fn start(visit: Visit) -> Shown {
    Box::pin(async move {
        let (api, w) = (visit.api()?, visit.words);
        let mut steps = Vec::with_capacity(Step::ALL.len());
        for step in Step::ALL {
            let stand = look::at(step, api, w).await.unwrap_or_else(|problem| Stand::refused(&problem, w));
            steps.push((step, stand));
        }
        let next = steps.iter().find(|(_, stand)| stand.tone != "good").map(|(step, _)| *step);
        Answer::page(&Start { frame: &visit.frame, w, steps, next })
    })
}

/// One step.
pub(super) fn step(visit: Visit) -> Shown {
    Box::pin(async move { one(&visit, false).await })
}

/// One step, tested.
pub(super) fn test(visit: Visit) -> Shown {
    Box::pin(async move { one(&visit, true).await })
}

async fn one(visit: &Visit, test: bool) -> Result<Answer, Problem> {
    let step = Step::parse(visit.part("step")).ok_or_else(Problem::not_found)?;
    let (api, w) = (visit.api()?, visit.words);
    let seen =
        |outcome: Result<Stand, Problem>| outcome.unwrap_or_else(|problem| Stand::refused(&problem, w));
    let stand = seen(look::at(step, api, w).await);
    let tested = if test { Some(seen(look::tested(step, api, w).await)) } else { None };
    Answer::page(&One { frame: &visit.frame, w, step, stand, lines: lines::of(step), tested })
}

#[cfg(test)]
mod tests {
    use super::{Stand, Step, lines};
    use crate::portal::{Language, Words};

    #[test]
    fn each_step_has_its_words_and_leads_to_the_next() {
        for (language, _) in Language::ALL {
            for step in Step::ALL {
                for key in ["", "-lead", "-do"] {
                    let key = format!("wizard-{}{key}", step.word());
                    assert!(Words::of(language).has(&key), "{key}");
                }
                assert_eq!(Step::parse(step.word()), Some(step));
            }
            for tone in ["good", "bad", "wait"] {
                let w = Words::of(language);
                assert!(!Stand::new(tone, String::new()).word(w).starts_with("wizard-"));
            }
        }
        assert_eq!((Step::Url.before(), Step::Alerts.after()), (None, None));
        assert_eq!((Step::Url.after(), Step::Alerts.before()), (Some(Step::Ca), Some(Step::Device)));
    }

    #[test]
    fn the_lines_to_copy_are_settings_that_there_are() {
        for step in Step::ALL {
            let text = lines::of(step);
            let read: Result<crate::config::Settings, _> = toml::from_str(text);
            assert!(read.is_ok(), "{step:?}: {:?}", read.err());
        }
    }
}
