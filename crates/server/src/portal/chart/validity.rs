//! How far a certificate's life has gone: a bar with the time in which it is renewed, and with now.

use crate::portal::{Words, when};
use askama::Template;
use pki::Time;

/// The bar's length, in the picture's units.
const LENGTH: i64 = 600;

/// The life of a certificate.
#[derive(Template)]
#[template(path = "chart/validity.html")]
pub(crate) struct Validity {
    /// First second.
    pub(crate) from: Time,
    /// Last second.
    pub(crate) until: Time,
    /// When the picture is looked at.
    pub(crate) now: Time,
    /// The page's texts.
    pub(crate) w: &'static Words,
}

impl Validity {
    fn life(&self) -> i64 {
        self.until.unix().saturating_sub(self.from.unix()).max(1)
    }

    /// From when on a device renews: a fifth of the life is left then, which is what Intune writes into profiles unless told otherwise.
    pub(crate) fn renewal(&self) -> Time {
        self.until.plus_seconds(-(self.life() / 5))
    }

    /// Where a time is on the bar, 0 to [`LENGTH`].
    fn place(&self, at: Time) -> i64 {
        let gone = at.unix().saturating_sub(self.from.unix()).clamp(0, self.life());
        i64::try_from(i128::from(gone) * i128::from(LENGTH) / i128::from(self.life())).unwrap_or(LENGTH)
    }

    /// Whether now is on the bar.
    fn is_running(&self) -> bool {
        (self.from..=self.until).contains(&self.now)
    }

    /// Whole days until the end; none after it.
    pub(crate) fn days_left(&self) -> i64 {
        self.until.unix().saturating_sub(self.now.unix()).max(0) / 86_400
    }

    /// Whether devices renew it now.
    pub(crate) fn is_due(&self) -> bool {
        self.is_running() && self.now >= self.renewal()
    }

    /// The three times in the order of the bar: text's name, RFC 3339, for people.
    fn times(&self) -> [(&'static str, String, String); 3] {
        [("begins", self.from), ("renewal", self.renewal()), ("ends", self.until)].map(|(name, at)| {
            let text = at.to_string();
            let read = when(&text);
            (name, text, read)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Time, Validity};
    use crate::portal::{Language, Words};
    use askama::Template as _;

    fn life(now: i64) -> Validity {
        let at = |days| Time::from_unix(0).plus_days(days);
        Validity { from: at(0), until: at(100), now: at(now), w: Words::of(Language::En) }
    }

    #[test]
    fn a_fifth_of_the_life_is_left_when_renewal_begins() {
        assert_eq!(life(0).renewal(), Time::from_unix(0).plus_days(80));
        assert_eq!((life(79).is_due(), life(80).is_due(), life(101).is_due()), (false, true, false));
        assert_eq!((life(0).days_left(), life(99).days_left(), life(500).days_left()), (100, 1, 0));
    }

    #[test]
    fn now_is_on_the_bar_only_while_it_runs() {
        let drawn = |now| life(now).render().unwrap();
        assert!(drawn(50).contains("M300 "), "{}", drawn(50));
        assert!(!drawn(101).contains("class=\"line\"") && !drawn(-1).contains("class=\"line\""));
        assert!(
            drawn(50).contains("<table>") && drawn(50).contains("1970-03-22 00:00:00 UTC"),
            "{}",
            drawn(50)
        );
    }

    #[test]
    fn a_life_of_no_length_is_drawn() {
        let at = Time::from_unix(7);
        let none = Validity { from: at, until: at, now: at, w: Words::of(Language::En) };
        assert!(none.render().is_ok());
        let turned = Validity { from: at, until: Time::from_unix(0), now: at, w: Words::of(Language::En) };
        assert!(turned.render().is_ok());
    }
}
