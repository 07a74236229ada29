//! Writes the DER of a subject in hexadecimal, for a judge that is not ours:
//! `cargo run -q --example subject 'CN=a, O=b' | xxd -r -p | openssl asn1parse -inform DER`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example is a program, not the library"
)]

use chancery_mdm::subject::Subject;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for text in std::env::args().skip(1) {
        let name = Subject::parse(&text)?.to_name()?;
        let hexadecimal: String = name.der().iter().map(|octet| format!("{octet:02x}")).collect();
        println!("{hexadecimal}");
    }
    Ok(())
}
