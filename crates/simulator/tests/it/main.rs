//! The simulator held to the wire contract by its own tests.

extern crate chancery_simulator as simulator;

mod caller;
mod codes;
mod control;
mod entra;
mod faults;
mod graph;
mod notifications;
mod subjects;
