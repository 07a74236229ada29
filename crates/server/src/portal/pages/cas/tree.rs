//! CAs above each other.

use super::own::Own;

/// A CA, and those who speak for it.
pub(super) struct Ca {
    pub(super) certificate: Own,
    pub(super) delegates: Vec<Own>,
    /// CAs above it.
    pub(super) depth: usize,
    /// Where the CA above stands in the list.
    above: Option<usize>,
}

/// A step of a chain, for the page of a certificate.
#[derive(Clone, Debug)]
pub(in crate::portal::pages) struct Step {
    pub(in crate::portal::pages) name: String,
    pub(in crate::portal::pages) subject: String,
}

impl From<&Own> for Step {
    fn from(one: &Own) -> Step {
        Step { name: one.name.clone(), subject: one.subject.clone() }
    }
}

/// A CA in the drawing: roots on the left, what they sign to their right.
pub(super) struct Node<'a> {
    pub(super) ca: &'a Ca,
    pub(super) left: usize,
    pub(super) top: usize,
    /// Where the line from the CA above begins.
    pub(super) from: Option<(usize, usize)>,
}

/// Distances in the drawing's units.
const COLUMN: usize = 280;
const BOX: usize = 230;
const ROW: usize = 64;

/// From the root down to `one`.
pub(super) fn chain<'a>(all: &'a [Own], one: &'a Own) -> Vec<&'a Own> {
    let mut steps = vec![one];
    let mut last = one;
    // A chain is no longer than there are certificates, whatever they say of each other.
    while let Some(above) = above(all, last).filter(|_| steps.len() < all.len()) {
        steps.push(above);
        last = above;
    }
    steps.reverse();
    steps
}

fn above<'a>(all: &'a [Own], one: &Own) -> Option<&'a Own> {
    let name = one.issued_by.as_deref().filter(|name| *name != one.name)?;
    all.iter().find(|ca| ca.signs() && ca.name == name)
}

/// The CAs, each after the one above it, with those who speak for them.
pub(super) fn grown(all: Vec<Own>) -> Vec<Ca> {
    let mut cas: Vec<(usize, Own)> =
        all.iter().filter(|one| one.signs()).map(|one| (chain(&all, one).len() - 1, one.clone())).collect();
    cas.sort_by_key(|(depth, _)| *depth);
    let names: Vec<String> = cas.iter().map(|(_, one)| one.name.clone()).collect();
    let grow = |(depth, certificate): (usize, Own)| {
        let speaks = |one: &&Own| !one.signs() && one.issued_by.as_deref() == Some(&certificate.name);
        let delegates = all.iter().filter(speaks).cloned().collect();
        let above = above(&all, &certificate).and_then(|one| names.iter().position(|name| *name == one.name));
        Ca { certificate, delegates, depth, above }
    };
    cas.into_iter().map(grow).collect()
}

/// The drawing.
pub(super) fn nodes(cas: &[Ca]) -> Vec<Node<'_>> {
    let place = |index: usize, ca: &Ca| (ca.depth * COLUMN, index * ROW);
    let node = |(index, ca)| {
        let (left, top) = place(index, ca);
        let issuer = ca.above.and_then(|at| cas.get(at).map(|one| place(at, one)));
        Node { ca, left, top, from: issuer.map(|(left, top)| (left + BOX, top + 24)) }
    };
    cas.iter().enumerate().map(node).collect()
}

/// Width and height of the drawing.
pub(super) fn size(cas: &[Ca]) -> (usize, usize) {
    let deepest = cas.iter().map(|ca| ca.depth).max().unwrap_or(0);
    (deepest * COLUMN + BOX + 10, cas.len() * ROW)
}
