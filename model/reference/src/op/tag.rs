//! TagResource, UntagResource and ListTagsOfResource (TAG).

use std::collections::BTreeMap;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::tag::{
    ListTagsOfResourceInput, ListTagsOfResourceOutput, Tag, TagResourceInput, UntagResourceInput,
};

use crate::arn::Arn;
use crate::service::{Call, Service};
use crate::table::Table;
use crate::tenant::access_denied;

/// Tags of one table (TAG-002).
const TAGS_MAX: usize = 50;

pub(crate) fn tag_resource(
    service: &mut Service,
    call: &Call<'_>,
    input: &TagResourceInput,
) -> Result<(), ServiceError> {
    let serial = service.next_serial();
    let seen_us = call.now_us + service.choices.tag_propagation_us(serial);
    let table = tagged_table(service, call, &input.resource_arn)?;
    let tags = checked_tags(table.tags.latest(), &input.tags)?;
    table.tags.change(call.now_us, seen_us, tags);
    service.schedule(seen_us);
    Ok(())
}

pub(crate) fn untag_resource(
    service: &mut Service,
    call: &Call<'_>,
    input: &UntagResourceInput,
) -> Result<(), ServiceError> {
    let serial = service.next_serial();
    let seen_us = call.now_us + service.choices.tag_propagation_us(serial);
    let table = tagged_table(service, call, &input.resource_arn)?;
    let mut tags = table.tags.latest().clone();
    tags.retain(|key, _| !input.tag_keys.contains(key));
    table.tags.change(call.now_us, seen_us, tags);
    service.schedule(seen_us);
    Ok(())
}

pub(crate) fn list_tags_of_resource(
    service: &mut Service,
    call: &Call<'_>,
    input: &ListTagsOfResourceInput,
) -> Result<ListTagsOfResourceOutput, ServiceError> {
    let table = tagged_table(service, call, &input.resource_arn)?;
    let visible = table.tags.visible(call.now_us);
    let tags = visible
        .iter()
        .map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        })
        .collect();
    Ok(ListTagsOfResourceOutput {
        tags: Some(tags),
        next_token: None,
    })
}

/// The tags after adding some, all or nothing (TAG-002).
pub(crate) fn checked_tags(
    present: &BTreeMap<String, String>,
    added: &[Tag],
) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut tags = present.clone();
    let mut keys = std::collections::BTreeSet::new();
    for tag in added {
        if !keys.insert(&tag.key) {
            return Err(ServiceError::invalid_parameter(format_args!(
                "Duplicate tag keys are not allowed: {}",
                tag.key
            )));
        }
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(ServiceError::invalid_parameter(
                "One or more tag keys or values are not valid: the prefix aws: is reserved",
            ));
        }
        tags.insert(tag.key.clone(), tag.value.clone());
    }
    if tags.len() > TAGS_MAX {
        return Err(ServiceError::invalid_parameter(
            "Too many tags: a resource has at most 50",
        ));
    }
    Ok(tags)
}

/// Tables are taggable, by ARN; backups are not (ERRORS-018).
fn tagged_table<'a>(
    service: &'a mut Service,
    call: &Call<'_>,
    resource: &str,
) -> Result<&'a mut Table, ServiceError> {
    let arn = Arn::parse(resource).filter(|arn| arn.service == "dynamodb" && arn.child.is_none());
    let Some(arn) = arn else {
        return Err(ServiceError::invalid_parameter(format_args!(
            "Provided Arn is not a DynamoDB resource arn: {resource}"
        )));
    };
    if arn.account != call.caller.account {
        return Err(access_denied());
    }
    service
        .tenant(call.caller)
        .tagged_table(arn.table, call.now_us)
}
