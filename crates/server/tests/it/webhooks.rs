//! Webhooks: where messages may go, and that they arrive.

mod delivery;
mod rebinding;
mod receiver;
mod routes;
mod targets;
