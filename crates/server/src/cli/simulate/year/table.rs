//! A year for people to read.

use simulator::year::{Line, Month, Standing, YearReport};

/// The columns.
pub(super) const HEAD: &str = "month   enrolled   renewed    again   failed  retired";

/// A line for a month.
pub(super) fn month(month: &Month) -> String {
    let Month { number, enrolled, renewed, again, failed, retired } = month;
    format!("{number:>5} {enrolled:>10} {renewed:>9} {again:>8} {failed:>8} {retired:>8}")
}

/// Device by device, then the numbers.
pub(super) fn end(report: &YearReport) -> String {
    let mut lines: Vec<String> = report.devices.iter().map(device).collect();
    let count = |standing| report.count(standing);
    lines.push(format!(
        "{} devices with every certificate valid, {} explained, {} retired, {} unexplained",
        count(Standing::Valid),
        count(Standing::Explained),
        count(Standing::Retired),
        count(Standing::Unexplained),
    ));
    lines.join("\n")
}

fn device(line: &Line) -> String {
    let standing = match line.standing {
        Standing::Valid => "valid",
        Standing::Explained => "explained",
        Standing::Retired => "retired",
        Standing::Unexplained => "UNEXPLAINED",
    };
    let reasons = line.reasons.join("; ");
    let text = format!("{} {standing}: {} certificates; {reasons}", line.name, line.certificates);
    text.trim_end_matches("; ").to_owned()
}
