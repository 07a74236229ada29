//! A QR code as SVG, drawn by one path.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Modules of quiet zone around it (ISO/IEC 18004 §9.1).
const QUIET: i32 = 4;

/// The text as a picture for phones; empty where the text is too long. It is dark on light in every theme: readers expect that.
pub(crate) fn qr(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let size = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a String does not fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!(
        r##"<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="220" height="220" aria-hidden="true" shape-rendering="crispEdges"><path fill="#fff" d="M0,0h{size}v{size}h-{size}z"/><path fill="#000" d="{path}"/></svg>"##
    )
}

#[cfg(test)]
mod tests {
    use super::qr;

    #[test]
    fn a_picture_is_made_of_numbers_alone() {
        let svg = qr("otpauth://totp/x\"><script>alert(1)</script>?secret=MZXW6");
        assert!(svg.starts_with("<svg") && svg.contains("M4,4h1v1h-1z") && !svg.contains("script"));
        assert_eq!(qr(&"x".repeat(5_000)), "");
    }
}
