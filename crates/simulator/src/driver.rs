//! Drives a SCEP server with messages prepared beforehand.
