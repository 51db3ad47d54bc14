//! CreateTable (TABLE-001..008).

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::table::{CreateTableInput, CreateTableOutput};

use crate::arn::table_arn;
use crate::ids::table_id;
use crate::op::tag::checked_tags;
use crate::service::{Call, Service};
use crate::store::{IndexStore, Store};
use crate::table::{Billing, Definition, PointInTimeRecovery, Table, Tags, ThroughputChanges, Ttl};
use crate::tenant::table_name;

pub(crate) fn create_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &CreateTableInput,
) -> Result<CreateTableOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?.to_owned();
    let definition = Definition::from_create(input, call.caller)?;
    let tags = checked_tags(&BTreeMap::new(), input.tags.as_deref().unwrap_or_default())?;
    if let Some(existing) = service.tenant(call.caller).tables.get(&name) {
        let text = if existing.is_restoring(call.now_us) {
            format!("Table is being used: {name}")
        } else {
            format!("Table already exists: {name}")
        };
        return Err(ServiceError::new(ErrorCode::ResourceInUseException, text));
    }
    let mut store = Store::new(call.now_us);
    for index in definition.indexes() {
        store.add_index(IndexStore::new(index.name.clone(), index.schema.clone()));
    }
    let serial = service.next_serial();
    let active_us = call.now_us + service.choices.table_creation_us(serial);
    let backups_ready_us = active_us + service.choices.backups_enabling_us(serial);
    let table = Table {
        id: table_id(service.choices.seed, serial),
        arn: table_arn(call.caller, &name),
        created_us: call.now_us,
        active_us,
        backups_ready_us,
        updated_us: active_us,
        restored: None,
        deletion: None,
        stream_since_us: call.now_us,
        on_demand_since_us: (definition.billing == Billing::PayPerRequest).then_some(call.now_us),
        billing_was_switched: false,
        class_changed_us: None,
        throughput_changes: ThroughputChanges::default(),
        rules: Arc::new(definition.item_rules()),
        definition: Arc::new(definition),
        store: service.stores.add(store),
        ttl: Ttl::default(),
        tags: Tags::new(tags),
        pitr: PointInTimeRecovery::default(),
        name,
    };
    service.schedule(active_us);
    service.schedule(backups_ready_us);
    let description = table.describe(call.now_us, (0, 0));
    service
        .tenant(call.caller)
        .tables
        .insert(table.name.clone(), table);
    Ok(CreateTableOutput {
        table_description: Some(description),
    })
}
