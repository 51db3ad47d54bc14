//! CreateTable (TABLE-001..008).

use std::collections::BTreeMap;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::table::{CreateTableInput, CreateTableOutput};

use crate::op::describe_table::description;
use crate::op::tag::checked_tags;
use crate::quotas::{TableOperation, admit_table_operation};
use crate::service::{Call, NewTable, Service};
use crate::store::Store;
use crate::table::{Definition, Tags, Warm, check_create};
use crate::tenant::table_name;

pub(crate) fn create_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &CreateTableInput,
) -> Result<CreateTableOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?.to_owned();
    check_create(input)?;
    let definition = Definition::from_create(input, call.caller)?;
    let warm = Warm::from_create(input, &definition)?;
    let tags = checked_tags(&BTreeMap::new(), input.tags.as_deref().unwrap_or_default())?;
    if let Some(existing) = service.tenant(call.caller).tables.get(&name) {
        let text = if existing.is_restoring(call.now_us) {
            format!("Table is being used: {name}")
        } else {
            format!("Table already exists: {name}")
        };
        return Err(ServiceError::new(ErrorCode::ResourceInUseException, text));
    }
    let indexed = definition.indexes().next().is_some();
    admit_table_operation(service, call, TableOperation::Create { indexed })?;
    let serial = service.next_serial();
    let table = NewTable {
        name: name.clone(),
        serial,
        creation_us: service.choices.table_creation_us(serial),
        restored: None,
        definition,
        store: Store::new(call.now_us, service.choices.band_us()),
        tags: Tags::new(tags),
    };
    service.add_table(call, table);
    service.tenant(call.caller).known_table(&name)?.warm = warm;
    Ok(CreateTableOutput {
        table_description: Some(description(service, call, &name)?),
    })
}
