//! OCSP and CRLs on a whole server: what is said of whom, to clients that this project did not write.

mod batch;
mod desk;
mod judges;
mod outage;
mod parts;
mod spelling;
mod truth;
