use std::fmt;

/// Findings kept of each invariant; the others are counted.
const KEPT: usize = 20;

/// What must always hold (threat model, section "Invariants").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum Invariant {
    /// I1: everything that may have been signed has a row.
    Recorded,
    /// I2: a serial number is used once for each issuer, positive, at most 20 octets.
    Serials,
    /// I3: every certificate parses, verifies, keeps the lints, and is what was recorded and asked for.
    Certificates,
    /// I4: every certificate has one status.
    Status,
    /// I5: one certificate for each transaction and for each challenge.
    OneEach,
    /// I6: the MDM knows of every certificate, or it is pending, given up or revoked.
    Notifications,
    /// I7: what is revoked is on the newest CRL, with the same reason, and nothing else is.
    Revocations,
    /// I8: CRL numbers increase, without gap in validity.
    CrlNumbers,
    /// I9: the audit chain is unbroken and tells of each issuance once.
    Audit,
    /// I10: every validity lies within the CA's.
    Validity,
    /// I11: no reservation is without outcome after its time.
    Outcomes,
    /// I12: no row refers to a key, an authority or a row that is missing.
    References,
    /// Beyond the twelve, on request: no two RSA keys share a prime.
    SharedPrimes,
}

impl Invariant {
    /// All, in the order of their numbers.
    pub const ALL: [Invariant; 13] = [
        Invariant::Recorded,
        Invariant::Serials,
        Invariant::Certificates,
        Invariant::Status,
        Invariant::OneEach,
        Invariant::Notifications,
        Invariant::Revocations,
        Invariant::CrlNumbers,
        Invariant::Audit,
        Invariant::Validity,
        Invariant::Outcomes,
        Invariant::References,
        Invariant::SharedPrimes,
    ];

    /// `I1` to `I12`, and `primes`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.told().0
    }

    /// What holds.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        self.told().1
    }

    /// What to do where it does not.
    #[must_use]
    pub fn fix(self) -> &'static str {
        self.told().2
    }

    fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Invariant::Recorded => ("I1", "everything that may have been signed has a row", RESTORE),
            Invariant::Serials => ("I2", "serial numbers are unique, positive and short", RESTORE),
            Invariant::Certificates => {
                ("I3", "certificates are what was recorded, asked for and signed", RESTORE)
            }
            Invariant::Status => ("I4", "every certificate has one status", RESTORE),
            Invariant::OneEach => ("I5", "one certificate for each transaction and challenge", RESTORE),
            Invariant::Notifications => ("I6", "the MDM knows, or the outbox does", NOTIFY),
            Invariant::Revocations => ("I7", "revoked and listed are the same", LIST),
            Invariant::CrlNumbers => ("I8", "CRL numbers increase, without gap in validity", LIST),
            Invariant::Audit => {
                ("I9", "the audit chain is unbroken and tells of each issuance once", RESTORE)
            }
            Invariant::Validity => ("I10", "validity lies within the CA's", RESTORE),
            Invariant::Outcomes => ("I11", "no reservation is without outcome", START),
            Invariant::References => ("I12", "no row refers to what is missing", RESTORE),
            Invariant::SharedPrimes => ("primes", "no two RSA keys share a prime", REPLACE),
        }
    }
}

const RESTORE: &str =
    "stop issuing, keep a copy of the data directory, and restore it from a backup that verifies";
const NOTIFY: &str = "see that the server runs and reaches the MDM: chancery intune check";
const LIST: &str = "see that the server runs; it makes a CRL at its start";
const START: &str = "start the server; it finishes what a crash left";
const REPLACE: &str = "revoke these certificates with keyCompromise: both private keys can be computed";

/// What was found about one invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub invariant: Invariant,
    /// How many things were looked at, where they are counted.
    pub looked_at: u64,
    /// How many findings there are.
    pub findings: u64,
    /// The first of them.
    pub told: Vec<String>,
    /// How many certificates could not be held against their profile: nobody kept what it said when they were made. No finding.
    pub without_rules: u64,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, sentence) = (self.invariant.id(), self.invariant.sentence());
        let mut looked = if self.looked_at == 0 { String::new() } else { format!(" ({})", self.looked_at) };
        if self.without_rules > 0 {
            let many = self.without_rules;
            looked.push_str(&format!(
                "; {many} by profile versions whose text was not recorded, whose rules were not run"
            ));
        }
        if self.findings == 0 {
            return write!(f, "{id:6} ok       {sentence}{looked}");
        }
        write!(f, "{id:6} FINDING  not so: {sentence}{looked}")?;
        self.told.iter().try_for_each(|told| write!(f, "\n       - {told}"))?;
        let more = self.findings.saturating_sub(self.told.len() as u64);
        if more > 0 {
            write!(f, "\n       - and {more} more")?;
        }
        write!(f, "\n       fix: {}", self.invariant.fix())
    }
}

/// What was found about all.
#[derive(Clone, Debug)]
pub struct Report {
    /// In the order of [`Invariant::ALL`].
    pub rows: Vec<Row>,
}

impl Default for Report {
    fn default() -> Self {
        let row =
            |invariant| Row { invariant, looked_at: 0, findings: 0, told: Vec::new(), without_rules: 0 };
        Report { rows: Invariant::ALL.map(row).to_vec() }
    }
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.rows.iter().all(|row| row.findings == 0)
    }

    /// What was found about one.
    #[must_use]
    pub fn of(&self, invariant: Invariant) -> Option<&Row> {
        self.rows.get(invariant as usize)
    }

    pub(super) fn found(&mut self, invariant: Invariant, what: String) {
        let Some(row) = self.rows.get_mut(invariant as usize) else { return };
        row.findings += 1;
        if row.told.len() < KEPT {
            row.told.push(what);
        }
    }

    /// One certificate more whose profile's rules nobody knows.
    pub(super) fn without_rules(&mut self) {
        if let Some(row) = self.rows.get_mut(Invariant::Certificates as usize) {
            row.without_rules += 1;
        }
    }

    pub(super) fn looked_at(&mut self, invariant: Invariant, number: u64) {
        if let Some(row) = self.rows.get_mut(invariant as usize) {
            row.looked_at += number;
        }
    }
}
