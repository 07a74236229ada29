//! The policy: rules over what is known of a request, in order; the first that matches decides (M69).
//!
//! A rule is a structure of typed settings ([`Settings`]), not a program: each matcher names a fact and what it must be,
//! all matchers of a rule must hold, and the rule has exactly one [`Outcome`]. So a rule can be checked before it is
//! used, costs what its matchers cost, and explains itself by the facts that it looked at.
//!
//! A fact may be unknown (no directory, or one that does not say). A rule that takes something away matches on
//! what is not known, unless it says otherwise; a rule that gives something never does (fail closed).
//!
//! The policy comes before [`crate::decide()`] and can only choose what that is asked with, ask somebody, or refuse: no rule lets
//! anything through that the profile, the validator or the key checks refuse.

mod explain;
mod facts;
mod matcher;
mod pattern;
mod settings;

pub use explain::{Explained, Step};
pub use facts::{Device, Facts, Names, RequestKind, User};
pub use matcher::{Held, Reading};
pub use pattern::Pattern;
pub use settings::{Known, RuleFault, Settings, UnknownFacts, When};

use crate::profile::ProfileName;
use crate::rejection::{PolicyFault, Shown};
use matcher::{Look, Lowered, Matcher, Wanted};
use std::fmt;

/// What a rule does with the requests that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Goes on, by the endpoint's own profile.
    Allow,
    /// Goes on, by this profile.
    UseProfile(ProfileName),
    /// Ends, with this sentence for whoever asked.
    Refuse(String),
    /// Goes on, by the endpoint's own profile, once somebody has approved it; with this sentence for them.
    Ask(String),
}

impl Outcome {
    /// Whether it ends the request.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refuse(_))
    }

    /// Whether it takes something away: such a rule looks at each name that is asked for, where one that gives something
    /// needs all of them.
    #[must_use]
    pub const fn takes_away(&self) -> bool {
        matches!(self, Self::Refuse(_) | Self::Ask(_))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("allow"),
            Self::UseProfile(name) => write!(f, "use_profile {name}"),
            Self::Refuse(_) => f.write_str("refuse"),
            Self::Ask(_) => f.write_str("ask"),
        }
    }
}

/// One rule. Only [`Settings::check`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    name: String,
    matchers: Vec<Matcher>,
    outcome: Outcome,
    unknown: UnknownFacts,
}

impl Rule {
    /// Its name, which is unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    fn matches(&self, facts: &Lowered<'_>) -> bool {
        let refuses = self.outcome.takes_away();
        self.matchers.iter().all(|one| self.passes(one.held(facts, refuses)))
    }

    fn passes(&self, held: Held) -> bool {
        match held {
            Held::Yes => true,
            Held::No => false,
            Held::Unknown => self.unknown == UnknownFacts::Match,
        }
    }

    /// The refusal of a request with these facts, where the rule asks and nobody waits for the answer.
    #[must_use]
    pub fn unawaited(&self, facts: &Facts) -> PolicyFault {
        let why = explain::because(self, &Lowered::of(facts));
        PolicyFault::Unawaited { rule: Shown::new(&self.name), why: Shown::new(&why) }
    }

    /// The refusal of a request with these facts.
    fn refusal(&self, sentence: &str, facts: &Facts) -> PolicyFault {
        let why = explain::because(self, &Lowered::of(facts));
        PolicyFault::Refused {
            rule: Shown::new(&self.name),
            sentence: Shown::new(sentence),
            why: Shown::new(&why),
        }
    }
}

/// All rules, in order. Empty, it lets everything go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy(Vec<Rule>);

/// What the policy says of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The rule that decided; `None` where none matched, which means [`Outcome::Allow`].
    pub rule: Option<&'a Rule>,
}

impl<'a> Decision<'a> {
    /// What becomes of the request.
    #[must_use]
    pub fn outcome(&self) -> &'a Outcome {
        self.rule.map_or(&Outcome::Allow, Rule::outcome)
    }

    /// The rule that wants an approval first, and its sentence.
    #[must_use]
    pub fn question(&self) -> Option<(&'a Rule, &'a str)> {
        match (self.rule, self.outcome()) {
            (Some(rule), Outcome::Ask(sentence)) => Some((rule, sentence)),
            _ => None,
        }
    }

    /// The profile to go on with, where it is not the endpoint's own.
    ///
    /// # Errors
    /// [`PolicyFault::Refused`], with the rule, its sentence and the facts that it matched on.
    pub fn profile(&self, facts: &Facts) -> Result<Option<&'a ProfileName>, PolicyFault> {
        match (self.rule, self.outcome()) {
            (Some(rule), Outcome::Refuse(sentence)) => Err(rule.refusal(sentence, facts)),
            (_, Outcome::UseProfile(name)) => Ok(Some(name)),
            _ => Ok(None),
        }
    }
}

impl Policy {
    /// Rules with distinct names, in this order.
    ///
    /// # Errors
    /// The first name that stands twice.
    pub fn new(rules: Vec<Rule>) -> Result<Self, String> {
        for (index, rule) in rules.iter().enumerate() {
            if rules.iter().take(index).any(|earlier| earlier.name == rule.name) {
                return Err(rule.name.clone());
            }
        }
        Ok(Self(rules))
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.0
    }

    /// The groups that rules ask for, as they are written: a directory that has too many to list is asked for these alone.
    pub fn groups(&self) -> impl Iterator<Item = &Pattern> {
        let of_groups = |one: &&Matcher| matches!(one.look, Look::DeviceGroups | Look::UserGroups);
        let matchers = self.0.iter().flat_map(|rule| &rule.matchers).filter(of_groups);
        matchers.flat_map(|one| match &one.wanted {
            Wanted::OneOf(patterns) => patterns.as_slice(),
            Wanted::Is(_) | Wanted::Asked(_) => &[],
        })
    }

    /// Decides: the first rule that matches.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision<'_> {
        if self.0.is_empty() {
            return Decision { rule: None };
        }
        let lowered = Lowered::of(facts);
        Decision { rule: self.0.iter().find(|rule| rule.matches(&lowered)) }
    }

    /// Decides, and says why: every rule up to the one that decided, with what it looked at.
    #[must_use]
    pub fn explain(&self, facts: &Facts) -> Explained<'_> {
        explain::explain(&self.0, &Lowered::of(facts))
    }
}
