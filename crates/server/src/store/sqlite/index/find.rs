//! Finding certificates. The index proposes rows in the order of the list; each is compared itself before it counts. What one page looks
//! at is bounded, whatever was asked: where the bound is met, the page ends and says where it goes on.

use pki::Time;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};

use super::entries::{self, entry, read, typed};
use super::follow::holder;
use super::terms::{Asked, folded, hex, words};
use crate::store::sqlite::values::unread;
use crate::store::{
    CertificateId, Entry, EntryStatus, Named, PageSought, Place, Relatives, ReplacedBy, Sought, StatusSought,
    StoreError,
};

/// Rows looked at for one page.
const LOOKED_AT: u32 = 10_000;
/// Rows with all terms that are sorted by their end; more are sought by their end.
const SORTED: u32 = 2_000;

const BY_TERMS: &str = entry!(
    "FROM terms CROSS JOIN entries e ON e.id = terms.rowid WHERE terms MATCH ?1 AND terms.rowid < ?2
     ORDER BY terms.rowid DESC LIMIT ?3"
);
const BY_ROW: &str = entry!("FROM entries e WHERE e.id < ?1 ORDER BY e.id DESC LIMIT ?2");
const BY_ISSUE: &str = entry!(
    "FROM entries e WHERE e.issued_at BETWEEN ?1 AND ?2 AND (e.issued_at < ?2 OR e.id < ?3)
     ORDER BY e.issued_at DESC, e.id DESC LIMIT ?4"
);
const ENDING: &str = entry!(
    "FROM entries e WHERE e.not_after BETWEEN ?1 AND ?2 AND (e.not_after > ?1 OR e.id > ?3)
     ORDER BY e.not_after, e.id LIMIT ?4"
);
const ENDED: &str = entry!(
    "FROM entries e WHERE e.not_after BETWEEN ?1 AND ?2 AND (e.not_after < ?2 OR e.id < ?3)
     ORDER BY e.not_after DESC, e.id DESC LIMIT ?4"
);

/// A page of entries, and the place after it where there is more.
pub(in crate::store::sqlite) fn page(
    index: &Connection,
    sought: &Sought,
    wanted: &PageSought,
) -> Result<(Vec<Entry>, Option<Place>), StoreError> {
    let question = Question::of(sought, wanted);
    let (sql, values) = match question.road(wanted.after) {
        Road::ByEnd(sql, _) if !question.terms.is_empty() => {
            if let Some(page) = question.sorted(index, wanted, sql == ENDING).map_err(unread)? {
                return Ok(page);
            }
            question.road(wanted.after).statement()
        }
        road => road.statement(),
    };
    let mut query = index.prepare_cached(sql).map_err(unread)?;
    let mut rows = query.query(rusqlite::params_from_iter(values)).map_err(unread)?;
    let (mut found, mut looked, mut last) = (Vec::new(), 0_u32, None);
    while let Some(row) = rows.next().map_err(unread)? {
        if found.len() == wanted.limit as usize || looked == LOOKED_AT {
            return Ok((found, last));
        }
        let entry = read(row).map_err(unread)?;
        looked += 1;
        last = Some(question.place(&entry));
        if question.fits(&entry) && question.is_newest(index, &entry).map_err(unread)? {
            found.push(entry);
        }
    }
    Ok((found, None))
}

enum Road {
    /// By the end of validity.
    ByEnd(&'static str, Vec<Value>),
    /// By anything else.
    Other(&'static str, Vec<Value>),
}

impl Road {
    fn statement(self) -> (&'static str, Vec<Value>) {
        match self {
            Road::ByEnd(sql, values) | Road::Other(sql, values) => (sql, values),
        }
    }
}

/// What is sought, folded once.
struct Question<'s> {
    sought: &'s Sought,
    now: Time,
    words: Vec<String>,
    subject: Option<String>,
    san: Option<String>,
    device: Option<String>,
    user: Option<String>,
    /// Hexadecimal digits, lower case; also with the zero in front that some programs leave out.
    serials: Vec<String>,
    thumbprint: Option<String>,
    terms: Asked,
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase()).collect()
}

impl<'s> Question<'s> {
    fn of(sought: &'s Sought, wanted: &PageSought) -> Question<'s> {
        let part = |text: &Option<String>| text.as_deref().map(folded);
        let serial = sought.serial.as_deref().map(digits);
        let serials = serial.iter().flat_map(|serial| [serial.clone(), format!("0{serial}")]).collect();
        let mut question = Question {
            sought,
            now: wanted.now,
            words: sought.words.iter().map(|word| folded(word)).collect(),
            subject: part(&sought.subject),
            san: part(&sought.san),
            device: part(&sought.device),
            user: part(&sought.user),
            serials,
            thumbprint: sought.thumbprint.as_deref().map(digits),
            terms: Asked::default(),
        };
        question.terms = question.asked();
        question
    }

    fn asked(&self) -> Asked {
        let mut asked = Asked::default();
        for word in &self.words {
            match as_number(word) {
                Some(number) => asked.holds_or_begins(word, &['s', 'h', 'g'], &number),
                None => asked.holds(word),
            }
        }
        for part in [&self.subject, &self.san].into_iter().flatten() {
            asked.holds(part);
        }
        if !self.serials.is_empty() {
            asked.begins('s', &self.serials);
        }
        if let Some(thumbprint) = &self.thumbprint {
            asked.begins_either(&['h', 'g'], thumbprint);
        }
        let tags = [
            ('d', &self.device),
            ('u', &self.user),
            ('r', &self.sought.requester),
            ('p', &self.sought.profile),
            ('e', &self.sought.endpoint),
        ];
        for (kind, value) in tags {
            if let Some(value) = value {
                asked.tag(kind, value);
            }
        }
        match self.sought.status {
            Some(StatusSought::Held) => asked.tag('z', entries::standing(EntryStatus::Held)),
            Some(StatusSought::Revoked) => asked.tag('z', entries::standing(EntryStatus::Revoked)),
            Some(StatusSought::Good | StatusSought::Expired) | None => {}
        }
        asked
    }

    /// The first and the last second that the end of validity may have.
    fn ends(&self) -> Option<(i64, i64)> {
        let Sought { ends_from, ends_before, status, .. } = self.sought;
        let (mut from, mut to) = (i64::MIN, i64::MAX);
        if let Some(given) = ends_from {
            from = given.unix();
        }
        if let Some(given) = ends_before {
            to = given.unix().saturating_sub(1);
        }
        match status {
            Some(StatusSought::Good) => from = from.max(self.now.unix()),
            Some(StatusSought::Expired) => to = to.min(self.now.unix().saturating_sub(1)),
            _ => {}
        }
        (ends_from.is_some() || ends_before.is_some() || *status == Some(StatusSought::Expired))
            .then_some((from, to))
    }

    fn road(&self, after: Option<Place>) -> Road {
        let most = Value::from(LOOKED_AT + 1);
        if let Some((from, to)) = self.ends() {
            let place = match after {
                Some(Place::End(at, id)) => Some((at, id)),
                _ => None,
            };
            // What is over already is of interest from now backwards.
            return if self.sought.status == Some(StatusSought::Expired) {
                let (to, id) = place.unwrap_or((to, i64::MAX));
                Road::ByEnd(ENDED, vec![from.into(), to.into(), id.into(), most])
            } else {
                let (from, id) = place.unwrap_or((from, i64::MIN));
                Road::ByEnd(ENDING, vec![from.into(), to.into(), id.into(), most])
            };
        }
        let before = match after {
            Some(Place::Row(id)) => id,
            _ => i64::MAX,
        };
        if !self.terms.is_empty() {
            return Road::Other(BY_TERMS, vec![self.terms.expression().into(), before.into(), most]);
        }
        let Sought { issued_from, issued_before, .. } = self.sought;
        if issued_from.is_some() || issued_before.is_some() {
            let from = issued_from.map_or(i64::MIN, Time::unix);
            let last = issued_before.map_or(i64::MAX, |at| at.unix().saturating_sub(1));
            let (to, id) = match after {
                Some(Place::Issue(at, id)) => (at, id),
                _ => (last, i64::MAX),
            };
            return Road::Other(BY_ISSUE, vec![from.into(), to.into(), id.into(), most]);
        }
        Road::Other(BY_ROW, vec![before.into(), most])
    }

    fn place(&self, entry: &Entry) -> Place {
        let id = entry.id.0;
        if self.ends().is_some() {
            return Place::End(entry.not_after.unix(), id);
        }
        let by_issue = self.sought.issued_from.is_some() || self.sought.issued_before.is_some();
        if by_issue && self.terms.is_empty() {
            Place::Issue(entry.issued_at.unix(), id)
        } else {
            Place::Row(id)
        }
    }

    /// The page in the order of the ends, where few rows have all terms; `None` where many do.
    fn sorted(
        &self,
        index: &Connection,
        wanted: &PageSought,
        ascending: bool,
    ) -> rusqlite::Result<Option<(Vec<Entry>, Option<Place>)>> {
        let mut query = index.prepare_cached(BY_TERMS)?;
        let rows = query.query_map((self.terms.expression(), i64::MAX, SORTED + 1), read)?;
        let mut all = rows.collect::<rusqlite::Result<Vec<Entry>>>()?;
        if all.len() > SORTED as usize {
            return Ok(None);
        }
        all.retain(|entry| self.fits(entry));
        all.sort_by_key(|entry| (entry.not_after, entry.id));
        if !ascending {
            all.reverse();
        }
        if let Some(Place::End(at, id)) = wanted.after {
            let after = (Time::from_unix(at), CertificateId(id));
            let key = |entry: &Entry| (entry.not_after, entry.id);
            all.retain(|entry| if ascending { key(entry) > after } else { key(entry) < after });
        }
        let mut found = Vec::new();
        for entry in all {
            if found.len() == wanted.limit as usize {
                let next = found.last().map(|entry| self.place(entry));
                return Ok(Some((found, next)));
            }
            if self.is_newest(index, &entry)? {
                found.push(entry);
            }
        }
        Ok(Some((found, None)))
    }

    /// Whether everything that is sought is so of this entry.
    fn fits(&self, entry: &Entry) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        let may = |wanted: &Option<String>, found: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| found.as_ref() == Some(wanted))
        };
        let Sought { profile, endpoint, requester, .. } = self.sought;
        is(profile, &entry.profile)
            && is(endpoint, &entry.endpoint)
            && may(requester, &entry.requester)
            && may(&self.device, &entry.device)
            && may(&self.user, &entry.user)
            && self.has_status(entry)
            && self.is_in_time(entry)
            && self.has_numbers(entry)
            && (holds(&self.subject, &entry.subject) || holds(&self.subject, &typed(&entry.subject)))
            && holds(&self.san, &entry.names)
            && self.has_words(entry)
    }

    fn has_status(&self, entry: &Entry) -> bool {
        let over = entry.not_after < self.now;
        match (self.sought.status, entry.status) {
            (None, _)
            | (Some(StatusSought::Held), EntryStatus::Held)
            | (Some(StatusSought::Revoked), EntryStatus::Revoked) => true,
            (Some(StatusSought::Good), EntryStatus::Good) => !over,
            (Some(StatusSought::Expired), EntryStatus::Good) => over,
            (Some(_), _) => false,
        }
    }

    fn is_in_time(&self, entry: &Entry) -> bool {
        let Sought { issued_from, issued_before, .. } = self.sought;
        issued_from.is_none_or(|from| entry.issued_at >= from)
            && issued_before.is_none_or(|before| entry.issued_at < before)
            && self.ends().is_none_or(|(from, to)| (from..=to).contains(&entry.not_after.unix()))
    }

    fn has_numbers(&self, entry: &Entry) -> bool {
        let serial = hex(&entry.serial);
        (self.serials.is_empty() || self.serials.iter().any(|given| serial.starts_with(given)))
            && self.thumbprint.as_ref().is_none_or(|given| bears(entry, given))
    }

    fn has_words(&self, entry: &Entry) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = entries::text(entry);
        self.words.iter().all(|word| {
            let number = || {
                as_number(word)
                    .is_some_and(|number| hex(&entry.serial).starts_with(&number) || bears(entry, &number))
            };
            stands_in(word, &text) || number()
        })
    }

    /// Whether it is the newest of its holder, where that is asked.
    fn is_newest(&self, index: &Connection, entry: &Entry) -> rusqlite::Result<bool> {
        let Some(named) = self.sought.newest_of else { return Ok(true) };
        let Some(key) = entry.holder(named) else { return Ok(false) };
        let sql = "SELECT newest FROM holders WHERE holder = ?1";
        let newest =
            index.prepare_cached(sql)?.query_row((holder(named, key),), |row| row.get(0)).optional()?;
        Ok(newest == Some(entry.id))
    }
}

/// A word that may be the beginning of a number in hexadecimal. A serial number begins with the time: fewer digits would be of
/// thousands.
fn as_number(word: &str) -> Option<String> {
    let number: String = word.chars().filter(|letter| *letter != ':').collect();
    (number.len() >= 10 && number.chars().all(|digit| digit.is_ascii_hexdigit())).then_some(number)
}

fn bears(entry: &Entry, thumbprint: &str) -> bool {
    hex(&entry.sha1).starts_with(thumbprint) || hex(&entry.sha256).starts_with(thumbprint)
}

fn holds(part: &Option<String>, text: &str) -> bool {
    part.as_ref().is_none_or(|part| stands_in(part, &folded(text)))
}

/// Three letters and more stand anywhere, fewer begin a word.
fn stands_in(part: &str, text: &str) -> bool {
    let short = part.chars().count() < 3 && part.chars().all(char::is_alphanumeric);
    if short { words(text).any(|word| word.starts_with(part)) } else { text.contains(part) }
}

/// How many certificates name this device or user.
pub(in crate::store::sqlite) fn holder_count(
    index: &Connection,
    named: Named,
    key: &str,
) -> Result<u64, StoreError> {
    let sql = "SELECT count FROM holders WHERE holder = ?1";
    let mut query = index.prepare_cached(sql).map_err(unread)?;
    let count =
        query.query_row((holder(named, &folded(key)),), |row| crate::store::sqlite::values::unsigned(row, 0));
    Ok(count.optional().map_err(unread)?.unwrap_or(0))
}

/// What a certificate replaced, and what replaced it.
pub(in crate::store::sqlite) fn around(
    index: &Connection,
    id: CertificateId,
) -> Result<Relatives, StoreError> {
    let one = |sql: &str| {
        let mut query = index.prepare_cached(sql)?;
        let how = |row: &rusqlite::Row<'_>| {
            let by = if row.get::<_, u8>(1)? == 0 { ReplacedBy::Renewal } else { ReplacedBy::SameHolder };
            Ok((row.get(0)?, by))
        };
        query.query_row((id,), how).optional()
    };
    Ok(Relatives {
        older: one("SELECT id, how FROM replaced WHERE newer = ?1 ORDER BY how, id DESC LIMIT 1")
            .map_err(unread)?,
        newer: one("SELECT newer, how FROM replaced WHERE id = ?1").map_err(unread)?,
    })
}

/// These entries, those that there are.
pub(in crate::store::sqlite) fn these(
    index: &Connection,
    ids: &[CertificateId],
) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(entries::one(index, *id).map_err(unread)?);
    }
    Ok(found)
}
