//! Messages changed as somebody changes them who knows what they are made of.

use super::raw::{Envelope, Signed};
use super::{Device, World, signed};
use pki::algorithm::Digest;
use pki::der::{Tag, Writer};
use pki::oid;
use simulator::dice::Dice;

/// An element of BER with what it holds.
#[derive(Clone)]
struct Node {
    tag: u8,
    value: Vec<u8>,
    inner: Vec<Node>,
    /// What the length says too much.
    lie: usize,
    indefinite: bool,
}

fn parsed(mut bytes: &[u8], depth: usize) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while let [tag, length, rest @ ..] = bytes {
        let octets = usize::from(length & 0x7f);
        let (length, rest) = match length {
            0x80 => return None,
            0..0x80 => (octets, rest),
            _ => {
                let (head, rest) = rest.split_at_checked(octets)?;
                (head.iter().fold(0, |sum: usize, octet| sum << 8 | usize::from(*octet)), rest)
            }
        };
        let (value, rest) = rest.split_at_checked(length)?;
        let opens = depth < 24 && (tag & 0x20 != 0 || matches!(tag, 0x04 | 0x80));
        let inner = if opens { parsed(value, depth + 1).unwrap_or_default() } else { Vec::new() };
        nodes.push(Node { tag: *tag, value: value.to_vec(), inner, lie: 0, indefinite: false });
        bytes = rest;
    }
    bytes.is_empty().then_some(nodes)
}

fn encoded(nodes: &[Node]) -> Vec<u8> {
    let mut all = Vec::new();
    for node in nodes {
        let value = if node.inner.is_empty() { node.value.clone() } else { encoded(&node.inner) };
        if node.indefinite {
            all.extend([node.tag | 0x20, 0x80]);
            all.extend(&value);
            all.extend([0, 0]);
            continue;
        }
        let mut head = Writer::new();
        head.tlv(Tag(node.tag), &vec![0; value.len() + node.lie]);
        let head = head.into_bytes();
        all.extend(&head[..head.len() - value.len() - node.lie]);
        all.extend(&value);
    }
    all
}

fn count(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| 1 + count(&node.inner)).sum()
}

/// The `index`-th element in order of appearance, with its siblings.
fn found(nodes: &mut Vec<Node>, mut index: usize) -> Option<(&mut Vec<Node>, usize)> {
    let mut at = 0;
    while at < nodes.len() {
        if index == 0 {
            return Some((nodes, at));
        }
        let size = 1 + count(&nodes[at].inner);
        if index < size {
            return found(&mut nodes[at].inner, index - 1);
        }
        index -= size;
        at += 1;
    }
    None
}

fn below(dice: &mut Dice, bound: usize) -> usize {
    usize::try_from(dice.below(bound as u64)).unwrap()
}

fn noise(dice: &mut Dice, most: usize) -> Vec<u8> {
    let mut octets = vec![0; below(dice, most + 1)];
    dice.fill_bytes(&mut octets);
    octets
}

const TAGS: [u8; 16] =
    [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x16, 0x17, 0x1e, 0x30, 0x31, 0x80, 0xa0, 0xa3];

fn change(siblings: &mut Vec<Node>, at: usize, dice: &mut Dice) {
    let other = siblings[below(dice, siblings.len())].clone();
    let node = &mut siblings[at];
    let leaf = |node: &mut Node, value: Vec<u8>| (node.value, node.inner) = (value, Vec::new());
    match below(dice, 15) {
        0 => drop(siblings.remove(at)),
        1 => siblings.insert(at, other),
        2 => siblings.swap(at, 0),
        3 => node.tag = TAGS[below(dice, TAGS.len())],
        4 => node.tag ^= 1 << below(dice, 8),
        5 => leaf(node, Vec::new()),
        6 => leaf(node, noise(dice, 40)),
        7 => leaf(node, vec![0xff; 1 + below(dice, 40)]),
        8 => leaf(node, [node.value.clone(), noise(dice, 8)].concat()),
        9 => node.lie = [1, 127, 70_000][below(dice, 3)],
        10 => node.indefinite = true,
        11 => {
            let inner = vec![node.clone()];
            *node = Node { tag: 0x30, value: Vec::new(), inner, lie: 0, indefinite: false };
        }
        12 => leaf(node, b"\x00\x1b[2J\n\"\\../CN=x".to_vec()),
        13 => *node = other,
        _ => {
            let (mut value, length) = (node.value.clone(), node.value.len());
            if length > 0 {
                value[below(dice, length)] ^= 1 << below(dice, 8);
            }
            leaf(node, value);
        }
    }
}

/// `bytes` with one to three elements changed.
pub(crate) fn mutated(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let Some(mut nodes) = parsed(bytes, 0) else { return noise(dice, bytes.len()) };
    for _ in 0..=below(dice, 3) {
        let total = count(&nodes);
        if total == 0 {
            break;
        }
        let index = below(dice, total);
        if let Some((siblings, at)) = found(&mut nodes, index) {
            change(siblings, at, dice);
        }
    }
    let mut out = encoded(&nodes);
    if below(dice, 40) == 0 {
        out.truncate(below(dice, out.len() + 1));
    }
    out
}

/// A message of which one layer is changed; what lies around that layer is made anew, so that it holds.
pub(crate) fn message(world: &World, device: &Device, challenge: &str, dice: &mut Dice) -> Vec<u8> {
    let csr = device.csr(challenge);
    let (ra, request) = (world.ra(), csr.signed(&device.key));
    match below(dice, 6) {
        0 => mutated(&Signed::usual(&ra, device, &request).signed_by(&device.key), dice),
        1 => attributes(Signed::usual(&ra, device, &request), device, dice),
        2 => certificates(Signed::usual(&ra, device, &request), device, dice),
        3 => {
            let envelope = mutated(&Envelope::around(&ra, &request).der(), dice);
            Signed::over(device, envelope).signed_by(&device.key)
        }
        4 => Signed::usual(&ra, device, &mutated(&request, dice)).signed_by(&device.key),
        _ => {
            let info = mutated(&csr.info(device.key.public().spki()), dice);
            Signed::usual(&ra, device, &signed(&info, &device.key)).signed_by(&device.key)
        }
    }
}

fn attributes(mut message: Signed, device: &Device, dice: &mut Dice) -> Vec<u8> {
    let list = message.attributes.get_or_insert_default();
    let at = below(dice, list.len());
    list[at] = mutated(&list[at], dice);
    message.signed_by(&device.key)
}

fn certificates(mut message: Signed, device: &Device, dice: &mut Dice) -> Vec<u8> {
    match below(dice, 3) {
        0 => message.certificates[0] = mutated(&message.certificates[0], dice),
        1 => message.sid = mutated(&message.sid, dice),
        _ => message.digests = vec![mutated(&message.digests[0], dice)],
    }
    debug_assert_eq!(message.content_type, oid::DATA);
    let signature = device.key.sign(Digest::Sha256, &message.to_be_signed()).unwrap();
    message.with_signature(&signature)
}
