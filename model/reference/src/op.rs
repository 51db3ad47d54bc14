//! One file for each operation, or for a few that are two halves of one thing.

mod account;
mod artefact_by_arn;
mod backup_by_arn;
mod batch;
mod capacity;
mod continuous_backups;
mod create_backup;
mod create_table;
mod cursor;
mod delete_backup;
mod delete_item;
mod delete_table;
mod describe_backup;
mod describe_export;
mod describe_import;
mod describe_table;
mod export_period;
mod export_table_to_point_in_time;
mod get_item;
mod import_table;
mod item_call;
mod item_collection;
mod list_backups;
mod list_exports;
mod list_imports;
mod list_tables;
mod next_token;
mod page;
mod put_item;
mod query;
mod restore_table_from_backup;
mod restore_table_to_point_in_time;
mod scan;
mod start_restore;
mod tag;
mod time_to_live;
mod transact_get_items;
mod transact_write_items;
mod update_item;
mod update_table;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::{NoMembers, Request, Response};

use crate::service::{Call, Service};

/// Hands a request to its operation.
pub(crate) fn dispatch(
    service: &mut Service,
    call: &Call<'_>,
    request: Request,
) -> Result<Response, ServiceError> {
    /// Boxes an answer into its variant.
    macro_rules! answer {
        ($variant:ident, $result:expr) => {
            $result.map(|output| Response::$variant(Box::new(output)))
        };
    }
    match request {
        Request::CreateBackup(input) => answer!(
            CreateBackup,
            create_backup::create_backup(service, call, &input)
        ),
        Request::DescribeBackup(input) => {
            answer!(
                DescribeBackup,
                describe_backup::describe_backup(service, call, &input)
            )
        }
        Request::ListBackups(input) => answer!(
            ListBackups,
            list_backups::list_backups(service, call, &input)
        ),
        Request::DeleteBackup(input) => answer!(
            DeleteBackup,
            delete_backup::delete_backup(service, call, &input)
        ),
        Request::RestoreTableFromBackup(input) => answer!(
            RestoreTableFromBackup,
            restore_table_from_backup::restore_table_from_backup(service, call, &input)
        ),
        Request::RestoreTableToPointInTime(input) => answer!(
            RestoreTableToPointInTime,
            restore_table_to_point_in_time::restore_table_to_point_in_time(service, call, &input)
        ),
        Request::DescribeContinuousBackups(input) => answer!(
            DescribeContinuousBackups,
            continuous_backups::describe_continuous_backups(service, call, &input)
        ),
        Request::UpdateContinuousBackups(input) => answer!(
            UpdateContinuousBackups,
            continuous_backups::update_continuous_backups(service, call, &input)
        ),
        Request::CreateTable(input) => answer!(
            CreateTable,
            create_table::create_table(service, call, &input)
        ),
        Request::DescribeTable(input) => {
            answer!(
                DescribeTable,
                describe_table::describe_table(service, call, &input)
            )
        }
        Request::UpdateTable(input) => answer!(
            UpdateTable,
            update_table::update_table(service, call, &input)
        ),
        Request::DeleteTable(input) => answer!(
            DeleteTable,
            delete_table::delete_table(service, call, &input)
        ),
        Request::ListTables(input) => {
            answer!(ListTables, list_tables::list_tables(service, call, &input))
        }
        Request::PutItem(input) => answer!(PutItem, put_item::put_item(service, call, *input)),
        Request::GetItem(input) => answer!(GetItem, get_item::get_item(service, call, *input)),
        Request::UpdateItem(input) => {
            answer!(UpdateItem, update_item::update_item(service, call, *input))
        }
        Request::DeleteItem(input) => {
            answer!(DeleteItem, delete_item::delete_item(service, call, *input))
        }
        Request::BatchWriteItem(input) => answer!(
            BatchWriteItem,
            batch::batch_write_item(service, call, *input)
        ),
        Request::BatchGetItem(input) => {
            answer!(BatchGetItem, batch::batch_get_item(service, call, *input))
        }
        Request::TransactWriteItems(input) => answer!(
            TransactWriteItems,
            transact_write_items::transact_write_items(service, call, *input)
        ),
        Request::TransactGetItems(input) => answer!(
            TransactGetItems,
            transact_get_items::transact_get_items(service, call, *input)
        ),
        Request::Query(input) => answer!(Query, query::query(service, call, *input)),
        Request::Scan(input) => answer!(Scan, scan::scan(service, call, *input)),
        Request::UpdateTimeToLive(input) => {
            answer!(
                UpdateTimeToLive,
                time_to_live::update_time_to_live(service, call, &input)
            )
        }
        Request::DescribeTimeToLive(input) => {
            answer!(
                DescribeTimeToLive,
                time_to_live::describe_time_to_live(service, call, &input)
            )
        }
        Request::TagResource(input) => {
            answer!(
                TagResource,
                tag::tag_resource(service, call, &input).map(|()| NoMembers {})
            )
        }
        Request::UntagResource(input) => {
            answer!(
                UntagResource,
                tag::untag_resource(service, call, &input).map(|()| NoMembers {})
            )
        }
        Request::ListTagsOfResource(input) => {
            answer!(
                ListTagsOfResource,
                tag::list_tags_of_resource(service, call, &input)
            )
        }
        Request::DescribeLimits(_) => Ok(Response::DescribeLimits(Box::new(
            account::describe_limits(),
        ))),
        Request::DescribeEndpoints(_) => Ok(Response::DescribeEndpoints(Box::new(
            account::describe_endpoints(call),
        ))),
        Request::ExportTableToPointInTime(input) => answer!(
            ExportTableToPointInTime,
            export_table_to_point_in_time::export_table_to_point_in_time(service, call, &input)
        ),
        Request::DescribeExport(input) => answer!(
            DescribeExport,
            describe_export::describe_export(service, call, &input)
        ),
        Request::ListExports(input) => answer!(
            ListExports,
            list_exports::list_exports(service, call, &input)
        ),
        Request::ImportTable(input) => answer!(
            ImportTable,
            import_table::import_table(service, call, &input)
        ),
        Request::DescribeImport(input) => answer!(
            DescribeImport,
            describe_import::describe_import(service, call, &input)
        ),
        Request::ListImports(input) => answer!(
            ListImports,
            list_imports::list_imports(service, call, &input)
        ),
    }
}

/// The service knows no such operation (WIRE-001).
pub(crate) fn unknown_operation() -> ServiceError {
    ServiceError {
        code: ErrorCode::UnknownOperationException,
        message: None,
        item: None,
        cancellation_reasons: Vec::new(),
    }
}
