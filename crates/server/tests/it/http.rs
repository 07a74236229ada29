//! Listeners and routes, tried with raw sockets.

mod abuse;
mod admin;
mod routes;
mod server;
mod tls;
