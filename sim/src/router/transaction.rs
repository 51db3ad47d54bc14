//! Transactions: the router that is asked coordinates.

use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::join_all;
use lookback_protocol::error::{CancellationReason, ErrorCode, ServiceError};
use lookback_protocol::wire::item::{DeleteItemInput, PutItemInput, UpdateItemInput};
use lookback_protocol::wire::transaction::{
    ItemResponse, TransactGetItemsInput, TransactGetItemsOutput, TransactWriteItem,
    TransactWriteItemsInput, TransactWriteItemsOutput,
};

use super::{Answered, MEETINGS, PATIENCE_US, RETRY_US, Router, no_answer, settle};
use crate::bugs::Bug;
use crate::machine::Command;
use crate::message::{GroupId, Outcome};
use crate::partition::{Member, Meta, PartitionCommand, Prepare, WriteRequest};
use crate::runtime;
use crate::sometimes::Sometimes;

/// How often the items of a reading transaction are read before it is given up.
const READS_MAX: usize = 12;

/// What came of one attempt.
enum Attempt {
    Answer(Answered),
    /// Nothing took effect; it can be tried again.
    Again,
}

impl Router {
    pub(super) async fn transact_write(&self, input: &TransactWriteItemsInput) -> Answered {
        let until_us = runtime::now_us() + PATIENCE_US;
        let mut met = 0;
        while runtime::now_us() < until_us {
            match self.attempt(input, &mut met).await {
                Attempt::Answer(answer) => return answer,
                Attempt::Again => runtime::sleep_us(RETRY_US).await,
            }
        }
        Err(no_answer())
    }

    async fn attempt(&self, input: &TransactWriteItemsInput, met: &mut u32) -> Attempt {
        let (parts, decider) = match self.parts(input).await {
            Ok(parts) => parts,
            Err(error) => return Attempt::Answer(Err(error)),
        };
        let number = self.attempts.get();
        self.attempts.set(number + 1);
        let id = format!("r{}-{}-{number}", self.host.id, self.born_us);
        let prepare = |meta: &Meta, members: &Vec<Member>| {
            let token = input.client_request_token.clone();
            let token = token.filter(|_| !self.host.world.plan.has(Bug::TokenForgotten));
            PartitionCommand::Prepare(Box::new(Prepare {
                id: id.clone(),
                token: token.filter(|_| meta.group == decider.group),
                decider: decider.group,
                replicas: decider.replicas.clone(),
                members: members.clone(),
            }))
        };
        // The decider first: a transaction that it does not know never takes effect.
        let mut outcomes = Vec::new();
        if let Some((meta, members)) = parts.get(&decider.group) {
            outcomes.push((meta, self.command(meta, prepare(meta, members)).await));
        }
        if matches!(outcomes.last(), Some((_, Some(Outcome::Prepared(_))))) {
            let others = parts
                .values()
                .filter(|(meta, _)| meta.group != decider.group);
            let others = others.map(|(meta, members)| {
                let told = self.command(meta, prepare(meta, members));
                async move { (meta, told.await) }
            });
            outcomes.extend(join_all(others).await);
        }
        let plan = &self.host.world.plan;
        let mut at_us = i64::MIN;
        let (mut reasons, mut locks, mut stop) = (Vec::new(), Vec::new(), None);
        for (meta, outcome) in &outcomes {
            match outcome {
                Some(Outcome::Prepared(us)) => at_us = at_us.max(*us),
                Some(Outcome::DoneBefore(id, at_us)) => {
                    self.host.world.sometimes.saw(Sometimes::TokenSentAgain);
                    stop = Some(self.finish(id, *at_us, &parts).await);
                }
                Some(Outcome::InProgress) => stop = Some(Err(in_progress())),
                Some(Outcome::Refused(why)) => merge(&mut reasons, why),
                Some(Outcome::Locked(lock)) => locks.push((*meta, lock.clone())),
                Some(Outcome::Moved | Outcome::Gone) => {
                    for member in &input.transact_items {
                        self.forget(table_of(member));
                    }
                }
                Some(_) | None => stop = Some(Err(no_answer())),
            }
        }
        let all = outcomes.len() == parts.len();
        let good = all
            && outcomes.iter().all(|(_, outcome)| match outcome {
                Some(Outcome::Prepared(_)) => true,
                // The decider is asked alone, so it has answered.
                None => outcomes.len() > 1 && plan.has(Bug::CommittedWithoutAll),
                Some(_) => false,
            });
        if good {
            return Attempt::Answer(self.commit(&id, &decider, &parts, at_us).await);
        }
        self.let_go(&id, &decider, &parts).await;
        if let Some(answer) = stop {
            return Attempt::Answer(answer);
        }
        if !reasons.is_empty() {
            reasons.resize(input.transact_items.len(), None);
            return Attempt::Answer(Err(cancelled(reasons)));
        }
        for (meta, lock) in locks {
            *met += 1;
            if met.is_multiple_of(MEETINGS) {
                settle(&self.caller, meta, &lock).await;
            }
        }
        Attempt::Again
    }

    /// Decides that a transaction takes effect, and lets every partition know.
    async fn commit(
        &self,
        id: &str,
        decider: &Meta,
        parts: &BTreeMap<GroupId, (Meta, Vec<Member>)>,
        at_us: i64,
    ) -> Answered {
        let decide = PartitionCommand::Decide(id.to_owned(), Some(at_us));
        match self.command(decider, decide).await {
            Some(Outcome::Decided(Some(at_us))) => {
                let mut parts = parts.clone();
                if self.host.world.plan.has(Bug::TransactionHalfApplied) {
                    self.let_go_others(id, decider, &mut parts).await;
                }
                self.finish(id, at_us, &parts).await
            }
            // Somebody who met its items could not wait.
            Some(Outcome::Decided(None)) => {
                self.let_go(id, decider, parts).await;
                let reason = CancellationReason {
                    code: "TransactionConflict".to_owned(),
                    message: None,
                    item: None,
                };
                Err(cancelled(vec![Some(reason)]))
            }
            _ => Err(no_answer()),
        }
    }

    /// The transaction took effect: every partition is told before anybody else is. Nobody may take it for done while
    /// its changes wait for somebody to meet its items, and have the time of that meeting.
    async fn finish(
        &self,
        id: &str,
        at_us: i64,
        parts: &BTreeMap<GroupId, (Meta, Vec<Member>)>,
    ) -> Answered {
        let finish = parts.values().map(|(meta, _)| {
            let finish = PartitionCommand::Finish(id.to_owned(), Some(at_us));
            self.command(meta, finish)
        });
        for finished in join_all(finish).await {
            // It took effect all the same; whoever meets its items finds out.
            if !matches!(finished.ok_or_else(no_answer)?, Outcome::Done) {
                return Err(no_answer());
            }
        }
        Ok(TransactWriteItemsOutput::default().into())
    }

    /// A planted bug: the other partitions are told that nothing happened.
    async fn let_go_others(
        &self,
        id: &str,
        decider: &Meta,
        parts: &mut BTreeMap<GroupId, (Meta, Vec<Member>)>,
    ) {
        let others = parts
            .values()
            .filter(|(meta, _)| meta.group != decider.group);
        let finish = others.map(|(meta, _)| {
            let finish = PartitionCommand::Finish(id.to_owned(), None);
            self.command(meta, finish)
        });
        join_all(finish).await;
        parts.retain(|group, _| *group == decider.group);
    }

    /// The transaction takes no effect: its items are free again.
    async fn let_go(
        &self,
        id: &str,
        decider: &Meta,
        parts: &BTreeMap<GroupId, (Meta, Vec<Member>)>,
    ) {
        let decide = PartitionCommand::Decide(id.to_owned(), None);
        let decided = self.command(decider, decide).await;
        if !matches!(decided, Some(Outcome::Decided(None))) {
            return;
        }
        let finish = parts.values().map(|(meta, _)| {
            let finish = PartitionCommand::Finish(id.to_owned(), None);
            self.command(meta, finish)
        });
        join_all(finish).await;
    }

    async fn command(&self, meta: &Meta, command: PartitionCommand) -> Option<Outcome> {
        let command = Command::Partition(command);
        let told = self.caller.propose(meta.group, &meta.replicas, command);
        told.await
    }

    /// The members by partition, and the partition that decides: the first member's.
    async fn parts(
        &self,
        input: &TransactWriteItemsInput,
    ) -> Result<(BTreeMap<GroupId, (Meta, Vec<Member>)>, Meta), ServiceError> {
        let mut parts: BTreeMap<GroupId, (Meta, Vec<Member>)> = BTreeMap::new();
        let mut decider = None;
        for (place, member) in input.transact_items.iter().enumerate() {
            let target = self.target(table_of(member)).await?;
            let write = write_of(member).ok_or_else(no_answer)?;
            let (meta, _) = target.locate(write.subject())?;
            decider.get_or_insert_with(|| meta.clone());
            let part = parts.entry(meta.group).or_insert((meta, Vec::new()));
            part.1.push(Member { place, write });
        }
        Ok((parts, decider.ok_or_else(no_answer)?))
    }

    /// All items are read twice: what has not changed in between was there at one instant.
    pub(super) async fn transact_get(&self, input: &TransactGetItemsInput) -> Answered {
        let mut before: Option<Vec<_>> = None;
        for _ in 0..READS_MAX {
            let reads = input
                .transact_items
                .iter()
                .map(|member| self.read(&member.get.table_name, &member.get.key, true));
            let read: Result<Vec<_>, ServiceError> = join_all(reads).await.into_iter().collect();
            let read = read?;
            let same = before.as_ref().is_some_and(|before| {
                let versions = before.iter().zip(&read);
                versions.into_iter().all(|((_, was), (_, is))| was == is)
            });
            if same {
                let items = read.into_iter().map(|(item, _)| ItemResponse { item });
                return Ok(TransactGetItemsOutput {
                    responses: Some(items.collect()),
                    ..TransactGetItemsOutput::default()
                }
                .into());
            }
            before = Some(read);
        }
        let conflict = CancellationReason {
            code: "TransactionConflict".to_owned(),
            message: None,
            item: None,
        };
        Err(cancelled(vec![Some(conflict)]))
    }
}

fn table_of(member: &TransactWriteItem) -> &str {
    let put = member.put.as_ref().map(|it| it.table_name.as_str());
    let update = member.update.as_ref().map(|it| it.table_name.as_str());
    let delete = member.delete.as_ref().map(|it| it.table_name.as_str());
    let check = member.condition_check.as_ref();
    let check = check.map(|it| it.table_name.as_str());
    put.or(update).or(delete).or(check).unwrap_or_default()
}

fn write_of(member: &TransactWriteItem) -> Option<WriteRequest> {
    let member = member.clone();
    if let Some(put) = member.put {
        return Some(WriteRequest::Put(PutItemInput {
            table_name: put.table_name,
            item: put.item,
            condition_expression: put.condition_expression,
            expression_attribute_names: put.expression_attribute_names,
            expression_attribute_values: put.expression_attribute_values,
            return_values_on_condition_check_failure: put.return_values_on_condition_check_failure,
            ..PutItemInput::default()
        }));
    }
    if let Some(update) = member.update {
        return Some(WriteRequest::Update(UpdateItemInput {
            table_name: update.table_name,
            key: update.key,
            update_expression: Some(update.update_expression),
            condition_expression: update.condition_expression,
            expression_attribute_names: update.expression_attribute_names,
            expression_attribute_values: update.expression_attribute_values,
            return_values_on_condition_check_failure: update
                .return_values_on_condition_check_failure,
            ..UpdateItemInput::default()
        }));
    }
    if let Some(delete) = member.delete {
        return Some(WriteRequest::Delete(DeleteItemInput {
            table_name: delete.table_name,
            key: delete.key,
            condition_expression: delete.condition_expression,
            expression_attribute_names: delete.expression_attribute_names,
            expression_attribute_values: delete.expression_attribute_values,
            return_values_on_condition_check_failure: delete
                .return_values_on_condition_check_failure,
            ..DeleteItemInput::default()
        }));
    }
    let check = member.condition_check?;
    Some(WriteRequest::Check(DeleteItemInput {
        table_name: check.table_name,
        key: check.key,
        condition_expression: Some(check.condition_expression),
        expression_attribute_names: check.expression_attribute_names,
        expression_attribute_values: check.expression_attribute_values,
        return_values_on_condition_check_failure: check.return_values_on_condition_check_failure,
        ..DeleteItemInput::default()
    }))
}

fn merge(
    reasons: &mut Vec<Option<CancellationReason>>,
    more: &Rc<Vec<Option<CancellationReason>>>,
) {
    reasons.resize(reasons.len().max(more.len()), None);
    for (reason, more) in reasons.iter_mut().zip(more.iter()) {
        if more.is_some() {
            reason.clone_from(more);
        }
    }
}

fn cancelled(reasons: Vec<Option<CancellationReason>>) -> ServiceError {
    let none = || CancellationReason {
        code: "None".to_owned(),
        message: None,
        item: None,
    };
    let reasons: Vec<_> = reasons
        .into_iter()
        .map(|reason| reason.unwrap_or_else(none))
        .collect();
    let mut error = ServiceError::new(
        ErrorCode::TransactionCanceledException,
        "Transaction cancelled, please refer cancellation reasons for specific reasons",
    );
    error.cancellation_reasons = reasons;
    error
}

fn in_progress() -> ServiceError {
    ServiceError::new(
        ErrorCode::TransactionInProgressException,
        "Transaction is still at work",
    )
}
