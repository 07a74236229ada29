//! Standard output: plain lines, or one line repainted under them.

use std::io::Write as _;

/// Writes a line at once: whoever reads a pipe waits for it.
pub(in crate::cli) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that went away is no failure of ours.
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
