//! A list of certificates for a spreadsheet (RFC 4180).
//!
//! A spreadsheet runs a cell that begins like a formula, and names are whatever a device asked for: such a cell gets an apostrophe in
//! front, by which it is a text. Whoever reads the file by a program takes it off again.

use super::answers::{CertificateRow, Standing};

/// The columns.
pub const HEADING: [&str; 14] = [
    "serial",
    "status",
    "subject",
    "alternative_names",
    "profile",
    "endpoint",
    "device",
    "user",
    "requested_by",
    "not_before",
    "not_after",
    "issued_at",
    "revoked_at",
    "reason",
];

/// The line of a certificate, its end included.
#[must_use]
pub fn line(row: &CertificateRow) -> Vec<u8> {
    let status = match row.status {
        Standing::Good => "good",
        Standing::Held => "held",
        Standing::Revoked => "revoked",
        Standing::Expired => "expired",
    };
    let names = row.names.join("; ");
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        row.serial.clone(),
        status.to_owned(),
        row.subject.clone(),
        names,
        row.profile.clone(),
        row.endpoint.clone(),
        text(&row.device),
        text(&row.user),
        text(&row.requested_by),
        row.not_before.clone(),
        row.not_after.clone(),
        row.issued_at.clone(),
        text(&row.revoked_at),
        text(&row.reason),
    ];
    written(cells.iter().map(|cell| harmless(cell)))
}

/// The line of the columns' names.
#[must_use]
pub fn heading() -> Vec<u8> {
    written(HEADING.iter().map(|name| (*name).to_owned()))
}

fn written(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    let formula = text
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_begins_like_a_formula() {
        for hostile in ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\u{ff1d}1"] {
            assert_eq!(harmless(hostile), format!("'{hostile}"));
        }
        for plain in ["CN=a", "", "a=1", " =1", "01AB"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn what_stands_in_a_cell_stays_in_it() {
        let row = CertificateRow {
            serial: "01AB".into(),
            subject: "=HYPERLINK(\"x\"),\r\nnext".into(),
            names: vec!["dns:a".into(), "+b".into()],
            status: Standing::Good,
            profile: "p".into(),
            endpoint: "e".into(),
            device: Some("@d".into()),
            user: None,
            requested_by: None,
            not_before: "b".into(),
            not_after: "a".into(),
            issued_at: "i".into(),
            revoked_at: None,
            reason: None,
        };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader([heading(), line(&row)].concat().leak() as &[u8]);
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 2);
        assert_eq!(records[1].len(), HEADING.len());
        assert_eq!(&records[1][2], "'=HYPERLINK(\"x\"),\r\nnext");
        assert_eq!((&records[1][3], &records[1][6]), ("dns:a; +b", "'@d"));
    }
}
