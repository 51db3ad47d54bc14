//! Batches: each item by itself, all at once.

use std::collections::BTreeMap;

use futures::future::join_all;
use lookback_protocol::wire::batch::{
    BatchGetItemInput, BatchGetItemOutput, BatchWriteItemInput, BatchWriteItemOutput,
};
use lookback_protocol::wire::item::{DeleteItemInput, PutItemInput};

use super::{Answered, Router};
use crate::bugs::Bug;
use crate::partition::WriteRequest;

impl Router {
    pub(super) async fn batch_get(&self, input: &BatchGetItemInput) -> Answered {
        let mut reads = Vec::new();
        for (table, wanted) in &input.request_items {
            let strong = wanted.consistent_read.unwrap_or(false);
            for key in &wanted.keys {
                reads.push(async move { (table, self.read(table, key, strong).await) });
            }
        }
        let mut responses: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for table in input.request_items.keys() {
            responses.insert(table.clone(), Vec::new());
        }
        for (table, read) in join_all(reads).await {
            let (item, _) = read?;
            responses.entry(table.clone()).or_default().extend(item);
        }
        Ok(BatchGetItemOutput {
            responses: Some(responses),
            unprocessed_keys: Some(BTreeMap::new()),
            ..BatchGetItemOutput::default()
        }
        .into())
    }

    pub(super) async fn batch_write(&self, input: &BatchWriteItemInput) -> Answered {
        let mut writes = Vec::new();
        for (table, requests) in &input.request_items {
            for request in requests {
                let write = if let Some(put) = &request.put_request {
                    WriteRequest::Put(PutItemInput {
                        table_name: table.clone(),
                        item: put.item.clone(),
                        ..PutItemInput::default()
                    })
                } else if let Some(delete) = &request.delete_request {
                    WriteRequest::Delete(DeleteItemInput {
                        table_name: table.clone(),
                        key: delete.key.clone(),
                        ..DeleteItemInput::default()
                    })
                } else {
                    continue;
                };
                writes.push(self.write(table, write));
            }
        }
        let mut failed = None;
        for written in join_all(writes).await {
            if let Err(error) = written {
                failed = Some(error);
            }
        }
        let blind = self.host.world.plan.has(Bug::BatchTakenForDone);
        match failed.filter(|_| !blind) {
            // Others of the batch were written: whatever it was, the whole is in doubt.
            Some(_) => Err(super::no_answer()),
            None => Ok(BatchWriteItemOutput {
                unprocessed_items: Some(BTreeMap::new()),
                ..BatchWriteItemOutput::default()
            }
            .into()),
        }
    }
}
