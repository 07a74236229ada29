//! Settings: read into one type, believed in another.
