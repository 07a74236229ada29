//! The crate against a judge that this project did not write: the `openssl` command.

mod cms;
mod objects;
mod openssl;
