//! Newtypes and times as SQLite's integers and blobs.

use pki::Time;
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::standing::Rule;
use crate::store::{
    AuthorityId, AuthorityRole, CertificateId, ClaimHash, DeliveryId, DeliveryState, HeldId, HeldState,
    KeyHash, LinkHash, NotificationId, NotificationState, OnceKey, PersonId, SessionHash, SessionId,
    StoreError, TokenHash, TransactionHash, WebhookId,
};
use crate::webhooks::EventKind;

macro_rules! integer {
    ($($name:ident),*) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$name> {
                value.as_i64().map($name)
            }
        }
    )*};
}

macro_rules! hash {
    ($($name:ident),*) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
            }
        }
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$name> {
                <[u8; 32]>::column_result(value).map($name)
            }
        }
    )*};
}

impl ToSql for Rule {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl ToSql for EventKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for EventKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<EventKind> {
        EventKind::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for Rule {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Rule> {
        Rule::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

integer!(AuthorityId, CertificateId, NotificationId, HeldId, PersonId, SessionId, WebhookId, DeliveryId);
hash!(KeyHash, TransactionHash, ClaimHash, TokenHash, SessionHash, LinkHash, OnceKey);

macro_rules! closed {
    ($name:ident: $($variant:ident = $code:literal),*) => {
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(match self { $($name::$variant => $code,)* }.into())
            }
        }
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$name> {
                match value.as_i64()? {
                    $($code => Ok($name::$variant),)*
                    other => Err(FromSqlError::OutOfRange(other)),
                }
            }
        }
    };
}

closed!(AuthorityRole: Root = 0, Issuing = 1, Ra = 2, Ocsp = 3);
closed!(NotificationState: Pending = 0, Accepted = 1, Dead = 2);
closed!(DeliveryState: Pending = 0, Delivered = 1, Dead = 2);
closed!(HeldState: Waiting = 0, Approved = 1, Denied = 2, Expired = 3);

/// A column of unix seconds.
pub(super) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Time> {
    row.get(column).map(Time::from_unix)
}

/// A column of unix seconds that may be NULL.
pub(super) fn time_or_none(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Time>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Time::from_unix))
}

/// A failed read. The text names tables and columns, never values.
pub(super) fn unread(error: rusqlite::Error) -> StoreError {
    StoreError::Read(error.to_string())
}

/// SQLite's integers are signed; sequences, numbers and counts are not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsigned(pub(super) u64);

impl ToSql for Unsigned {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value =
            i64::try_from(self.0).map_err(|why| rusqlite::Error::ToSqlConversionFailure(Box::new(why)))?;
        Ok(value.into())
    }
}

impl FromSql for Unsigned {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Unsigned> {
        let value = value.as_i64()?;
        u64::try_from(value).map(Unsigned).map_err(|_| FromSqlError::OutOfRange(value))
    }
}

/// A column that holds no negative number.
pub(super) fn unsigned(row: &Row<'_>, column: impl rusqlite::RowIndex) -> rusqlite::Result<u64> {
    row.get::<_, Unsigned>(column).map(|value| value.0)
}
