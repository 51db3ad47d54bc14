//! ImportTable (IMPORT): a table to come. What is in the way of reading its source shows later (IMPORT-023).

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::import::{ImportTableInput, ImportTableOutput};

use crate::arn::table_arn;
use crate::calendar::whole_milliseconds;
use crate::client_tokens::Replay;
use crate::ids::table_id;
use crate::import::{Import, Stage, create_table_input};
use crate::quotas::{TableOperation, admit_import, admit_table_operation};
use crate::service::{Call, Service, internal_error};
use crate::table::Definition;
use crate::tenant::table_name;

pub(crate) fn import_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &ImportTableInput,
) -> Result<ImportTableOutput, ServiceError> {
    let Some(token) = input.client_token.clone() else {
        // The API model calls it optional (IMPORT-003).
        return Err(ServiceError::validation(
            "1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: Member must not be \
             null",
        ));
    };
    if input.input_format_options.is_some() && input.input_format != "CSV" {
        return Err(ServiceError::validation(format!(
            "Invalid Request: Unsupported InputFormatOptions for the given input format: {}.",
            input.input_format
        )));
    }
    let create = create_table_input(input);
    let name = table_name(&create.table_name, "tableName", call.caller)?.to_owned();
    let definition = Definition::from_create(&create, call.caller)?;
    let tenant = service.tenant(call.caller);
    let occupied = tenant.tables.contains_key(&name);
    match tenant.imports.tokens.replay(call.now_us, &token, &name) {
        Replay::New => {}
        Replay::Different => {
            return Err(ServiceError::new(
                ErrorCode::ImportConflictException,
                "Import conflict: Duplicate request detected with conflicting parameters",
            ));
        }
        Replay::Same(arn) => {
            let import = tenant.imports.get(&arn).ok_or_else(internal_error)?;
            // When it is over, its own table stands in the way (IMPORT-037).
            if !occupied || import.is_running(call.now_us) {
                return Ok(ImportTableOutput {
                    import_table_description: import.describe(call.now_us),
                });
            }
        }
    }
    if occupied {
        return Err(ServiceError::new(
            ErrorCode::ResourceInUseException,
            format!("Table already exists: {name}"),
        ));
    }
    let indexed = definition.indexes().next().is_some();
    admit_table_operation(service, call, TableOperation::Create { indexed })?;
    admit_import(service, call)?;

    let serial = service.next_serial();
    let times = service.choices.import_times(serial);
    let seed = service.choices.seed;
    let started_us = whole_milliseconds(call.now_us);
    let table_arn = table_arn(call.caller, &name);
    let mut request = input.clone();
    let source = &mut request.s3_bucket_source;
    source
        .s3_bucket_owner
        .get_or_insert_with(|| call.caller.account.clone());
    request
        .input_compression_type
        .get_or_insert_with(|| "NONE".to_owned());
    let imports = &mut service.tenant(call.caller).imports;
    let id = imports.ids.next(seed, serial, started_us);
    let import = Import {
        arn: format!("{table_arn}/import/{id}"),
        request,
        caller: call.caller.clone(),
        definition,
        table_arn,
        table_id: table_id(seed, serial),
        serial,
        started_us,
        appears_us: call.now_us + times.appears_us,
        active_us: call.now_us + times.active_us,
        ends_us: call.now_us + times.ends_us,
        stage: Stage::Waiting,
    };
    let arn = import.arn.clone();
    let description = import.describe(call.now_us);
    imports
        .tokens
        .remember(call.now_us, token, name, arn.clone());
    let changes_us = [import.appears_us, import.ends_us, import.expires_us()];
    service.imports_waiting.insert((import.appears_us, arn));
    service.tenant(call.caller).imports.add(import);
    for us in changes_us {
        service.schedule(us);
    }
    Ok(ImportTableOutput {
        import_table_description: description,
    })
}
