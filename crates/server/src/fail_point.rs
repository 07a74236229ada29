//! Named places at which a crash test has the process die. Without the feature `fail-points` nothing of this is
//! compiled into the program; no release has it.
//!
//! `CHANCERY_FAIL_POINT=after_reserve:3` aborts at the third pass of that point. `CHANCERY_PLANTED_FAULT=answer_first`
//! makes the server answer before its second commit: the control that a crash test must catch.

/// A place at which the process may be told to die.
macro_rules! fail_point {
    ($name:literal) => {{
        #[cfg(feature = "fail-points")]
        $crate::fail_point::pass($name);
    }};
}

pub(crate) use fail_point;

/// Every point, in the order of an enrolment, then what runs beside.
#[cfg(feature = "fail-points")]
pub const ALL: [&str; 15] = [
    "before_reserve",
    "before_commit",
    "after_commit",
    "after_reserve",
    "after_sign",
    "after_complete",
    "before_tell",
    "after_tell",
    "after_notify",
    "before_respond",
    "after_respond",
    "recovery_signed",
    "recovery_completed",
    "before_crl_put",
    "after_crl_put",
];

#[cfg(feature = "fail-points")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct Armed {
        name: String,
        left: AtomicU64,
    }

    /// Aborts where this is the point that the environment names, at the pass that it names.
    pub(crate) fn pass(name: &str) {
        static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
        let armed = ARMED.get_or_init(|| {
            let wanted = std::env::var("CHANCERY_FAIL_POINT").ok()?;
            let (name, pass) = wanted.split_once(':').unwrap_or((&wanted, "1"));
            Some(Armed { name: name.to_owned(), left: AtomicU64::new(pass.parse().ok()?) })
        });
        if let Some(armed) = armed.as_ref().filter(|armed| armed.name == name)
            && armed.left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            std::process::abort();
        }
    }

    /// Whether the environment asks for this planted fault.
    pub(crate) fn planted(fault: &str) -> bool {
        static PLANTED: OnceLock<Option<String>> = OnceLock::new();
        PLANTED.get_or_init(|| std::env::var("CHANCERY_PLANTED_FAULT").ok()).as_deref() == Some(fault)
    }
}

#[cfg(feature = "fail-points")]
pub(crate) use armed::{pass, planted};
