//! `put`, `objects`, `object`: what lies in a bucket.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use lookback_formats::Md5;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::judge;
use super::session::{Session, Stop};
use crate::case::files::{Compress, ObjectStep, ObjectsStep, PutStep};
use crate::case::{Case, Expectation};
use crate::pattern::Difference;
use crate::target::RawAnswer;
use crate::target::buckets::{Buckets, Fetched, Trouble};

/// What is said where nobody knows an S3.
pub(super) const NO_S3: &str = "needs S3: --s3-endpoint";

impl<'a> Session<'a> {
    /// The target's S3.
    pub(super) fn buckets(&self) -> Result<&'a dyn Buckets, Stop> {
        let target = self.target;
        target
            .buckets()
            .ok_or_else(|| Stop::Unsupported(NO_S3.to_owned()))
    }

    /// What trouble means: a place without S3 is not behaviour of the service.
    pub(super) fn trouble(&self, trouble: Trouble) -> Stop {
        match trouble {
            Trouble::NoS3(place) => Stop::Unsupported(format!("no S3 at {place}: --s3-endpoint")),
            Trouble::Unreachable(error) => Stop::Indeterminate(format!("{}: {error}", self.step())),
            Trouble::Missing(what) => {
                self.fail_words(&format!("the {what}"), "nothing of that name")
            }
            Trouble::Refused(words) => Stop::Indeterminate(format!("{}: {words}", self.step())),
        }
    }

    /// Makes the buckets of the case and binds their names.
    pub(super) async fn prepare_buckets(&mut self) -> Result<(), Stop> {
        let case: &Case = self.case;
        for name in &case.buckets {
            self.label = format!("preparation of bucket {name}");
            let real = format!("{}-{name}", self.prefix).to_ascii_lowercase();
            let made = self.buckets()?.create(&real).await;
            // Where there is no S3 nothing was made.
            if !matches!(made, Err(Trouble::NoS3(_))) {
                self.made.note_bucket(&real);
            }
            made.map_err(|trouble| match trouble {
                Trouble::Refused(words) | Trouble::Missing(words) => {
                    Stop::Unsupported(format!("no bucket can be made there: {words}"))
                }
                other => self.trouble(other),
            })?;
            self.bindings.set(name, real);
        }
        Ok(())
    }

    pub(super) async fn run_put(&mut self, step: &PutStep) -> Result<(), Stop> {
        let key = self.text(&step.put).await?;
        let bucket = self.text(&step.bucket).await?;
        let mut bytes = Vec::new();
        for line in step.lines.iter().flatten() {
            match self.value(line).await? {
                Value::String(text) => bytes.extend_from_slice(text.as_bytes()),
                other => bytes.extend_from_slice(other.to_string().as_bytes()),
            }
            bytes.push(b'\n');
        }
        if let Some(text) = &step.text {
            bytes.extend_from_slice(self.text(text).await?.as_bytes());
        }
        let bytes = match step.compress {
            None => bytes,
            Some(Compress::Gzip) => gzip(&bytes),
            Some(Compress::Zstd) => zstd(&bytes),
        };
        let put = self.buckets()?.put(&bucket, &key, bytes).await;
        put.map_err(|trouble| self.trouble(trouble))
    }

    pub(super) async fn run_objects(&mut self, step: &ObjectsStep) -> Result<(), Stop> {
        let bucket = self.text(&step.objects).await?;
        let prefix = self
            .text(step.prefix.as_deref().unwrap_or_default())
            .await?;
        let listed = self.buckets()?.list(&bucket, &prefix).await;
        let listed = listed.map_err(|trouble| self.trouble(trouble))?;
        let keys: Vec<&str> = listed.iter().map(|object| object.key.as_str()).collect();
        let sizes = listed
            .iter()
            .map(|object| (object.key.clone(), json!(object.size)));
        let sizes: Map<String, Value> = sizes.collect();
        let body = json!({ "keys": keys, "sizes": sizes });
        self.judge_read(body, step.expect.as_ref(), &step.bind)
            .await
    }

    pub(super) async fn run_object(&mut self, step: &ObjectStep) -> Result<(), Stop> {
        let key = self.text(&step.object).await?;
        let bucket = self.text(&step.bucket).await?;
        let fetched = self.fetch(&bucket, &key).await?;
        self.judge_read(facts(&fetched), step.expect.as_ref(), &step.bind)
            .await
    }

    /// An object.
    pub(super) async fn fetch(&self, bucket: &str, key: &str) -> Result<Fetched, Stop> {
        let fetched = self.buckets()?.get(bucket, key).await;
        fetched.map_err(|trouble| self.trouble(trouble))
    }

    /// Judges what was read as if it were the body of an answer.
    pub(super) async fn judge_read(
        &mut self,
        body: Value,
        expect: Option<&Expectation>,
        bind: &std::collections::BTreeMap<String, String>,
    ) -> Result<(), Stop> {
        let answer = read_answer(body);
        if let Some(expectation) = expect {
            let expectation = self.expectation(expectation).await?;
            let differences: Vec<Difference> = judge::differences(&expectation, &answer);
            if !differences.is_empty() {
                self.show(&answer);
                return Err(self.fail(differences));
            }
        }
        if self.case.unspecified.is_some() {
            self.observe(&answer);
        }
        self.bind(bind, &answer, false)
    }

    /// A failure shows what was read, and not what was asked for last.
    pub(super) fn show(&mut self, answer: &Answer) {
        if let Some((request, _)) = self.last.take() {
            self.last = Some((request, Some(answer.clone())));
        }
    }
}

/// What was read, as an answer.
pub(super) fn read_answer(body: Value) -> Answer {
    let raw = RawAnswer {
        status: 200,
        body: body.to_string().into_bytes(),
        ..RawAnswer::default()
    };
    Answer {
        raw,
        json: Some(body),
    }
}

/// What an object is.
fn facts(object: &Fetched) -> Value {
    let plain = plain(&object.bytes);
    let gzip = object.bytes.starts_with(&[0x1f, 0x8b]);
    let text = plain
        .as_ref()
        .ok()
        .and_then(|plain| std::str::from_utf8(plain).ok());
    let json: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
    let lines: Option<Vec<&str>> = text.map(|text| text.lines().collect());
    json!({
        "size": object.bytes.len(), "md5": Md5::of(&object.bytes).to_base64(), "etag": object.etag,
        "gzip": gzip, "text": text, "json": json, "lines": lines,
    })
}

/// What a compressed object holds; one that is not compressed holds itself.
pub(super) fn plain(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut plain)?;
    Ok(plain)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Memory takes everything.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}
