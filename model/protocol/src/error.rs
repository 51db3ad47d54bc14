//! Every error the service answers with, and how it looks on the wire (ERRORS group, WIRE-006..008).

use std::fmt;

use crate::value::Item;

/// Declares the error names once, with their namespace and the spelling of the message member.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident, $namespace:ident;)*) => {
        /// The name of an error: what follows `#` in `__type`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every error there is.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            fn namespace(self) -> Namespace {
                match self { $(Self::$name => Namespace::$namespace,)* }
            }
        }
    };
}

#[derive(Clone, Copy)]
enum Namespace {
    Service,
    Validate,
    Framework,
    Availability,
}

error_codes! {
    /// The caller may not touch this resource (ERRORS-017).
    AccessDeniedException, Framework;
    /// A backup feeds a restore (ERRORS-004).
    BackupInUseException, Service;
    /// No such backup (ERRORS-003).
    BackupNotFoundException, Service;
    /// A condition did not hold (ITEM-014).
    ConditionalCheckFailedException, Service;
    /// Backups are not ready yet for a young table (ERRORS-007).
    ContinuousBackupsUnavailableException, Service;
    /// An export token came back with other parameters (ERRORS-011).
    ExportConflictException, Service;
    /// No such export (ERRORS-012).
    ExportNotFoundException, Service;
    /// A transaction token came back with other parameters (ITEM-019).
    IdempotentParameterMismatchException, Service;
    /// An import token came back with other parameters (ERRORS-013).
    ImportConflictException, Service;
    /// No such import (ERRORS-012).
    ImportNotFoundException, Service;
    /// The Authorization header cannot be read (WIRE-011).
    IncompleteSignatureException, Framework;
    /// The service failed.
    InternalServerError, Service;
    /// An export time that cannot be served (ERRORS-010).
    InvalidExportTimeException, Service;
    /// A restore time that cannot be served (ERRORS-009).
    InvalidRestoreTimeException, Service;
    /// An item collection with local indexes is full (TABLE-008).
    ItemCollectionSizeLimitExceededException, Service;
    /// A count quota is exhausted (ERRORS-016).
    LimitExceededException, Service;
    /// No Authorization header (WIRE-011).
    MissingAuthenticationTokenException, Framework;
    /// Point-in-time recovery is off (ERRORS-008).
    PointInTimeRecoveryUnavailableException, Service;
    /// Throughput of a table is exhausted.
    ProvisionedThroughputExceededException, Service;
    /// Replicated tables only.
    ReplicatedWriteConflictException, Service;
    /// The account's throughput is exhausted.
    RequestLimitExceeded, Service;
    /// The body is too large (WIRE-015).
    RequestEntityTooLargeException, Framework;
    /// The resource is in a state that forbids this (ERRORS-014).
    ResourceInUseException, Service;
    /// No such table, for everything outside the backup family (ERRORS-001).
    ResourceNotFoundException, Service;
    /// The body is not what the shape says (WIRE-002..005).
    SerializationException, Framework;
    /// A restore target exists (ERRORS-005).
    TableAlreadyExistsException, Service;
    /// A restore target is being restored (ERRORS-006).
    TableInUseException, Service;
    /// No such table, for the backup family (ERRORS-001).
    TableNotFoundException, Service;
    /// Too many calls (ERRORS-015).
    ThrottlingException, Availability;
    /// A transaction was cancelled (ITEM-018).
    TransactionCanceledException, Service;
    /// Two transactions met (ITEM-018).
    TransactionConflictException, Service;
    /// The same token is still at work (ITEM-019).
    TransactionInProgressException, Service;
    /// No such operation (WIRE-001).
    UnknownOperationException, Framework;
    /// The access key is unknown (WIRE-011).
    UnrecognizedClientException, Framework;
    /// The request is not acceptable (VALIDATION group).
    ValidationException, Validate;
}

impl ErrorCode {
    /// The HTTP status: client faults are 400, an oversized body 413, the service's own fault 500 (WIRE-008).
    pub fn http_status(self) -> u16 {
        match self {
            Self::InternalServerError => 500,
            Self::RequestEntityTooLargeException => 413,
            _ => 400,
        }
    }

    /// The namespaced `__type` (WIRE-006; record S14).
    pub fn wire_type(self) -> String {
        let namespace = match self.namespace() {
            Namespace::Service => "com.amazonaws.dynamodb.v20120810",
            Namespace::Validate => "com.amazon.coral.validate",
            Namespace::Framework => "com.amazon.coral.service",
            Namespace::Availability => "com.amazon.coral.availability",
        };
        format!("{namespace}#{}", self.name())
    }

    /// How this error spells its message member: `message`, or `Message` for four of them (WIRE-007).
    pub fn message_member(self) -> &'static str {
        match self {
            Self::IdempotentParameterMismatchException
            | Self::TransactionCanceledException
            | Self::TransactionInProgressException
            | Self::AccessDeniedException
            | Self::SerializationException => "Message",
            _ => "message",
        }
    }
}

/// Why one member of a transaction was refused (ITEM-018).
#[derive(Clone, Debug, PartialEq)]
pub struct CancellationReason {
    /// `None`, `ConditionalCheckFailed`, `ItemCollectionSizeLimitExceeded`, `TransactionConflict`,
    /// `ProvisionedThroughputExceeded`, `ThrottlingError` or `ValidationError`.
    pub code: String,
    /// The text, absent for `None`.
    pub message: Option<String>,
    /// The item as it was, where ReturnValuesOnConditionCheckFailure asked for it.
    pub item: Option<Item>,
}

/// An answer that is not success.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// Which error.
    pub code: ErrorCode,
    /// The text for people; `None` where the service sends only the type (UnknownOperationException).
    pub message: Option<String>,
    /// The item that failed a condition, where ReturnValuesOnConditionCheckFailure asked for it.
    pub item: Option<Box<Item>>,
    /// One reason per member of a cancelled transaction, in order; empty for every other error.
    pub cancellation_reasons: Vec<CancellationReason>,
}

impl ServiceError {
    /// An error with a text.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: Some(message.into()),
            item: None,
            cancellation_reasons: Vec::new(),
        }
    }

    /// A ValidationException with this text.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ValidationException, message)
    }

    /// A ValidationException that starts with "One or more parameter values were invalid: ".
    pub fn invalid_parameter(message: impl fmt::Display) -> Self {
        Self::validation(format!(
            "One or more parameter values were invalid: {message}"
        ))
    }

    /// A SerializationException with this text (WIRE-002).
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::SerializationException, message)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}",
            self.code.name(),
            self.message.as_deref().unwrap_or_default()
        )
    }
}

impl std::error::Error for ServiceError {}
