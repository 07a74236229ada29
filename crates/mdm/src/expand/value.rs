//! Facts in the place of variables.

use super::{Facts, NotDelivered};
use crate::platform::Verdict;
use crate::profile::Profile;
use crate::variable::{Piece, Place, Template, Variable};

/// What stands before a SID in a URI (M186, M188).
const SID_TAG: &str = "tag:microsoft.com,2022-09-14:sid:";

/// What a text's variables are replaced from, and where the text stands.
pub(super) struct Filling<'a> {
    pub(super) profile: &'a Profile,
    pub(super) facts: &'a Facts,
    pub(super) place: Place,
}

impl Filling<'_> {
    /// The text with a fact in the place of each variable.
    pub(super) fn fill(&self, template: &Template) -> Result<String, NotDelivered> {
        let mut text = String::new();
        for piece in template.pieces() {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Variable(variable) => text.push_str(&self.value(*variable)?),
            }
        }
        Ok(text)
    }

    fn value(&self, variable: Variable) -> Result<String, NotDelivered> {
        let (place, certificate_type) = (self.place, self.profile.certificate_type);
        if let Verdict::Refused { why, source } =
            self.facts.device.platform.verdict(variable, place, certificate_type)
        {
            return Err(NotDelivered::Refused { variable, place, why, source });
        }
        let known = self.facts.value(variable, certificate_type).filter(|value| !value.trim().is_empty());
        let value = known.ok_or_else(|| self.absent(variable))?;
        if let Some(character) = value.chars().find(|c| acts_unseen(*c)) {
            return Err(NotDelivered::Unseen { variable, character });
        }
        match variable {
            Variable::OnPremisesSecurityIdentifier if !is_sid(value) => Err(NotDelivered::MalformedSid),
            Variable::OnPremisesSecurityIdentifier => Ok(format!("{SID_TAG}{value}")),
            _ => Ok(value.to_owned()),
        }
    }

    fn absent(&self, variable: Variable) -> NotDelivered {
        if variable.is_users_in(self.profile.certificate_type) && self.facts.user.is_none() {
            NotDelivered::NoUser(variable)
        } else {
            NotDelivered::NoValue(variable)
        }
    }
}

/// Characters that change how a name looks without being seen: control characters, the marks and overrides of
/// bidirectional text, and those of no width (threat 16).
fn acts_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `S-1-`, an authority and 1 to 15 sub-authorities of 32 bits ([MS-DTYP] §2.4.2.1).
fn is_sid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("S-1-") else { return false };
    let mut numbers = rest.split('-');
    let digits = |number: &str| !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
    let authority = numbers.next().is_some_and(|number| digits(number) && number.len() <= 15);
    let rest: Vec<&str> = numbers.collect();
    let sub = |number: &&str| digits(number) && number.parse::<u32>().is_ok();
    authority && (1..=15).contains(&rest.len()) && rest.iter().all(sub)
}
