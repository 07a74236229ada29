//! What a requester may ask for.

use serde::{Deserialize, Serialize};

/// Profiles and names that requests of a person are held to. What is in no list is not allowed: two empty lists allow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RequestLimits {
    /// Names of certificate profiles.
    pub profiles: Vec<String>,
    /// Patterns for each name that is asked for, the common name and every subject alternative name. `*` is one or more
    /// characters but no `@`; letter case does not count.
    pub names: Vec<String>,
}

impl RequestLimits {
    /// Entries in a list, at most.
    pub const MOST: usize = 100;

    /// Whether the profile may be asked for.
    #[must_use]
    pub fn allow_profile(&self, profile: &str) -> bool {
        self.profiles.iter().any(|one| one == profile)
    }

    /// Whether the name may be asked for.
    #[must_use]
    pub fn allow_name(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.names.iter().any(|pattern| is_like(&pattern.to_lowercase(), &name))
    }

    /// Whether it can be meant: few entries, of printable characters, none empty.
    #[must_use]
    pub fn is_sensible(&self) -> bool {
        let good = |entry: &String| {
            !entry.is_empty()
                && entry.len() <= 255
                && !entry.chars().any(|c| c.is_control() || c.is_whitespace())
        };
        [&self.profiles, &self.names]
            .into_iter()
            .all(|list| list.len() <= Self::MOST && list.iter().all(good))
    }
}

/// One pass with one place to come back to, so that no pattern takes more than pattern times name.
fn is_like(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while let Some(letter) = name.get(n) {
        match pattern.get(p) {
            // A star takes one character at once, and more of them only if what follows does not fit.
            Some('*') if *letter != '@' => {
                star = Some((p, n));
                (p, n) = (p + 1, n + 1);
            }
            Some(wanted) if wanted == letter => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, taken)) if name.get(taken + 1).is_some_and(|next| *next != '@') => {
                    star = Some((at, taken + 1));
                    (p, n) = (at + 1, taken + 2);
                }
                _ => return false,
            },
        }
    }
    p == pattern.len()
}

#[cfg(test)]
mod tests {
    use super::RequestLimits;

    fn allows(pattern: &str, name: &str) -> bool {
        let limits = RequestLimits { names: vec![pattern.to_owned()], ..RequestLimits::default() };
        limits.allow_name(name)
    }

    #[test]
    fn a_star_is_at_least_one_character_and_no_at_sign() {
        for (pattern, name) in [
            ("*.lab.example.com", "a.lab.example.com"),
            ("*.lab.example.com", "a.b.LAB.example.com"),
            ("web*", "web01"),
            ("*@example.com", "ada.l@example.com"),
            ("a*b*c", "axxbyybzc"),
            ("exact", "Exact"),
        ] {
            assert!(allows(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.lab.example.com", ".lab.example.com"),
            ("*.lab.example.com", "lab.example.com"),
            ("*.lab.example.com", "a.lab.example.com.evil.test"),
            ("*@example.com", "x@evil.test@example.com"),
            ("*", "root@example.com"),
            ("web*", "web"),
            ("exact", "exactly"),
            ("", ""),
            ("a*b", "a@b"),
        ] {
            // The empty pattern is never recorded; here it must not match more than the empty name.
            assert!(!allows(pattern, name) || name.is_empty(), "{pattern} {name}");
        }
        assert!(
            !RequestLimits::default().allow_name("anything")
                && !RequestLimits::default().allow_profile("device")
        );
    }

    #[test]
    fn a_pattern_of_many_stars_ends() {
        let pattern = "*a".repeat(100) + "b";
        assert!(!allows(&pattern, &"a".repeat(5_000)));
    }

    #[test]
    fn limits_that_cannot_be_meant_are_known() {
        let names = |names: &[&str]| RequestLimits {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..RequestLimits::default()
        };
        assert!(names(&["*.example.com"]).is_sensible());
        for bad in [&[""][..], &["a b"], &["a\n"], &["x"; 101]] {
            assert!(!names(bad).is_sensible(), "{bad:?}");
        }
    }
}
