//! What the demo promises: who enrols, who does not, and by which code.

use simulator::fleet::Trick;

/// The code that explains why a trick failed; another one is a broken promise.
pub(super) fn code(trick: Trick) -> &'static str {
    match trick {
        Trick::Tampered => "CHY-1023",
        Trick::SubjectChanged | Trick::EscapedComma => "CHY-3109",
        Trick::SanChanged => "CHY-3111",
        Trick::NoChallenge => "CHY-3001",
        Trick::UnknownDevice => "CHY-3122",
        Trick::ExpiredChallenge => "CHY-3107",
        Trick::ReplayedChallenge => "CHY-3004",
        Trick::SpoofedSid => "CHY-2314",
        Trick::WeakKey => "CHY-2102",
    }
}

/// Numbers of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Devices that got a certificate.
    pub(super) enrolled: usize,
    /// Deliberate failures, each with code, cause and fix as promised.
    pub(super) explained: usize,
    /// Devices that ended otherwise.
    pub(super) surprises: usize,
}

impl Tally {
    pub(super) fn done(self) -> usize {
        self.enrolled + self.explained + self.surprises
    }

    /// Whether everything ended as promised for so many devices, and Intune was told of as many certificates.
    pub(super) fn keeps_promise(self, devices: usize, told: usize) -> bool {
        let tricks = Trick::ALL.len();
        // Whoever replays a challenge has spent it well once.
        let first_use_of_the_replayed = 1;
        self.surprises == 0
            && self.explained == tricks
            && self.enrolled + tricks == devices
            && told == self.enrolled + first_use_of_the_replayed
    }
}
