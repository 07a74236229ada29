//! Standard output: plain lines, and on a terminal one line repainted under them.

use std::io::{IsTerminal as _, Write as _};

/// Writes a line at once: whoever reads a pipe waits for it.
pub(in crate::cli) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that went away is no failure of ours.
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// How things are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// One object a line.
    Json,
    /// Lines that stay.
    Plain,
    /// Lines that stay, and a status line under them; coloured or not.
    Live { colour: bool },
}

impl Manner {
    /// By flags and surroundings: NO_COLOR (no-color.org), TERM, and whether somebody looks.
    pub(super) fn choose(json: bool, headless: bool) -> Manner {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        match (json, headless || dumb || !std::io::stdout().is_terminal()) {
            (true, _) => Manner::Json,
            (false, true) => Manner::Plain,
            (false, false) => Manner::Live { colour: !set("NO_COLOR") },
        }
    }
}

/// What is under way on the terminal.
pub(super) struct Screen {
    pub(super) manner: Manner,
    painted: bool,
}

impl Screen {
    pub(super) fn new(manner: Manner) -> Screen {
        Screen { manner, painted: false }
    }

    /// A line that stays.
    pub(super) fn line(&mut self, text: &str) {
        self.clear();
        say(text);
    }

    /// Repaints the status line, where there is one.
    pub(super) fn status(&mut self, text: &str) {
        if !matches!(self.manner, Manner::Live { .. }) {
            return;
        }
        let mut out = std::io::stdout().lock();
        let _ = write!(out, "\r\x1b[2K{text}");
        let _ = out.flush();
        self.painted = true;
    }

    /// Takes the status line away.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.painted) {
            let _ = write!(std::io::stdout(), "\r\x1b[2K");
        }
    }

    /// `text` in a colour of the terminal (31 red, 32 green), where colours are wanted.
    pub(super) fn coloured(&self, colour: u8, text: &str) -> String {
        match self.manner {
            Manner::Live { colour: true } => format!("\x1b[{colour}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}
