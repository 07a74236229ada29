//! Pretend Entra, Graph and Intune.
