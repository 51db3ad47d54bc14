//! Single items.

use std::rc::Rc;

use lookback_protocol::wire::item::{GetItemInput, GetItemOutput, PutItemOutput};
use lookback_protocol::wire::{AnswerItem, Request, WireItem};

use super::{Answered, Router, no_answer};
use crate::bugs::Bug;
use crate::machine::Command;
use crate::message::{Ask, Outcome};
use crate::partition::{PartitionCommand, PartitionRead, WriteRequest};

impl Router {
    pub(super) async fn get_item(&self, input: &GetItemInput) -> Answered {
        let strong = input.consistent_read.unwrap_or(false);
        let item = self.read(&input.table_name, &input.key, strong).await?.0;
        Ok(GetItemOutput {
            item,
            ..GetItemOutput::default()
        }
        .into())
    }

    /// An item, and the number of the write that it comes from.
    pub(super) async fn read(
        &self,
        table: &str,
        key: &WireItem,
        strong: bool,
    ) -> Result<(Option<AnswerItem>, u64), lookback_protocol::error::ServiceError> {
        let (outcome, _) = self
            .ask(
                table,
                |target| target.locate(key),
                |meta, place| {
                    let read = PartitionRead::Items(vec![place.clone()]);
                    (Ask::Read(meta.group, Rc::new(read), strong), true)
                },
            )
            .await?;
        match outcome {
            Outcome::Items(items) => items.first().cloned().ok_or_else(no_answer),
            _ => Err(no_answer()),
        }
    }

    pub(super) async fn write_item(&self, request: &Request) -> Answered {
        let (table, write) = match request {
            Request::PutItem(input) => (&input.table_name, WriteRequest::Put((**input).clone())),
            Request::UpdateItem(input) => {
                (&input.table_name, WriteRequest::Update((**input).clone()))
            }
            Request::DeleteItem(input) => {
                (&input.table_name, WriteRequest::Delete((**input).clone()))
            }
            _ => return Err(no_answer()),
        };
        self.write(table, write).await
    }

    pub(super) async fn write(&self, table: &str, write: WriteRequest) -> Answered {
        let puts = matches!(write, WriteRequest::Put(_));
        let command = Rc::new(Command::Partition(PartitionCommand::Write(Box::new(write))));
        let asked = self
            .ask(
                table,
                |target| match &*command {
                    Command::Partition(PartitionCommand::Write(write)) => {
                        target.locate(write.subject())
                    }
                    _ => Err(no_answer()),
                },
                |meta, _| (Ask::Propose(meta.group, Rc::clone(&command)), false),
            )
            .await;
        let silence = self.host.world.plan.has(Bug::SilenceTakenForYes);
        let outcome = match asked {
            Err(_) if silence && puts => {
                return Ok(PutItemOutput::default().into());
            }
            asked => asked?.0,
        };
        match outcome {
            Outcome::Response(answer) => (*answer).clone(),
            _ => Err(no_answer()),
        }
    }
}
