//! Certificates that follow devices and users of the simulated tenant, or of a list.

mod groups;
mod list;
mod outage;
mod queue;
mod rules;
mod sid;
mod superseded;
mod ward;
mod why;
