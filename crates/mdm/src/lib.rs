//! What Microsoft Intune, Entra and Graph say on the wire; no I/O.

pub mod entra;
pub mod graph;
pub mod intune;
