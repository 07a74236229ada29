//! Whom assignments reach.

use crate::profile::{Assignment, Group};

/// By which of its two ways an assignment reaches a device: itself, or its user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    /// As the device of its user.
    pub user: bool,
    /// As itself.
    pub device: bool,
}

impl Reach {
    /// What `assignments` reach of a device with or without a user; `within` says of a group whether user and device
    /// are members.
    ///
    /// A member of an excluded group gets nothing by the way of that membership: groups of users do not take a device
    /// out that is reached as itself, and the reverse (M3, contract §12).
    #[must_use]
    pub fn of(assignments: &[Assignment], has_user: bool, within: impl Fn(&Group) -> Self) -> Self {
        let (mut included, mut excluded) = (Self::default(), Self::default());
        for one in assignments {
            match one {
                Assignment::AllUsers => included.user |= has_user,
                Assignment::AllDevices => included.device = true,
                Assignment::Group(group) => included = included.or(within(group)),
                Assignment::Exclude(group) => excluded = excluded.or(within(group)),
            }
        }
        Self { user: included.user && !excluded.user, device: included.device && !excluded.device }
    }

    /// Whether it reaches the device at all.
    #[must_use]
    pub const fn any(self) -> bool {
        self.user || self.device
    }

    /// Whether both come by one way. A SCEP profile for users finds no trusted certificate for devices, and the
    /// reverse (M3).
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.user && other.user || self.device && other.device
    }

    const fn or(self, other: Self) -> Self {
        Self { user: self.user || other.user, device: self.device || other.device }
    }
}
