//! API tokens on a whole server: who is let in, to what, and what is on record of it.

mod bulk;
mod office;
mod rights;
mod verbs;
