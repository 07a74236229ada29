//! Which of several URLs a device asks.

use crate::platform::UrlChoice;

/// The URLs of one policy cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered<U> {
    /// In the order in which the device tries them.
    pub urls: Vec<U>,
    /// Whether a device that got an answer from one of them keeps to that for the rest of the enrolment (M170).
    pub stays: bool,
}

impl UrlChoice {
    /// What a device has to go by in one policy cycle. `below(n)` draws a number less than `n`, a fresh one each time
    /// (M174).
    #[must_use]
    pub fn deliver<U: Clone>(self, urls: &[U], mut below: impl FnMut(usize) -> usize) -> Delivered<U> {
        let stays = self == Self::DeviceShuffles;
        if self == Self::OneDrawn {
            let drawn = urls.get(below(urls.len().max(1)));
            return Delivered { urls: drawn.cloned().into_iter().collect(), stays };
        }
        let mut shuffled = urls.to_vec();
        for at in (1..shuffled.len()).rev() {
            let other = below(at + 1).min(at);
            shuffled.swap(at, other);
        }
        Delivered { urls: shuffled, stays }
    }
}
