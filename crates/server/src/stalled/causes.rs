//! Why a conversation may have stalled, the likeliest first. Values in, values out: nothing is known but how far it came, what the
//! peer calls itself, and whether such peers have come further here.

/// How far a conversation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// It asked for the capabilities and nothing else.
    CapabilitiesOnly,
    /// GetCACert was answered by an error.
    CaCertificateRefused,
    /// It got the CA's certificates, and sent no request.
    NoRequest,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 3] = [Reason::CapabilitiesOnly, Reason::CaCertificateRefused, Reason::NoRequest];

    /// As metrics, store and API write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::CapabilitiesOnly => "capabilities_only",
            Reason::CaCertificateRefused => "ca_certificate_refused",
            Reason::NoRequest => "no_request",
        }
    }

    /// The reason of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a peer is, by its User-Agent (intune-contract.md's table of clients). A name that anybody can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// `Mozilla/4.0 (compatible; Win32; NDES client …)`.
    Windows,
    /// `profiled/1.0 CFNetwork/… Darwin/…`.
    Apple,
    /// `Dalvik/… (Linux; U; Android …)`.
    Android,
    /// Anything else.
    Other,
}

impl System {
    /// By the User-Agent.
    #[must_use]
    pub fn of(user_agent: &str) -> System {
        let has = |text: &str| user_agent.contains(text);
        if has("NDES client") || has("Win32") || has("Windows") {
            System::Windows
        } else if has("Darwin") || has("CFNetwork") || has("mdmclient") {
            System::Apple
        } else if has("Android") || has("Dalvik") {
            System::Android
        } else {
            System::Other
        }
    }

    /// As the store and the API write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            System::Windows => "windows",
            System::Apple => "apple",
            System::Android => "android",
            System::Other => "other",
        }
    }

    fn parse(word: &str) -> System {
        let all = [System::Windows, System::Apple, System::Android];
        all.into_iter().find(|one| one.as_str() == word).unwrap_or(System::Other)
    }
}

/// A cause, with how to find out and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct StallCause {
    /// Stable word.
    pub cause: &'static str,
    /// What would be so, in one sentence.
    pub sentence: &'static str,
    /// What to do to find out, and to mend it.
    pub fix: &'static str,
}

const OTHER_ROOT: StallCause = StallCause {
    cause: "other_root",
    sentence: "The device's profile names another root certificate than this CA's, or the root is not on the device.",
    fix: "Compare the thumbprint in the profile with `chancery ca show`; Windows notes event 32, \"the hash value is not correct\".",
};
const KEY: StallCause = StallCause {
    cause: "key_not_made",
    sentence: "The device could not make its key: a TPM that is busy, locked or cannot do the size.",
    fix: "Look into the device's own log; try a profile that keeps the key in software on this one device.",
};
const RA_SHAPE: StallCause = StallCause {
    cause: "ra_certificate",
    sentence: "The device cannot use the RA's certificate, or not what GetCACert shows beside it.",
    fix: "Run `chancery doctor`; try another get_ca_cert of the endpoint: \"chain\" or \"ra_ca\".",
};
const CLOCK: StallCause = StallCause {
    cause: "clock",
    sentence: "The device's clock lies outside the validity of the CA's certificates.",
    fix: "Compare the device's time with ours; `chancery doctor` compares ours with the world's.",
};
const STATUS: StallCause = StallCause {
    cause: "status_unreachable",
    sentence: "The device cannot fetch the CRL or ask OCSP for the CA's certificates.",
    fix: "Fetch the addresses in the issuing CA's certificate from the device's network; look at public_url.",
};
const BLOCKED: StallCause = StallCause {
    cause: "way_cut",
    sentence: "Something between the device and here lets GetCACaps through and not what follows it.",
    fix: "Run `chancery doctor`; look for a proxy that inspects, rewrites or redirects.",
};
const PROBE: StallCause = StallCause {
    cause: "probe",
    sentence: "It was no device: a monitor or a scanner asks for the capabilities and is done.",
    fix: "Look at the address and the User-Agent; nothing is to be done.",
};
const OURS: StallCause = StallCause {
    cause: "ca_certificate_error",
    sentence: "GetCACert was answered by an error of this server.",
    fix: "Look for the endpoint's errors in the log at that time; run `chancery doctor`.",
};

/// The causes that explain it, the likeliest first.
#[must_use]
pub fn ranked(reason: Reason, system: System, served_before: bool) -> Vec<StallCause> {
    match reason {
        Reason::CaCertificateRefused => vec![OURS, BLOCKED],
        Reason::CapabilitiesOnly if system == System::Other => vec![PROBE, BLOCKED],
        Reason::CapabilitiesOnly => vec![BLOCKED, PROBE],
        Reason::NoRequest => without_request(system, served_before),
    }
}

/// What all devices of a system share (the root in their profile, the shape of the RA's certificate) is unlikely where one of them came
/// further; what is one device's own (its key, its clock) is likely then.
fn without_request(system: System, served_before: bool) -> Vec<StallCause> {
    let shared = match system {
        System::Windows => [OTHER_ROOT, RA_SHAPE, STATUS],
        // Apple's devices go by the RA's certificate before all else (scep.md Q24).
        System::Apple => [RA_SHAPE, OTHER_ROOT, STATUS],
        System::Android | System::Other => [OTHER_ROOT, STATUS, RA_SHAPE],
    };
    let own: &[StallCause] = match system {
        System::Windows => &[KEY, CLOCK],
        System::Apple | System::Android => &[CLOCK, KEY],
        System::Other => &[CLOCK, PROBE],
    };
    if served_before {
        own.iter().copied().chain(shared).collect()
    } else {
        shared.into_iter().chain(own.iter().copied()).collect()
    }
}

/// The same for what a row of the store says; nothing where it says what this program does not know.
#[must_use]
pub fn of_row(row: &crate::store::NewStalled) -> Vec<StallCause> {
    let Some(reason) = Reason::parse(&row.reason) else { return Vec::new() };
    let seen: serde_json::Value = serde_json::from_str(&row.seen).unwrap_or_default();
    let system = System::parse(seen["system"].as_str().unwrap_or_default());
    ranked(reason, system, seen["served_before"] == true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_of_the_system_prove_right_comes_last() {
        let first = |served| ranked(Reason::NoRequest, System::Windows, served)[0].cause;
        assert_eq!((first(false), first(true)), ("other_root", "key_not_made"));
        assert_eq!(ranked(Reason::NoRequest, System::Apple, false)[0], RA_SHAPE);
        assert_eq!(ranked(Reason::CaCertificateRefused, System::Apple, true)[0], OURS);
        assert_eq!(ranked(Reason::CapabilitiesOnly, System::of("curl/8.5"), false)[0], PROBE);
    }

    #[test]
    fn real_clients_are_known_by_what_they_call_themselves() {
        for (text, system) in [
            ("Mozilla/4.0 (compatible; Win32; NDES client 10.0.26100.1/ge_release)", System::Windows),
            ("profiled/1.0 CFNetwork/1568.200.51 Darwin/24.1.0", System::Apple),
            ("Dalvik/2.1.0 (Linux; U; Android 14)", System::Android),
            ("", System::Other),
        ] {
            assert_eq!(System::of(text), system, "{text}");
        }
    }
}
