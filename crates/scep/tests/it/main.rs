//! Tests by row: RFC 8894 checklist (`rfc_…`), client habits (`q…`), attacks (`v…`), threats (`t…`).

extern crate chancery_scep as scep;

mod caps;
mod fields;
mod operation;
