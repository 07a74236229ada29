//! The reader of the text syntax.

use super::{Attribute, AttributeType, Fault, Rdn, Subject, SubjectError, Value};

/// Reads a whole subject.
pub(super) fn parse(text: &str) -> Result<Subject, SubjectError> {
    let mut parser = Parser { rest: text, at: 0 };
    let mut rdns = Vec::new();
    parser.skip(is_space);
    if parser.rest.is_empty() {
        return Ok(Subject(rdns));
    }
    loop {
        rdns.push(parser.rdn()?);
        match (parser.separator(), parser.rest.is_empty()) {
            (Some(Separator::Mark(at)), true) => {
                return Err(SubjectError { at, fault: Fault::TrailingSeparator });
            }
            (Some(_), false) => {}
            // New lines at the end are the editor's.
            (Some(Separator::Lines) | None, _) => {
                return Subject::new(rdns).ok_or_else(|| parser.fault(Fault::TooMany));
            }
        }
    }
}

/// What stands between two RDNs.
enum Separator {
    /// A comma or a semicolon, and how many characters stand before it.
    Mark(usize),
    /// New lines.
    Lines,
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

fn is_space(c: char) -> bool {
    is_blank(c) || is_line_end(c)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

fn ends_a_value(c: char) -> bool {
    matches!(c, ',' | ';' | '+') || is_line_end(c)
}

struct Parser<'a> {
    rest: &'a str,
    /// How many characters were read.
    at: usize,
}

impl<'a> Parser<'a> {
    fn fault(&self, fault: Fault) -> SubjectError {
        SubjectError { at: self.at, fault }
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let found = characters.next()?;
        (self.rest, self.at) = (characters.as_str(), self.at + 1);
        Some(found)
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.rest.starts_with(wanted) && self.next().is_some()
    }

    /// What stands before the first character that `ends` it.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let (found, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        (self.rest, self.at) = (rest, self.at + found.chars().count());
        found
    }

    fn skip(&mut self, what: fn(char) -> bool) {
        self.until(|c| !what(c));
    }

    /// Reads the separator after an RDN: one comma or semicolon, white space around it, or new lines.
    fn separator(&mut self) -> Option<Separator> {
        let lines = self.rest.starts_with(is_line_end).then_some(Separator::Lines);
        self.skip(is_space);
        let mark = Separator::Mark(self.at);
        let found = if self.eat(',') || self.eat(';') { Some(mark) } else { lines };
        self.skip(is_space);
        found
    }

    fn rdn(&mut self) -> Result<Rdn, SubjectError> {
        let start = self.at;
        let mut attributes: Vec<Attribute> = Vec::new();
        loop {
            attributes.push(self.attribute()?);
            self.skip(is_blank);
            if !self.eat('+') {
                break;
            }
        }
        let last = attributes.last().map(|attribute| attribute.kind.to_string()).unwrap_or_default();
        Rdn::new(attributes).ok_or(SubjectError { at: start, fault: Fault::SameTypeTwice(last) })
    }

    fn attribute(&mut self) -> Result<Attribute, SubjectError> {
        self.skip(is_space);
        let start = SubjectError { at: self.at, fault: Fault::TrailingSeparator };
        let key = self.until(|c| c == '=' || ends_a_value(c)).trim_matches(is_blank);
        if !self.eat('=') {
            let fault = match key {
                variable if variable.starts_with("{{") => Fault::VariableWithoutKey,
                key => Fault::KeyExpected(key.to_owned()),
            };
            return Err(SubjectError { fault, ..start });
        }
        let unknown = || SubjectError { fault: Fault::UnknownKey(key.to_owned()), ..start };
        let kind = AttributeType::parse(key).ok_or_else(unknown)?;
        self.skip(is_blank);
        Ok(Attribute { kind, value: self.value()? })
    }

    fn value(&mut self) -> Result<Value, SubjectError> {
        match self.rest.chars().next() {
            Some('"') => self.quoted().map(Value::Text),
            Some('#') => self.octets().map(Value::Octets),
            _ => self.unquoted().map(Value::Text),
        }
    }

    fn unquoted(&mut self) -> Result<String, SubjectError> {
        let mut value = String::new();
        while let Some(c) = self.rest.chars().next().filter(|c| !ends_a_value(*c)) {
            let after = self.rest.chars().nth(1);
            match (c, after) {
                ('"', _) => return Err(self.fault(Fault::QuoteWithin)),
                ('=', _) => return Err(self.fault(Fault::EqualsWithin)),
                ('\\', Some(escaped @ (',' | '+' | ';' | '=' | '"'))) => {
                    return Err(self.fault(Fault::Escape(escaped)));
                }
                _ => value.extend(self.next()),
            }
        }
        Ok(value.trim_end_matches(is_blank).to_owned())
    }

    fn quoted(&mut self) -> Result<String, SubjectError> {
        let open = self.fault(Fault::OpenQuote);
        let mut value = String::new();
        self.next();
        loop {
            value.push_str(self.until(|c| c == '"'));
            if !self.eat('"') {
                return Err(open);
            }
            if !self.eat('"') {
                break;
            }
            value.push('"');
        }
        self.skip(is_blank);
        if self.rest.starts_with(|c| !ends_a_value(c)) {
            Err(self.fault(Fault::AfterQuote))
        } else {
            Ok(value)
        }
    }

    fn octets(&mut self) -> Result<Vec<u8>, SubjectError> {
        let start = self.fault(Fault::Hexadecimal);
        self.next();
        let digits: Vec<char> = self.until(ends_a_value).chars().filter(|c| !is_blank(*c)).collect();
        let (pairs, rest) = digits.as_chunks::<2>();
        let octet = |[high, low]: &[char; 2]| u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok();
        let octets: Option<Vec<u8>> = pairs.iter().map(octet).collect();
        octets.filter(|_| rest.is_empty()).ok_or(start)
    }
}
