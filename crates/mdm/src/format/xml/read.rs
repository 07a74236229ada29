//! XML of others into a tree: no entities but the five of XML itself, no depth and no size without end.

use super::{Element, is_allowed};
use crate::format::Unreadable;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// A profile has a few kilobytes, and its certificates a few more.
const LARGEST: usize = 4 << 20;
/// A property list within a configuration within a profile is not a tenth as deep.
const DEEPEST: usize = 64;

fn fault(why: impl Into<String>) -> Unreadable {
    Unreadable::new("", why)
}

/// Reads a document: the outermost element. Attributes, comments and instructions are nothing here.
pub(crate) fn read(document: &[u8]) -> Result<Element, Unreadable> {
    if document.len() > LARGEST {
        return Err(fault("larger than 4 MiB"));
    }
    let text = core::str::from_utf8(document).map_err(|_| fault("not in UTF-8"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut tree = Tree::default();
    loop {
        match reader.read_event().map_err(|wrong| fault(format!("not well-formed XML: {wrong}")))? {
            Event::Start(start) => tree.open(&start)?,
            Event::Empty(start) => {
                tree.open(&start)?;
                tree.close();
            }
            Event::End(_) => tree.close(),
            Event::Text(piece) => tree.text(&piece.xml10_content())?,
            Event::CData(piece) => tree.text(&piece.xml10_content())?,
            Event::GeneralRef(reference) => tree.text(resolved(&reference)?.encode_utf8(&mut [0; 4]))?,
            Event::DocType(declared) if declared.contains('[') => {
                return Err(fault("declares entities or elements of its own"));
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
            Event::Eof => return tree.finish(),
        }
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    let name: &str = reference;
    let named = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    };
    named.ok_or_else(|| fault("refers to a character or an entity that XML does not have"))
}

#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    whole: Option<Element>,
}

impl Tree {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Unreadable> {
        if self.open.len() >= DEEPEST || self.whole.is_some() {
            return Err(fault("nested too deep, or more than one outermost element"));
        }
        self.open.push(Element::new(start.local_name().into_inner()));
        Ok(())
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => self.whole = Some(closed),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Unreadable> {
        if !text.chars().all(is_allowed) {
            return Err(fault("holds a character that XML does not have"));
        }
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(fault("text outside the outermost element")),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, Unreadable> {
        let whole = self.whole.filter(|_| self.open.is_empty());
        whole.ok_or_else(|| fault("ends before its outermost element does"))
    }
}
