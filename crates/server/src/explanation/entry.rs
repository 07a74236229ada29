//! What belongs to a code wherever it is said.

use std::fmt;

/// A code of this program's closed list, shown as `CHY-5001`. A number never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The four digits.
    pub number: u16,
    /// What has happened, in one sentence that anybody may read.
    pub sentence: &'static str,
    /// What to do about it, where no better advice is at hand.
    pub fix: &'static str,
}

impl Entry {
    /// The page that explains it.
    #[must_use]
    pub fn page(self) -> String {
        page(self.number)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CHY-{:04}", self.number)
    }
}

/// The page of a code, with its anchor: one file a family. `ca` says which page is the one of its own refusals.
#[must_use]
pub fn page(number: u16) -> String {
    let reasons = ca::rejection::ALL.iter().copied().flatten();
    if let Some(reason) = reasons.into_iter().find(|reason| reason.code.number() == number) {
        return reason.page();
    }
    let family = match number {
        ..2000 => "message",
        2000..3000 => "request",
        3000..3100 => "challenge",
        3100..4000 => "intune",
        4000..5000 => "renewal",
        5100..5200 => "mdm",
        5000..6000 => "server",
        6500..6600 => "people",
        6000.. => "configuration",
    };
    format!("docs/errors/{family}.md#chy-{number:04}")
}

/// A table of codes: a constant for each, and `ALL` of them in the order written.
macro_rules! entries {
    ($($name:ident = $number:literal $sentence:literal $fix:expr;)+) => {
        $(
            #[doc = $sentence]
            pub const $name: $crate::explanation::Entry =
                $crate::explanation::Entry { number: $number, sentence: $sentence, fix: $fix };
        )+

        /// Every entry of this table.
        pub const ALL: &[$crate::explanation::Entry] = &[$($name),+];
    };
}

pub(crate) use entries;
