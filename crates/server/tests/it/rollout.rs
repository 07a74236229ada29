//! Profiles brought into the simulated tenant, by the program and by its parts.

mod apply;
mod desk;
mod faults;
mod sign_in;
