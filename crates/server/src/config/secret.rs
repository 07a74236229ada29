//! Text that must not be shown.

use zeroize::Zeroizing;

/// A secret read from a file or the environment. It has no `Debug`, no `Display` and no `Serialize`, so that
/// no log line and no error can carry it; its memory is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps `text`.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself. The name is long so that each use shows in review.
    #[must_use]
    pub fn reveal_secret(&self) -> &str {
        &self.0
    }
}
