//! Shared preparation for the benches.
