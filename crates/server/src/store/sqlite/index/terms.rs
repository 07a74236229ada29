//! Terms of the inverted index. Every term is a letter and a number that was computed from a text: a query made of terms has no syntax in
//! it that a name could have brought along. What two texts share by chance is found out when the row itself is compared.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};

/// Terms of one row, each once.
#[derive(Debug, Default)]
pub(super) struct Terms(BTreeSet<String>);

/// Trigrams that a search for one word asks for; of a longer word, some. The row itself is compared afterwards.
const ASKED: usize = 16;
/// Words of one row of the audit; a longer one is found by these.
const WORDS: usize = 400;

/// What of a text counts in a search: letter case does not.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Terms {
    /// A property that a row has wholly or not at all.
    pub(super) fn tag(&mut self, kind: char, value: &str) {
        self.0.insert(tag(kind, value));
    }

    /// The first digits of a number in hexadecimal, which may be asked for by fewer.
    pub(super) fn digits(&mut self, kind: char, octets: &[u8]) {
        self.0.insert(digits(kind, &hex(octets)));
    }

    /// Every part of a folded text, and how its words begin.
    pub(super) fn text(&mut self, folded: &str) {
        for line in folded.split('\n') {
            let letters: Vec<char> = line.chars().collect();
            self.0.extend(letters.windows(3).map(trigram));
            for word in words(line) {
                let mut start = String::new();
                for letter in word.chars().take(2) {
                    start.push(letter);
                    self.0.insert(beginning(&start));
                }
            }
        }
    }

    /// The words of a folded text, each as a whole.
    pub(super) fn words(&mut self, folded: &str) {
        let all = words(folded).take(WORDS).map(|word| tag('w', word));
        self.0.extend(all);
    }

    /// As the index takes them.
    pub(super) fn joined(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// A conjunction of terms.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(Vec<String>);

impl Asked {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn tag(&mut self, kind: char, value: &str) {
        self.0.push(tag(kind, value));
    }

    /// A number that begins in one of these ways, in hexadecimal digits.
    pub(super) fn begins(&mut self, kind: char, ways: &[String]) {
        let each: Vec<String> = ways.iter().map(|way| beginnings(&[kind], way)).collect();
        self.0.push(format!("({})", each.join(" OR ")));
    }

    /// One of these numbers begins with these hexadecimal digits.
    pub(super) fn begins_either(&mut self, kinds: &[char], digits_given: &str) {
        self.0.push(beginnings(kinds, digits_given));
    }

    /// A folded text that holds this folded one.
    pub(super) fn holds(&mut self, part: &str) {
        self.0.extend(of_part(part));
    }

    /// The same, or a number that begins with these digits.
    pub(super) fn holds_or_begins(&mut self, part: &str, kinds: &[char], digits_given: &str) {
        let text = of_part(part).join(" AND ");
        let numbers = beginnings(kinds, digits_given);
        self.0.push(if text.is_empty() { numbers } else { format!("(({text}) OR {numbers})") });
    }

    /// Rows that have each word of this folded text.
    pub(super) fn words(&mut self, part: &str) {
        self.0.extend(words(part).map(|word| tag('w', word)));
    }

    /// For `MATCH`.
    pub(super) fn expression(&self) -> String {
        self.0.join(" AND ")
    }
}

fn of_part(part: &str) -> Vec<String> {
    let letters: Vec<char> = part.chars().collect();
    if letters.len() < 3 {
        let is_word = !letters.is_empty() && letters.iter().all(|letter| letter.is_alphanumeric());
        return if is_word { vec![beginning(part)] } else { Vec::new() };
    }
    let all: Vec<String> = letters.windows(3).map(trigram).collect();
    // Spread over the word: neighbours say nearly the same.
    let step = all.len().div_ceil(ASKED).max(1);
    let mut some: Vec<String> = all.iter().step_by(step).cloned().collect();
    some.extend(all.last().cloned());
    some.sort_unstable();
    some.dedup();
    some
}

fn beginnings(kinds: &[char], given: &str) -> String {
    let each: Vec<String> = kinds.iter().map(|kind| format!("{}*", digits(*kind, given))).collect();
    format!("({})", each.join(" OR "))
}

/// Runs of letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn trigram(letters: &[char]) -> String {
    term(
        't',
        u64::from(letters.iter().fold(0x811C_9DC5_u32, |hash, letter| {
            (hash ^ u32::from(*letter)).wrapping_mul(0x0100_0193).rotate_left(5)
        })),
    )
}

fn beginning(start: &str) -> String {
    let number = start.chars().fold(0_u64, |number, letter| (number << 24) | u64::from(u32::from(letter)));
    term('b', number)
}

fn tag(kind: char, value: &str) -> String {
    // Half of the octets are enough: what is alike by chance is compared afterwards.
    term(kind, hash(&[value]) >> 16)
}

/// Sixteen digits at most: the rest is compared.
fn digits(kind: char, hex: &str) -> String {
    let digits = hex.chars().filter(char::is_ascii_hexdigit).take(16);
    std::iter::once(kind).chain(digits.map(|digit| digit.to_ascii_lowercase())).collect()
}

/// In base 32, lower case.
fn term(kind: char, mut number: u64) -> String {
    const DIGITS: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
        'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    ];
    let mut text = String::with_capacity(12);
    text.push(kind);
    loop {
        let at = usize::try_from(number & 31).unwrap_or_default();
        text.extend(DIGITS.get(at));
        number >>= 5;
        if number == 0 {
            return text;
        }
    }
}

/// 64 bits of SHA-256 over the parts, each ended by a zero: nobody finds two texts with one number by trying a few.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let octets: Vec<u8> = parts.iter().flat_map(|part| part.bytes().chain([0])).collect();
    let digest = digest(&SHA256, &octets);
    digest.as_ref().iter().take(8).fold(0, |number, octet| (number << 8) | u64::from(*octet))
}

/// Lower case.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_brings_syntax_into_an_expression() {
        for hostile in [
            "\" OR t*",
            "a NEAR b",
            "x)(",
            "'; DROP TABLE entries; --",
            "NOT *",
            "\0\u{1b}^",
            "{col}:x",
            "ab*",
            "\"\"\"",
        ] {
            let mut asked = Asked::default();
            asked.holds(&folded(hostile));
            asked.words(&folded(hostile));
            asked.tag('d', hostile);
            asked.begins('s', &[hostile.to_owned()]);
            asked.begins_either(&['h', 'g'], hostile);
            asked.holds_or_begins(&folded(hostile), &['s'], hostile);
            let said = asked.expression().replace(" AND ", " ").replace(" OR ", " ");
            let plain = |letter: char| {
                letter.is_ascii_digit() || letter.is_ascii_lowercase() || " ()*".contains(letter)
            };
            assert!(said.chars().all(plain), "{hostile}: {said}");
        }
    }

    #[test]
    fn a_row_has_the_terms_of_each_of_its_parts() {
        let text = folded("CN=BER-NB-000123,O=Contoso\ndns:straße.example");
        let mut terms = Terms::default();
        terms.text(&text);
        for part in ["ber-nb-0001", "contoso", "STRASSE", "straße.ex", "be", "n", "co"] {
            let mut asked = Asked::default();
            asked.holds(&folded(part));
            let has = asked.0.iter().all(|term| terms.0.contains(term));
            assert_eq!(has, part != "STRASSE", "{part}");
        }
    }
}
