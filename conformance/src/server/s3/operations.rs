//! The operations: buckets, objects, pages, uploads in parts.

use std::sync::Arc;

use async_trait::async_trait;
use futures::{Stream, StreamExt, TryStreamExt};
use lookback_formats::Md5;
use object_store::GetRange;
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};

use super::answers::{self, etag, refused, signed};
use super::listing::{Ask, Page, page};
use super::parts::{Parts, receive};
use super::request::Signer;
use crate::s3::{Refusal, Store};

/// What answers.
#[derive(Debug)]
pub struct Operations {
    store: Arc<Store>,
    parts: Parts,
}

impl Operations {
    /// On these buckets.
    pub fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            parts: Parts::default(),
        }
    }

    async fn put(
        &self,
        bucket: &str,
        key: &str,
        body: Option<StreamingBlob>,
    ) -> Result<String, Refusal> {
        let mut body = bytes(body);
        let upload = receive(&self.store, bucket, key, &mut body).await?;
        self.store.uploaded(bucket, key, upload, Md5::to_hex).await
    }

    async fn page(&self, bucket: &str, ask: &Ask<'_>) -> S3Result<Page> {
        let objects = self.store.list(bucket, ask.prefix).await;
        Ok(page(objects.map_err(refused)?, ask))
    }
}

/// The bytes of a request; one without a body has none.
fn bytes(
    body: Option<StreamingBlob>,
) -> impl Stream<Item = Result<axum::body::Bytes, s3s::StdError>> + Unpin {
    let pieces = futures::stream::iter(body).map(Ok::<_, s3s::StdError>);
    pieces.try_flatten()
}

#[async_trait]
impl S3 for Operations {
    async fn list_buckets(
        &self,
        _: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        let bucket = |(name, known): (String, crate::s3::store::Bucket)| Bucket {
            name: Some(name),
            creation_date: Some(known.created.into()),
            ..Bucket::default()
        };
        let buckets = self.store.buckets().into_iter().map(bucket).collect();
        Ok(S3Response::new(ListBucketsOutput {
            buckets: Some(buckets),
            ..Default::default()
        }))
    }

    async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        let name = &request.input.bucket;
        let owner = request
            .extensions
            .get::<Signer>()
            .map(|Signer(account)| account.as_str());
        self.store.create_bucket(name, owner).map_err(refused)?;
        let location = Some(format!("/{name}"));
        Ok(S3Response::new(CreateBucketOutput { location }))
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.store.bucket(&request.input.bucket).map_err(refused)?;
        Ok(S3Response::new(HeadBucketOutput::default()))
    }

    async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.store.bucket(&request.input.bucket).map_err(refused)?;
        Ok(S3Response::new(GetBucketLocationOutput::default()))
    }

    async fn delete_bucket(
        &self,
        request: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.store
            .delete_bucket(&request.input.bucket)
            .await
            .map_err(refused)?;
        Ok(S3Response::new(DeleteBucketOutput::default()))
    }

    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let PutObjectInput {
            bucket, key, body, ..
        } = request.input;
        let etag = self.put(&bucket, &key, body).await.map_err(refused)?;
        let e_tag = Some(ETag::Strong(etag));
        Ok(S3Response::new(PutObjectOutput {
            e_tag,
            ..Default::default()
        }))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let HeadObjectInput { bucket, key, .. } = request.input;
        let info = self.store.head(&bucket, &key).await.map_err(refused)?;
        Ok(S3Response::new(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: signed(info.size),
            e_tag: etag(&info),
            last_modified: Some(info.modified.into()),
            ..Default::default()
        }))
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let GetObjectInput {
            bucket, key, range, ..
        } = request.input;
        let info = self.store.head(&bucket, &key).await.map_err(refused)?;
        let part = range.map(|range| range.check(info.size)).transpose()?;
        let asked = part.clone().map(GetRange::Bounded);
        let (_, bytes) = self
            .store
            .get(&bucket, &key, asked)
            .await
            .map_err(refused)?;
        let length = part
            .as_ref()
            .map_or(info.size, |part| part.end - part.start);
        let content_range = part.map(|part| {
            format!(
                "bytes {}-{}/{}",
                part.start,
                part.end.saturating_sub(1),
                info.size
            )
        });
        let status = content_range
            .is_some()
            .then_some(axum::http::StatusCode::PARTIAL_CONTENT);
        let body = s3s::Body::http_body_unsync(http_body_util::StreamBody::new(
            bytes.map_ok(hyper::body::Frame::data),
        ));
        let mut answer = S3Response::new(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(StreamingBlob::from(body)),
            content_length: signed(length),
            content_range,
            e_tag: etag(&info),
            last_modified: Some(info.modified.into()),
            ..Default::default()
        });
        answer.status = status;
        Ok(answer)
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let DeleteObjectInput { bucket, key, .. } = request.input;
        self.store.delete(&bucket, &key).await.map_err(refused)?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let DeleteObjectsInput { bucket, delete, .. } = request.input;
        let mut deleted = Vec::new();
        for object in delete.objects {
            self.store
                .delete(&bucket, &object.key)
                .await
                .map_err(refused)?;
            deleted.push(DeletedObject {
                key: Some(object.key),
                ..Default::default()
            });
        }
        let deleted = Some(deleted).filter(|_| delete.quiet != Some(true));
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted,
            ..Default::default()
        }))
    }

    async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let page = self
            .page(&request.input.bucket, &answers::ask(&request.input))
            .await?;
        Ok(S3Response::new(answers::listed(request.input, page)))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let page = self
            .page(&request.input.bucket, &answers::ask_v2(&request.input))
            .await?;
        Ok(S3Response::new(answers::listed_v2(request.input, page)))
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let CreateMultipartUploadInput { bucket, key, .. } = request.input;
        self.store.bucket(&bucket).map_err(refused)?;
        let upload_id = Some(self.parts.begin(&bucket, &key));
        let (bucket, key) = (Some(bucket), Some(key));
        Ok(S3Response::new(CreateMultipartUploadOutput {
            upload_id,
            bucket,
            key,
            ..Default::default()
        }))
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let UploadPartInput {
            upload_id,
            part_number,
            body,
            ..
        } = request.input;
        let body = bytes(body);
        let stored = self
            .parts
            .put(&self.store, &upload_id, part_number, body)
            .await;
        let md5 = stored
            .map_err(refused)?
            .ok_or_else(|| s3_error!(NoSuchUpload))?;
        let e_tag = Some(ETag::Strong(md5.to_hex()));
        Ok(S3Response::new(UploadPartOutput {
            e_tag,
            ..Default::default()
        }))
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let CompleteMultipartUploadInput {
            bucket,
            key,
            upload_id,
            multipart_upload,
            ..
        } = request.input;
        let parts = multipart_upload
            .and_then(|upload| upload.parts)
            .unwrap_or_default();
        let numbers: Vec<i32> = parts.iter().filter_map(|part| part.part_number).collect();
        let etag = self.parts.complete(&self.store, &upload_id, &numbers).await;
        let etag = etag
            .map_err(refused)?
            .ok_or_else(|| s3_error!(InvalidPart))?;
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(bucket),
            key: Some(key),
            e_tag: Some(ETag::Strong(etag)),
            ..Default::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        match self
            .parts
            .abandon(&self.store, &request.input.upload_id)
            .await
        {
            true => Ok(S3Response::new(AbortMultipartUploadOutput::default())),
            false => Err(s3_error!(NoSuchUpload)),
        }
    }
}
