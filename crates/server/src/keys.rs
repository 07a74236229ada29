//! Private keys and what may be asked of them.
