//! The operations, their requests and their answers.

use serde::{Deserialize, Serialize};

use super::backup::*;
use super::batch::*;
use super::continuous_backups::*;
use super::endpoint::*;
use super::export::*;
use super::import::*;
use super::item::*;
use super::limits::*;
use super::query::*;
use super::restore::*;
use super::table::*;
use super::tag::*;
use super::transaction::*;
use super::ttl::*;
use crate::error::{ErrorCode, ServiceError};
use crate::shape::{self, Shape};

/// Makes the type of an answer convert into [`Response`], unless it stands for several operations.
macro_rules! answer_from {
    ($name:ident, NoMembers) => {};
    ($name:ident, $output:ident) => {
        impl From<$output> for Response {
            fn from(output: $output) -> Self {
                Self::$name(Box::new(output))
            }
        }
    };
}

/// Declares the operations once: name, type of the request, type of the answer.
macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident;)*) => {
        /// An operation of the API.
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operation { $($name,)* }

        impl Operation {
            /// Every operation there is.
            pub const ALL: &'static [Operation] = &[$(Operation::$name,)*];

            /// The name on the wire, as in the X-Amz-Target header.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The operation of this name (WIRE-001).
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $(stringify!($name) => Some(Self::$name),)* _ => None }
            }
        }

        /// A request, in the shape that the API model demands.
        #[allow(missing_docs)]
        #[derive(Clone, Debug, PartialEq)]
        pub enum Request { $($name(Box<$input>),)* }

        $(impl From<$input> for Request {
            fn from(input: $input) -> Self {
                Self::$name(Box::new(input))
            }
        })*

        impl Request {
            /// Reads the body of a request.
            ///
            /// # Errors
            /// - SerializationException: not one JSON object, or a member of the wrong type (WIRE-002..005);
            /// - ValidationException: a constraint of the API model is violated (VALIDATION-001).
            pub fn parse(operation: Operation, body: &[u8]) -> Result<Self, ServiceError> {
                let shape = input_shape(operation)?;
                match operation {
                    $(Operation::$name => shape::parse(shape, body).map(Self::$name),)*
                }
            }

            /// The operation that is asked for.
            pub fn operation(&self) -> Operation {
                match self { $(Self::$name(_) => Operation::$name,)* }
            }

            /// Appends the body of this request to `out`.
            pub fn to_json(&self, out: &mut Vec<u8>) {
                match self { $(Self::$name(input) => write_json(input, out),)* }
            }
        }

        /// An answer.
        #[allow(missing_docs)]
        #[derive(Clone, Debug, PartialEq)]
        pub enum Response { $($name(Box<$output>),)* }

        $(answer_from!($name, $output);)*

        impl Response {
            /// Reads the body of an answer. Members that are unknown are ignored (WIRE-013), members that are
            /// missing are empty.
            ///
            /// # Errors
            /// SerializationException: not JSON, or a member of the wrong type.
            pub fn parse(operation: Operation, body: &[u8]) -> Result<Self, ServiceError> {
                let body = if body.is_empty() { b"{}" } else { body };
                match operation {
                    $(Operation::$name => serde_json::from_slice(body).map(Self::$name),)*
                }
                .map_err(shape::mismatch::serialization_error)
            }

            /// The operation that is answered.
            pub fn operation(&self) -> Operation {
                match self { $(Self::$name(_) => Operation::$name,)* }
            }

            /// Appends the body of this answer to `out`: nothing for an answer without members (WIRE-014).
            pub fn to_json(&self, out: &mut Vec<u8>) {
                if matches!(self, Self::TagResource(_) | Self::UntagResource(_)) {
                    return;
                }
                match self { $(Self::$name(output) => write_json(output, out),)* }
            }
        }
    };
}

operations! {
    CreateBackup(CreateBackupInput) -> CreateBackupOutput;
    DescribeBackup(DescribeBackupInput) -> DescribeBackupOutput;
    ListBackups(ListBackupsInput) -> ListBackupsOutput;
    DeleteBackup(DeleteBackupInput) -> DeleteBackupOutput;
    RestoreTableFromBackup(RestoreTableFromBackupInput) -> RestoreTableFromBackupOutput;
    RestoreTableToPointInTime(RestoreTableToPointInTimeInput) -> RestoreTableToPointInTimeOutput;
    DescribeContinuousBackups(DescribeContinuousBackupsInput) -> DescribeContinuousBackupsOutput;
    UpdateContinuousBackups(UpdateContinuousBackupsInput) -> UpdateContinuousBackupsOutput;
    ExportTableToPointInTime(ExportTableToPointInTimeInput) -> ExportTableToPointInTimeOutput;
    DescribeExport(DescribeExportInput) -> DescribeExportOutput;
    ListExports(ListExportsInput) -> ListExportsOutput;
    ImportTable(ImportTableInput) -> ImportTableOutput;
    DescribeImport(DescribeImportInput) -> DescribeImportOutput;
    ListImports(ListImportsInput) -> ListImportsOutput;
    CreateTable(CreateTableInput) -> CreateTableOutput;
    DescribeTable(DescribeTableInput) -> DescribeTableOutput;
    UpdateTable(UpdateTableInput) -> UpdateTableOutput;
    DeleteTable(DeleteTableInput) -> DeleteTableOutput;
    ListTables(ListTablesInput) -> ListTablesOutput;
    PutItem(PutItemInput) -> PutItemOutput;
    GetItem(GetItemInput) -> GetItemOutput;
    UpdateItem(UpdateItemInput) -> UpdateItemOutput;
    DeleteItem(DeleteItemInput) -> DeleteItemOutput;
    BatchWriteItem(BatchWriteItemInput) -> BatchWriteItemOutput;
    BatchGetItem(BatchGetItemInput) -> BatchGetItemOutput;
    TransactWriteItems(TransactWriteItemsInput) -> TransactWriteItemsOutput;
    TransactGetItems(TransactGetItemsInput) -> TransactGetItemsOutput;
    Query(QueryInput) -> QueryOutput;
    Scan(ScanInput) -> ScanOutput;
    UpdateTimeToLive(UpdateTimeToLiveInput) -> UpdateTimeToLiveOutput;
    DescribeTimeToLive(DescribeTimeToLiveInput) -> DescribeTimeToLiveOutput;
    TagResource(TagResourceInput) -> NoMembers;
    UntagResource(UntagResourceInput) -> NoMembers;
    ListTagsOfResource(ListTagsOfResourceInput) -> ListTagsOfResourceOutput;
    DescribeLimits(DescribeLimitsInput) -> DescribeLimitsOutput;
    DescribeEndpoints(DescribeEndpointsRequest) -> DescribeEndpointsResponse;
}

/// An answer without members: its body is empty (WIRE-014).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoMembers {}

/// Whether the API has an operation of this name, described here or not.
pub fn is_known_operation_name(name: &str) -> bool {
    shape::api().is_ok_and(|api| api.operation_names.iter().any(|known| known == name))
}

fn input_shape(operation: Operation) -> Result<&'static Shape, ServiceError> {
    let operation = operation.name();
    match shape::api()?.operations.get(operation) {
        Some(shapes) => Ok(&shapes.input),
        None => Err(ServiceError::new(
            ErrorCode::InternalServerError,
            format!("the API model lacks {operation}"),
        )),
    }
}

fn write_json(value: &impl Serialize, out: &mut Vec<u8>) {
    // Types that hold strings, numbers and items are written to memory without fail.
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}
