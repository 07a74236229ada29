//! Words out of a closed list.

use super::problem::{Code, Problem};
use super::schema::suggestion;

/// A setting whose value is one of a few words.
pub(super) trait Word: Sized + Copy + 'static {
    /// Every word and what it means, in the order they are told.
    const WORDS: &'static [(&'static str, Self)];

    /// Believes the word at `key`.
    fn believe(key: &str, text: &str) -> Result<Self, Problem> {
        if let Some((_, word)) = Self::WORDS.iter().find(|(name, _)| *name == text) {
            return Ok(*word);
        }
        let names: Vec<&str> = Self::WORDS.iter().map(|(name, _)| *name).collect();
        let nearest = suggestion(text, &names).or(names.first().copied()).unwrap_or_default();
        Err(Problem::new(Code::Rule, key, text)
            .rule(format!("the value is one of {}", names.join(", ")))
            .fix(format!(r#"write "{nearest}""#)))
    }
}
