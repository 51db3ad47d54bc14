//! How answers are worded: refusals, objects, pages of keys.

use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode};

use super::listing::{Ask, PAGE_MAX, Page};
use crate::s3::keys::percent_encoded;
use crate::s3::{ObjectInfo, Refusal};

/// How S3 words a refusal.
pub fn refused(refusal: Refusal) -> S3Error {
    let text = refusal.to_string();
    let code = match refusal {
        Refusal::NoSuchBucket(_) => S3ErrorCode::NoSuchBucket,
        Refusal::NoSuchKey(_) => S3ErrorCode::NoSuchKey,
        Refusal::BucketExists(_) => S3ErrorCode::BucketAlreadyOwnedByYou,
        Refusal::BucketNotEmpty(_) => S3ErrorCode::BucketNotEmpty,
        Refusal::Denied(_) => S3ErrorCode::AccessDenied,
        Refusal::Broken(_) => S3ErrorCode::InternalError,
    };
    S3Error::with_message(code, text)
}

/// How an ETag is told.
pub fn etag(info: &ObjectInfo) -> Option<ETag> {
    Some(ETag::Strong(info.etag.clone()))
}

/// A size as answers tell it.
pub fn signed(size: u64) -> Option<i64> {
    i64::try_from(size).ok()
}

fn object(info: ObjectInfo) -> Object {
    Object {
        e_tag: etag(&info),
        key: Some(info.key),
        last_modified: Some(info.modified.into()),
        size: signed(info.size),
        storage_class: Some(ObjectStorageClass::from_static(
            ObjectStorageClass::STANDARD,
        )),
        ..Object::default()
    }
}

fn folded(prefixes: Vec<String>) -> Option<Vec<CommonPrefix>> {
    let prefix = |prefix| CommonPrefix {
        prefix: Some(prefix),
    };
    Some(prefixes.into_iter().map(prefix).collect())
}

/// Keys are given as they are asked for: percent-encoded where a client says that it decodes.
fn worded(encoding: Option<&EncodingType>, key: String) -> String {
    match encoding.map(EncodingType::as_str) {
        Some(EncodingType::URL) => percent_encoded(&key),
        _ => key,
    }
}

/// What ListObjects asks for.
pub fn ask(input: &ListObjectsInput) -> Ask<'_> {
    Ask {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref(),
        after: input.marker.as_deref(),
        count: input.max_keys,
    }
}

/// What ListObjectsV2 asks for.
pub fn ask_v2(input: &ListObjectsV2Input) -> Ask<'_> {
    let token = input.continuation_token.as_deref();
    Ask {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref(),
        after: token.or(input.start_after.as_deref()),
        count: input.max_keys,
    }
}

fn contents(page: &mut Page, encoding: Option<&EncodingType>) -> Option<Vec<Object>> {
    let objects = std::mem::take(&mut page.objects).into_iter().map(object);
    let objects = objects.map(|one| Object {
        key: one.key.map(|key| worded(encoding, key)),
        ..one
    });
    Some(objects.collect())
}

fn asked_for(count: Option<i32>) -> Option<i32> {
    count.or(i32::try_from(PAGE_MAX).ok())
}

/// A page as ListObjects answers it.
pub fn listed(input: ListObjectsInput, mut page: Page) -> ListObjectsOutput {
    let encoding = input.encoding_type;
    let word = |key: String| worded(encoding.as_ref(), key);
    ListObjectsOutput {
        name: Some(input.bucket),
        contents: contents(&mut page, encoding.as_ref()),
        common_prefixes: folded(page.prefixes.into_iter().map(word).collect()),
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.map(word),
        prefix: input.prefix.map(word),
        delimiter: input.delimiter,
        marker: input.marker.map(word),
        max_keys: asked_for(input.max_keys),
        encoding_type: encoding.clone(),
        ..Default::default()
    }
}

/// A page as ListObjectsV2 answers it.
pub fn listed_v2(input: ListObjectsV2Input, mut page: Page) -> ListObjectsV2Output {
    let encoding = input.encoding_type;
    let word = |key: String| worded(encoding.as_ref(), key);
    let key_count = i32::try_from(page.objects.len() + page.prefixes.len()).ok();
    ListObjectsV2Output {
        name: Some(input.bucket),
        contents: contents(&mut page, encoding.as_ref()),
        common_prefixes: folded(page.prefixes.into_iter().map(word).collect()),
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next,
        continuation_token: input.continuation_token,
        start_after: input.start_after.map(word),
        prefix: input.prefix.map(word),
        delimiter: input.delimiter,
        key_count,
        max_keys: asked_for(input.max_keys),
        encoding_type: encoding.clone(),
        ..Default::default()
    }
}
