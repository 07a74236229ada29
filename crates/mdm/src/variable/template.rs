//! Text with variables in it, taken apart.

use super::{Place, Variable};
use core::fmt;
use pki::text::shown;

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text that stays as it is.
    Literal(String),
    /// What a fact takes the place of.
    Variable(Variable),
}

/// A text of literal and variable pieces; none for the empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Template(Vec<Piece>);

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// `{` or `}` that is not one of two (M95).
    SingleBrace(char),
    /// `{{` that nothing closes.
    Open,
    /// A name that is no variable, and the variable that was probably meant.
    Unknown(String, Option<Variable>),
    /// After a variable in an alternative name: `;` or `|` (M115).
    AfterVariable(char),
    /// A control character.
    Control(char),
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// How many characters of the text stand before the place.
    pub at: usize,
    /// What is wrong there.
    pub fault: TemplateFault,
}

impl TemplateFault {
    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> String {
        match self {
            Self::SingleBrace(_) => {
                "write a variable in two braces on each side, and no other braces".to_owned()
            }
            Self::Open => "close the variable with }}".to_owned(),
            Self::Unknown(_, Some(meant)) => format!("write {meant}"),
            Self::Unknown(_, None) => "use a variable of the list, or plain text".to_owned(),
            Self::AfterVariable(';') => "make an entry of its own of each value".to_owned(),
            Self::AfterVariable(_) | Self::Control(_) => "remove the character".to_owned(),
        }
    }
}

impl Template {
    /// Takes a text apart. A subject's value comes here after the subject was read, so that no value can become two.
    ///
    /// # Errors
    /// What is wrong, where, and how to mend it.
    pub fn parse(text: &str, place: Place) -> Result<Self, TemplateError> {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some(start) = rest.find("{{") {
            let (literal, opened) = rest.split_at(start);
            let at = text.len() - rest.len();
            take_literal(&mut pieces, literal, place).map_err(|fault| fault.placed(text, at))?;
            let (variable, after) = variable(opened).map_err(|fault| fault.placed(text, at + start))?;
            pieces.push(Piece::Variable(variable));
            rest = after;
        }
        let at = text.len() - rest.len();
        take_literal(&mut pieces, rest, place).map_err(|fault| fault.placed(text, at))?;
        Ok(Self(pieces))
    }

    /// Its pieces, in order; no two literals stand side by side.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The variables in it, in order.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(*variable),
            Piece::Literal(_) => None,
        })
    }
}

/// A fault and how many octets after the start of what was looked at.
struct Found(TemplateFault, usize);

impl Found {
    fn placed(self, text: &str, offset: usize) -> TemplateError {
        let before = text.get(..offset + self.1).unwrap_or(text);
        TemplateError { at: before.chars().count(), fault: self.0 }
    }
}

/// Reads `{{Name}}` at the start; gives what follows it.
fn variable(opened: &str) -> Result<(Variable, &str), Found> {
    let body = opened.get(2..).unwrap_or_default();
    let (name, after) = body.split_once("}}").ok_or(Found(TemplateFault::Open, 0))?;
    if name.contains("{{") {
        return Err(Found(TemplateFault::Open, 0));
    }
    let unknown = || Found(TemplateFault::Unknown(name.to_owned(), Variable::nearest(name)), 2);
    Ok((Variable::parse(name).ok_or_else(unknown)?, after))
}

fn take_literal(pieces: &mut Vec<Piece>, literal: &str, place: Place) -> Result<(), Found> {
    let follows = matches!(place, Place::San(_)) && !pieces.is_empty();
    for (at, c) in literal.char_indices() {
        let fault = match c {
            '{' | '}' => TemplateFault::SingleBrace(c),
            ';' | '|' if follows => TemplateFault::AfterVariable(c),
            c if c.is_control() => TemplateFault::Control(c),
            _ => continue,
        };
        return Err(Found(fault, at));
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.to_owned()));
    }
    Ok(())
}

impl fmt::Display for Template {
    /// The text again, each variable under the name to write.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(text) => f.write_str(text),
            Piece::Variable(variable) => write!(f, "{variable}"),
        })
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SingleBrace(brace) => write!(f, "a single `{brace}`"),
            Self::Open => f.write_str("`{{` that is not closed"),
            Self::Unknown(name, _) => write!(f, "Intune knows no variable `{}`", shown(name)),
            Self::AfterVariable(character) => write!(f, "`{character}` after a variable (M115)"),
            Self::Control(character) => write!(f, "the control character U+{:04X}", u32::from(*character)),
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}; {}", self.at + 1, self.fault, self.fault.fix())
    }
}

impl core::error::Error for TemplateError {}
