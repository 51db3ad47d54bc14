//! Checks DynamoDB, or whatever claims to be it, against a catalogue of cases with evidence.
//!
//! ```text
//! corpus ── case ─────────┐
//!            bind, pattern ├── run ── report, expectations
//! target ─────────────────┘
//! ```
//!
//! - [`corpus`]: clauses, records, cases and expectations as data, from a folder or built in;
//! - [`case`]: one behaviour told as calls and expectations, with errors located in its file;
//! - [`bind`]: `${...}` and computed values; [`pattern`]: what an answer must look like;
//! - [`target`]: who is asked: the model in process, the reference server, any endpoint;
//! - [`run`]: runs cases and gives verdicts; a throttle or a time-out is never behaviour;
//! - [`expectations`]: what a known target is known to do; [`report`]: the outcome for people and tools;
//! - [`aws`]: what a run on real DynamoDB needs beyond that: consent, pace, clean-up;
//! - [`resume`]: a run that takes days, spread over several starts;
//! - [`explain`]: a case as an AWS CLI script;
//! - [`explore`]: random programs on two services, and whatever they answer differently;
//! - [`soak`]: load, faults and artefacts on a running target, and a verdict on what came back;
//! - [`verify_export`]: whether an export on disk or in S3 is sound, and agrees with others;
//! - [`traces`]: histories that were judged, and are judged again by every check;
//! - [`server`]: the reference server; [`s3`]: the buckets of its exports and imports;
//! - [`cli`]: the command `lookback`.

pub mod aws;
pub mod bind;
pub mod case;
pub mod cli;
pub mod corpus;
pub mod expectations;
pub mod explain;
pub mod explore;
pub mod pattern;
pub mod report;
pub mod resume;
pub mod run;
pub mod s3;
pub mod serve;
pub mod server;
pub mod signals;
pub mod soak;
pub mod target;
pub mod traces;
pub mod verify_export;
