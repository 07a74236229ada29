//! Who may know whom: cargo's own dependency tree against the table in ARCHITECTURE.md.

use crate::house::{PURE, assert_none, root};
use std::process::Command;

/// Crates that bring an event loop, a socket, a database or a TLS stack with them.
const WORLDLY: [&str; 22] = [
    "tokio",
    "mio",
    "async-std",
    "smol",
    "futures-util",
    "hyper",
    "hyper-util",
    "axum",
    "tower",
    "reqwest",
    "ureq",
    "h2",
    "socket2",
    "rusqlite",
    "libsqlite3-sys",
    "sqlx",
    "rustls",
    "tokio-rustls",
    "openssl",
    "getrandom",
    "rand",
    "tracing-subscriber",
];

/// Cryptography that this project does not ship: RUSTSEC-2023-0071, and a second or third crypto library.
const UNWANTED: [&str; 5] = ["rsa", "ring", "openssl-sys", "native-tls", "md-5"];

/// The table: each crate and those of ours it may depend on.
const MAY_KNOW: [(&str, &[&str]); 6] = [
    ("chancery-pki", &[]),
    ("chancery-scep", &["chancery-pki"]),
    ("chancery-ca", &["chancery-pki"]),
    ("chancery-mdm", &["chancery-pki"]),
    ("chancery", &["chancery-pki", "chancery-scep", "chancery-ca", "chancery-mdm", "chancery-simulator"]),
    ("chancery-simulator", &["chancery-pki", "chancery-scep", "chancery-mdm"]),
];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn names(tree: &str) -> impl Iterator<Item = &str> {
    tree.lines().filter_map(|line| line.split_whitespace().next())
}

fn strangers(package: &str, tree: &str, banned: &[&str]) -> Vec<String> {
    names(tree)
        .filter(|name| banned.contains(name))
        .map(|name| format!("{package} has {name} under it"))
        .collect()
}

fn forbidden_edges(edges: &[(String, String)]) -> Vec<String> {
    let allowed = |from: &str| MAY_KNOW.iter().find(|(name, _)| *name == from).map(|(_, known)| *known);
    edges
        .iter()
        .filter(|(from, to)| !allowed(from).is_some_and(|known| known.contains(&to.as_str())))
        .map(|(from, to)| format!("{from} knows {to}"))
        .collect()
}

fn edges() -> Vec<(String, String)> {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).expect("JSON");
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for edge in package["dependencies"].as_array().into_iter().flatten() {
            let (to, kind) = (text(edge, "name"), text(edge, "kind"));
            if to.starts_with("chancery") && kind != "dev" {
                found.push((text(package, "name"), to));
            }
        }
    }
    found
}

#[test]
fn no_runtime_socket_or_database_stands_under_a_pure_crate() {
    let mut findings = Vec::new();
    for short in PURE {
        let package = format!("chancery-{short}");
        let tree = cargo(&["tree", "-e", "normal", "-p", &package, "--prefix", "none", "--format", "{p}"]);
        assert!(names(&tree).any(|name| name == package), "an empty tree proves nothing");
        findings.extend(strangers(&package, &tree, &WORLDLY));
    }
    assert_none("a pure crate has no way to the world", &findings);
}

#[test]
fn control_a_runtime_under_a_pure_crate_is_found() {
    let planted = "chancery-scep v0.1.0\naws-lc-rs v1.19.0\ntokio v1.54.0 (*)\n";
    assert_eq!(strangers("chancery-scep", planted, &WORLDLY), ["chancery-scep has tokio under it"]);
    let server = cargo(&["tree", "-e", "normal", "-p", "chancery", "--prefix", "none", "--format", "{p}"]);
    assert!(strangers("chancery", &server, &WORLDLY).len() >= 5, "the server does have these under it");
}

#[test]
fn our_crates_know_only_whom_the_table_allows() {
    let edges = edges();
    assert!(edges.contains(&("chancery-scep".to_owned(), "chancery-pki".to_owned())), "the edges were read");
    assert_none("an edge that the architecture's table does not have", &forbidden_edges(&edges));
}

#[test]
fn control_a_planted_edge_is_found() {
    let edge = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let planted = [
        edge("chancery-scep", "chancery-ca"),
        edge("chancery-scep", "chancery-pki"),
        edge("chancery-new", "chancery-pki"),
    ];
    assert_eq!(
        forbidden_edges(&planted),
        ["chancery-scep knows chancery-ca", "chancery-new knows chancery-pki"]
    );
}

#[test]
fn a_package_for_production_may_leave_the_simulator_out() {
    let arguments = ["tree", "-e", "normal", "-p", "chancery", "--no-default-features", "--prefix", "none"];
    let tree = cargo(&arguments);
    assert!(
        !names(&tree).any(|name| name == "chancery-simulator"),
        "feature `demo` alone brings the simulator"
    );
    let whole = cargo(&["tree", "-e", "normal", "-p", "chancery", "--prefix", "none"]);
    assert!(names(&whole).any(|name| name == "chancery-simulator"), "control: the default does bring it");
}

#[test]
fn one_crypto_library_and_no_rsa_in_pure_rust() {
    let tree = cargo(&["tree", "--workspace", "-e", "normal,build", "--prefix", "none", "--format", "{p}"]);
    assert_none("cryptography that must not be shipped", &strangers("the workspace", &tree, &UNWANTED));
    assert_eq!(
        strangers("x", "rsa v0.9.10\naws-lc-rs v1.19.0\n", &UNWANTED),
        ["x has rsa under it"],
        "control"
    );
}
