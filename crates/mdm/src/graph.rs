//! Graph: service discovery.
