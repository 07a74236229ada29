//! A long list, written piece by piece before its row, each in a commit of its own: an enrolment that waits for the
//! writer waits for one piece.
//!
//! Nobody reads pieces before a row of `crls` names their draft. What a death leaves without such a row goes a day later.

use std::sync::Arc;

use pki::Time;
use rusqlite::Connection;

use super::{Failure, Writing};

/// Octets in a piece; a shorter list has none.
const PIECE: usize = 1 << 18;
/// Seconds after which a draft that nobody completed is given up.
const GIVEN_UP: i64 = 86_400;

/// Names the pieces of one list.
pub(super) type Draft = i64;

/// A part of a list's octets.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) der: Arc<Vec<u8>>,
    pub(super) number: usize,
    pub(super) at: Time,
}

impl Piece {
    /// All of a list but its tail, which stands in its row.
    pub(super) fn of(der: &Arc<Vec<u8>>, at: Time) -> impl Iterator<Item = Piece> + use<> {
        let der = Arc::clone(der);
        (0..der.len() / PIECE).map(move |number| Piece { der: Arc::clone(&der), number, at })
    }

    fn octets(&self) -> &[u8] {
        self.der.chunks(PIECE).nth(self.number).unwrap_or_default()
    }
}

/// What follows the last piece.
pub(super) fn tail(der: &[u8]) -> &[u8] {
    der.get(der.len() / PIECE * PIECE..).unwrap_or_default()
}

/// Writes a piece; the first of a list begins a draft, which the others name.
pub(super) fn put(writing: &Writing<'_>, piece: &Piece, draft: Option<Draft>) -> Result<Draft, Failure> {
    let draft = match draft {
        Some(draft) => draft,
        None => {
            let sql = "SELECT coalesce(max(draft), 0) + 1 FROM crl_pieces";
            writing.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?
        }
    };
    let number = i64::try_from(piece.number).unwrap_or(i64::MAX);
    let sql = "INSERT INTO crl_pieces (draft, piece, at, octets) VALUES (?1, ?2, ?3, ?4)";
    let row = (draft, number, piece.at.unix(), piece.octets());
    writing.connection.prepare_cached(sql)?.execute(row)?;
    Ok(draft)
}

/// Whether all pieces of a list are there: another process may have given them up.
pub(super) fn are_all_there(connection: &Connection, draft: Draft, der: &[u8]) -> rusqlite::Result<bool> {
    let sql = "SELECT coalesce(sum(length(octets)), 0) FROM crl_pieces WHERE draft = ?1";
    let octets: i64 = connection.prepare_cached(sql)?.query_row((draft,), |row| row.get(0))?;
    Ok(usize::try_from(octets).is_ok_and(|octets| octets == der.len() / PIECE * PIECE))
}

/// Drafts that nobody completed within a day before `now`.
pub(super) fn given_up(connection: &Connection, now: Time) -> rusqlite::Result<Vec<Draft>> {
    let sql = "SELECT DISTINCT draft FROM crl_pieces WHERE at < ?1
               AND draft NOT IN (SELECT draft FROM crls WHERE draft IS NOT NULL)";
    let mut query = connection.prepare_cached(sql)?;
    query.query_map((now.plus_seconds(-GIVEN_UP).unix(),), |row| row.get(0))?.collect()
}

/// Deletes one piece of a draft; false once there is none.
pub(super) fn forget_one(writing: &Writing<'_>, draft: Draft) -> Result<bool, Failure> {
    let sql = "DELETE FROM crl_pieces WHERE draft = ?1
               AND piece = (SELECT max(piece) FROM crl_pieces WHERE draft = ?1)";
    Ok(writing.connection.prepare_cached(sql)?.execute((draft,))? > 0)
}

/// Reads the pieces of a draft, in order.
pub(super) fn read(connection: &Connection, draft: Draft) -> rusqlite::Result<Vec<u8>> {
    let sql = "SELECT octets FROM crl_pieces WHERE draft = ?1 ORDER BY piece";
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query((draft,))?;
    let mut der = Vec::new();
    while let Some(row) = rows.next()? {
        der.extend_from_slice(row.get_ref(0)?.as_blob()?);
    }
    Ok(der)
}
