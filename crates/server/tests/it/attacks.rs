//! Attacks over the wire on a whole server. Each name begins with the row that it proves: `v…` of the reference on
//! SCEP, `t…` of the threat model; `docs/threats.md` has the table. Refused means everywhere: no certificate, no
//! reservation, one answer with a code.

mod challenge;
mod content;
mod fleet;
mod intune;
mod keys;
mod limits;
mod message;
mod oracle;
mod polls;
mod process;
mod record;
mod renewal;
mod settings;
mod table;
