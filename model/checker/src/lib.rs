//! Judges whether what came back is a legal cut of what was written.
