//! Settings files of every kind of damage: read or refused, never a panic, and no secret in what is said.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chancery::config::{EXAMPLE, Files, Sources};

struct Shelf(BTreeMap<PathBuf, Vec<u8>>);

impl Files for Shelf {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

/// The same dice in every run: what fails once fails again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// The example with every setting switched on: comments that hold a setting become settings.
fn full_example() -> String {
    EXAMPLE.lines().map(|line| line.strip_prefix("# ").unwrap_or(line).to_owned() + "\n").collect()
}

/// One to four wounds: an octet changed, a piece cut out, a piece said again elsewhere, a value made absurd.
fn wound(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(text.len());
        let end = (at + 1 + dice.below(40)).min(text.len());
        let piece: Vec<u8> = text.get(at..end).unwrap_or_default().to_vec();
        match dice.below(4) {
            0 => text
                .splice(at..(at + 1).min(text.len()), [u8::try_from(dice.below(256)).unwrap()])
                .for_each(drop),
            1 => text.splice(at..end, []).for_each(drop),
            2 => {
                let to = dice.below(text.len());
                text.splice(to..to, piece).for_each(drop);
            }
            _ => {
                const ABSURD: [&str; 6] =
                    ["-1", "99999999999999999999", "\"\\u0000\"", "[[[[]]]]", "nan", "\"\u{202e}\""];
                let absurd = ABSURD.get(dice.below(ABSURD.len())).unwrap();
                text.splice(at..end, absurd.bytes()).for_each(drop);
            }
        }
    }
    text
}

fn read(bytes: Vec<u8>) -> Result<(), String> {
    let files = Shelf(BTreeMap::from([("/c.toml".into(), bytes)]));
    let sources = Sources { file: Some("/c.toml".into()), local: true, ..Sources::default() };
    sources.config(&files).map(drop).map_err(|problems| problems.to_string())
}

#[test]
fn a_damaged_settings_file_is_read_or_refused_in_words() {
    let mut dice = Dice(1);
    let mut refused = 0;
    for text in [EXAMPLE.to_owned(), full_example()] {
        for _ in 0..1_000 {
            if let Err(said) = read(wound(text.as_bytes(), &mut dice)) {
                refused += 1;
                assert!(said.contains("CHY-6"), "no code: {said}");
                let forges = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
                assert!(!said.contains(forges), "what the administrator reads was forged: {said:?}");
            }
        }
    }
    assert!(refused > 100, "control: the wounds are felt ({refused})");
}
