//! What a verb answers, and the one place where that becomes text, JSON and an exit code.

use std::fmt::Write as _;

use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

use crate::config::{Problem, Problems};
use crate::explanation::{Entry, Explanation};

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok,
    /// Not done.
    Failure,
    /// The command line made no sense.
    Usage,
    /// Done, and it found something to look at.
    Finding,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0_u8,
            Exit::Failure => 1,
            Exit::Usage => 2,
            Exit::Finding => 3,
        })
    }
}

/// A verb's result, for people and for programs.
#[derive(Clone, Debug)]
pub struct Outcome {
    text: String,
    json: Value,
    exit: Exit,
}

impl Outcome {
    /// `text` for people, `json` for programs; either is the whole of standard output.
    pub fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, exit: Exit::Ok }
    }

    /// A verb that wrote its own output while it ran (`serve`, `demo`), and how it ends.
    #[must_use]
    pub fn already_told(exit: Exit) -> Self {
        Self { text: String::new(), json: Value::Null, exit }
    }

    /// The same, ending with [`Exit::Finding`] where `found`.
    #[must_use]
    pub fn finding(mut self, found: bool) -> Self {
        if found {
            self.exit = Exit::Finding;
        }
        self
    }
}

/// One thing that went wrong.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Complaint {
    /// Stable code, `CHY-6003`.
    pub code: String,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// One thing to do about it.
    pub fix: String,
    /// The page that explains it.
    pub page: String,
}

/// Why a verb did not do what it was asked.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Everything that went wrong; at least one.
    pub complaints: Vec<Complaint>,
    exit: Exit,
}

impl Failure {
    /// A failure of this code, with its fix; `sentence` says it with the values.
    pub fn new(entry: Entry, sentence: impl Into<String>) -> Self {
        let (code, page) = (entry.to_string(), entry.page());
        let complaint = Complaint { code, sentence: sentence.into(), fix: entry.fix.to_owned(), page };
        Self { complaints: vec![complaint], exit: Exit::Failure }
    }

    /// Says a better fix than the code's own.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        if let Some(complaint) = self.complaints.last_mut() {
            complaint.fix = fix.into();
        }
        self
    }

    /// The same, as a mistake on the command line (exit code 2).
    #[must_use]
    pub fn usage(mut self) -> Self {
        self.exit = Exit::Usage;
        self
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        let complaints = problems.0.iter().map(Complaint::from).collect();
        Self { complaints, exit: Exit::Failure }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Problems::from(problem).into()
    }
}

impl From<&Explanation> for Failure {
    fn from(explanation: &Explanation) -> Self {
        let Explanation { code, operator, fix, page, .. } = explanation.clone();
        let complaint = Complaint { code, sentence: operator, fix: fix.into_owned(), page };
        Self { complaints: vec![complaint], exit: Exit::Failure }
    }
}

impl From<&Problem> for Complaint {
    fn from(problem: &Problem) -> Self {
        let value =
            if problem.value.is_empty() { String::new() } else { format!(" = \"{}\"", problem.value) };
        Self {
            code: problem.code.to_string(),
            sentence: format!("{}{value}: {}", problem.key, problem.rule),
            fix: problem.fix.clone(),
            page: problem.code.entry().page(),
        }
    }
}

impl Complaint {
    /// Three lines: what, fix, page.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{} {}", self.code, self.sentence);
        if !self.fix.is_empty() {
            // Writing into a String cannot fail.
            let _ = write!(text, "\n  fix: {}", self.fix);
        }
        let _ = write!(text, "\n  see: {}", self.page);
        text
    }
}

/// Writes the result to standard output, complaints to standard error (in JSON: to standard output too).
pub(super) fn render(result: Result<Outcome, Failure>, json: bool) -> Exit {
    let (text, value, exit) = match result {
        Ok(outcome) => (outcome.text, outcome.json, outcome.exit),
        Err(failure) => {
            for complaint in &failure.complaints {
                tell(&mut std::io::stderr(), &format!("error: {}", complaint.text()));
            }
            (String::new(), json!({ "errors": failure.complaints }), failure.exit)
        }
    };
    let shown = if json && !value.is_null() {
        value.to_string()
    } else if json {
        String::new()
    } else {
        text
    };
    if !shown.is_empty() {
        tell(&mut std::io::stdout(), shown.trim_end_matches('\n'));
    }
    exit
}

/// A reader that went away (`chancery … | head`) is no failure of ours.
fn tell(out: &mut dyn std::io::Write, text: &str) {
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
