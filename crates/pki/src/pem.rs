//! PEM text (RFC 7468): written in its strict form, read with white space tolerated.

use crate::der::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `der` as a PEM block with this label, lines of 64 characters, ending in a newline.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at_checked(64).unwrap_or((rest, ""));
        pem.push_str(line);
        pem.push('\n');
        rest = next;
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

/// The contents of every block with this label, in order. Text between blocks is passed over (RFC 7468 §2).
///
/// # Errors
/// [`Error::Characters`] if a block is not base64 or does not end.
pub fn decode(label: &str, text: &str) -> Result<Vec<Vec<u8>>, Error> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(begin.as_str()) {
        let (body, next) = after.split_once(end.as_str()).ok_or(Error::Characters)?;
        let compact: String = body.split_ascii_whitespace().collect();
        blocks.push(STANDARD.decode(compact).map_err(|_| Error::Characters)?);
        rest = next;
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let blocks = [vec![1u8; 5], vec![2; 200]];
        let text = format!("a comment\n{}{}", encode("X", &blocks[0]), encode("X", &blocks[1]));
        assert_eq!(decode("X", &text).unwrap(), blocks);
        assert_eq!(decode("Y", &text).unwrap(), Vec::<Vec<u8>>::new());
        assert!(text.lines().all(|line| line.len() <= 64));
    }

    #[test]
    fn a_block_that_does_not_end_is_refused() {
        assert_eq!(decode("X", "-----BEGIN X-----\nAAAA\n"), Err(Error::Characters));
        assert_eq!(decode("X", "-----BEGIN X-----\n?\n-----END X-----"), Err(Error::Characters));
    }
}
