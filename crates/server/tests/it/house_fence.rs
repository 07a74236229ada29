//! The clippy.toml of the pure crates: alike in all four, and every line of it bites on a planted breach.

use crate::house::{PURE, root};
use std::process::Command;

/// One breach a line, in the order of the clippy.toml; each must be reported on its own line number.
const BREACHES: [&str; 32] = [
    "std::time::SystemTime::now();",
    "std::time::Instant::now();",
    "std::env::var(\"A\");",
    "std::env::var_os(\"A\");",
    "std::env::vars();",
    "std::env::args();",
    "std::env::current_dir();",
    "std::fs::read(\"a\");",
    "std::fs::read_to_string(\"a\");",
    "std::fs::read_dir(\"a\");",
    "std::fs::write(\"a\", \"b\");",
    "std::fs::create_dir_all(\"a\");",
    "std::fs::remove_file(\"a\");",
    "std::fs::rename(\"a\", \"b\");",
    "std::fs::File::open(\"a\");",
    "std::fs::File::create(\"a\");",
    "std::fs::OpenOptions::new().open(\"a\");",
    "std::net::TcpStream::connect(\"a:1\");",
    "std::net::TcpListener::bind(\"a:1\");",
    "std::net::UdpSocket::bind(\"a:1\");",
    "std::net::ToSocketAddrs::to_socket_addrs(&\"a:1\");",
    "std::os::unix::net::UnixStream::connect(\"a\");",
    "std::thread::spawn(|| ());",
    "std::thread::sleep(std::time::Duration::ZERO);",
    "std::process::Command::new(\"a\");",
    "std::process::abort();",
    "std::process::exit(1);",
    "std::io::stdin();",
    "std::io::stdout();",
    "std::io::stderr();",
    "println!();",
    "eprintln!();",
];

fn fence(short: &str) -> String {
    std::fs::read_to_string(root().join("crates").join(short).join("clippy.toml")).expect("a clippy.toml")
}

/// Line numbers of `source` that clippy refuses under the fence of `short`.
fn refused(short: &str, source: &str) -> Vec<usize> {
    let folder = std::env::temp_dir().join(format!("chancery-fence-{short}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("planted.rs");
    std::fs::write(&file, source).expect("a planted source");
    let output = Command::new("clippy-driver")
        .args([
            "--crate-type=lib",
            "--emit=metadata",
            "--error-format=short",
            "--edition=2024",
            "--crate-name=planted",
        ])
        .args(["-Aunused", "-Dclippy::disallowed_methods", "-Dclippy::disallowed_macros"])
        .arg(&file)
        .arg("--out-dir")
        .arg(&folder)
        .env("CLIPPY_CONF_DIR", root().join("crates").join(short))
        .output()
        .expect("clippy-driver runs; rustup component add clippy");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let mut lines: Vec<usize> = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("use of a disallowed"))
        .filter_map(|line| line.split("planted.rs:").nth(1)?.split(':').next()?.parse().ok())
        .collect();
    lines.dedup();
    lines
}

#[test]
fn the_four_fences_are_one() {
    for short in PURE {
        assert!(
            fence(short) == fence("pki"),
            "crates/{short}/clippy.toml differs from crates/pki/clippy.toml"
        );
    }
}

#[test]
fn control_every_breach_of_the_fence_is_refused() {
    let body: Vec<String> = BREACHES
        .iter()
        .map(|breach| format!("    {{ let _ = {}; }}", breach.trim_end_matches(';')))
        .collect();
    let source = format!("pub fn planted() {{\n{}\n}}\n", body.join("\n"));
    let expected: Vec<usize> = (2..BREACHES.len() + 2).collect();
    assert_eq!(refused("pki", &source), expected);
}

#[test]
fn control_an_innocent_line_passes_the_fence() {
    assert!(
        refused("scep", "pub fn innocent(a: u32) -> Option<u32> {\n    a.checked_add(1)\n}\n").is_empty()
    );
}
