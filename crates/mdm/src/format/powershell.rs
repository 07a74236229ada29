//! A PowerShell script that creates the profile in a tenant by Graph, and what it refers to before it (M88, M198).

use super::{TrustedRoot, Unwritable, graph};
use crate::profile::{Assignment, Profile};
use core::fmt::Write;
use serde_json::Value;

const BEGIN: &str = "\
$ErrorActionPreference = 'Stop'
Connect-MgGraph -Scopes 'DeviceManagementConfiguration.ReadWrite.All' -NoWelcome
function Send-Configuration([string]$Uri, [string]$Body) {
    Invoke-MgGraphRequest -Method POST -Uri $Uri -Body $Body -ContentType 'application/json'
}
";

/// What the script puts the root's address in the place of. No text of a setting can hold it, since quotation marks in
/// JSON's texts have a backslash before them.
const UNBOUND: &str = r#""rootCertificate@odata.bind":"""#;

/// Writes the script. It creates each of `roots`, binds the profile to the first, and assigns all alike (M3, M5).
/// Without roots it takes the id of a Trusted certificate profile as its parameter. It needs the module
/// Microsoft.Graph.Authentication.
///
/// # Errors
/// A setting that Graph cannot hold.
pub fn write(profile: &Profile, roots: &[TrustedRoot]) -> Result<String, Unwritable> {
    let mut script = "#Requires -Modules Microsoft.Graph.Authentication\n".to_owned();
    if roots.is_empty() {
        script.push_str(
            "param([Parameter(Mandatory)][ValidatePattern('^[0-9A-Fa-f-]{36}$')][string]$RootId)\n",
        );
    }
    script.push_str(BEGIN);
    // Writing to a String does not fail.
    let _ = writeln!(script, "$configurations = '{}'", graph::CONFIGURATIONS);
    for (at, root) in roots.iter().enumerate() {
        hold(&mut script, "body", &graph::write_root(root)?);
        script.push_str("$created = Send-Configuration $configurations $body\n");
        script.push_str(if at == 0 { "$RootId = $created.id\n" } else { "" });
        assign(&mut script, &profile.assignments)?;
    }
    let mut body = graph::unbound(profile)?;
    graph::set(&mut body, graph::ROOT_BINDING, "");
    hold(&mut script, "body", &Value::Object(body));
    let bound = r#"'"rootCertificate@odata.bind":"' + $configurations + "('$RootId')" + '"'"#;
    let _ = writeln!(script, "$body = $body.Replace('{UNBOUND}', {bound})");
    script.push_str("$created = Send-Configuration $configurations $body\n");
    assign(&mut script, &profile.assignments)?;
    script.push_str("$created.id\n");
    Ok(script)
}

fn assign(script: &mut String, assignments: &[Assignment]) -> Result<(), Unwritable> {
    if assignments.is_empty() {
        return Ok(());
    }
    hold(script, "assignments", &graph::assign_body(assignments)?);
    script.push_str("Send-Configuration \"$configurations/$($created.id)/assign\" $assignments | Out-Null\n");
    Ok(())
}

/// A variable that holds JSON, in a here-string. One ends at a line that begins with a quotation mark and `@`; the JSON
/// is one line that begins with a brace, and has none of the characters that PowerShell takes for quotation marks.
fn hold(script: &mut String, variable: &str, json: &Value) {
    let _ = writeln!(script, "${variable} = @'\n{}\n'@", plain(&json.to_string()));
}

/// JSON in visible ASCII without apostrophes, so that no code page and no typographic quotation mark matters. Outside of
/// JSON's texts there are no such characters.
fn plain(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') && c != '\'' {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}
