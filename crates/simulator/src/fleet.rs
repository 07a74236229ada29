//! Devices with the SCEP habits of their platform.
