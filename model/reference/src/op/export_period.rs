//! What is to be exported, and when: one instant, the present, or a period (EXPORT-INCR-001..010).

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::export::ExportTableToPointInTimeInput;

use crate::calendar::{iso_8601_millis, whole_milliseconds};
use crate::choices::{DAY_US, SECOND_US};
use crate::export::Changes;
use crate::table::Window;

/// The shortest period (EXPORT-INCR-006).
const PERIOD_US_MIN: i64 = 15 * 60 * SECOND_US;
/// The longest period (EXPORT-INCR-007).
const PERIOD_US_MAX: i64 = DAY_US;

/// What a request asks for.
pub(super) enum Wanted {
    /// A full export without a time.
    Now,
    /// A full export of an instant.
    Instant(i64),
    /// An incremental export.
    Changes(Period),
}

/// The period of an incremental export as it was asked for.
pub(super) struct Period {
    from_us: i64,
    to_us: Option<i64>,
    old_images: bool,
}

/// A period that fits the clock and the table.
pub(super) struct AdmittedPeriod {
    from_us: i64,
    to_us: i64,
    old_images: bool,
}

/// Reads type and times: they must fit each other, whatever the table (EXPORT-INCR-001, -002, -010).
pub(super) fn wanted(input: &ExportTableToPointInTimeInput) -> Result<Wanted, ServiceError> {
    let invalid = |text: &str| Err(ServiceError::validation(format!("Invalid Request: {text}")));
    let kind = input.export_type.as_deref();
    let specification = match (kind, &input.incremental_export_specification) {
        (Some("INCREMENTAL_EXPORT"), Some(specification)) => specification,
        (Some("INCREMENTAL_EXPORT"), None) => {
            return invalid(
                "Incremental Export Specification expected when export type is set as Incremental Export",
            );
        }
        (None, Some(_)) => {
            return invalid(
                "Export Type expected to be Incremental Export when incremental export specification is provided",
            );
        }
        (Some(_), Some(_)) => {
            return invalid(
                "When Export Type is Full Export , Incremental Export Specification should not be provided",
            );
        }
        (_, None) => {
            return Ok(match input.export_time {
                Some(time) => Wanted::Instant(time.0),
                None => Wanted::Now,
            });
        }
    };
    let Some(from) = specification.export_from_time else {
        return invalid("ExportFromTime must be provided in IncrementalExportSpecification");
    };
    if input.export_time.is_some() {
        return invalid("ExportTime should not be provided when Export Type is Incremental Export");
    }
    if input.filter_specification.is_some() {
        return invalid(
            "FilterSpecification is not served here when Export Type is Incremental Export: export without it",
        );
    }
    Ok(Wanted::Changes(Period {
        from_us: whole_milliseconds(from.0),
        to_us: specification
            .export_to_time
            .map(|to| whole_milliseconds(to.0)),
        old_images: specification.export_view_type.as_deref() != Some("NEW_IMAGE"),
    }))
}

impl Period {
    /// The period, if it lies between the table's creation and the present and is neither too short nor too long. Without
    /// an end it ends at the request (EXPORT-INCR-004).
    pub fn admit(
        &self,
        now_us: i64,
        table_created_us: i64,
    ) -> Result<AdmittedPeriod, ServiceError> {
        let from_us = self.from_us;
        let to_us = self.to_us.unwrap_or(whole_milliseconds(now_us));
        if from_us < whole_milliseconds(table_created_us) {
            return Err(invalid_time(format!(
                "Incremental export period from time cannot be less than the table creation time : {}",
                iso_8601_millis(table_created_us)
            )));
        }
        if to_us > now_us {
            return Err(invalid_time(format!(
                "Incremental export period to time cannot be greater than the current time : {}",
                iso_8601_millis(now_us)
            )));
        }
        let length_us = to_us.saturating_sub(from_us);
        if length_us < PERIOD_US_MIN {
            return Err(invalid_time(
                "Difference between export period from time and export period to time is less than 15 minutes",
            ));
        }
        if length_us > PERIOD_US_MAX {
            return Err(invalid_time(
                "Difference between export period from time and export period to time is more than 24 hours",
            ));
        }
        Ok(AdmittedPeriod {
            from_us,
            to_us,
            old_images: self.old_images,
        })
    }
}

impl AdmittedPeriod {
    /// The period as a part of the log, if the window reaches back to its beginning (EXPORT-INCR-008).
    pub fn of_window(
        self,
        window: &Window,
        now_us: i64,
        rewrites: bool,
    ) -> Result<Changes, ServiceError> {
        let earliest_us = window.earliest_us(now_us);
        if self.from_us < earliest_us {
            return Err(invalid_time(format!(
                "Incremental export period from time cannot be less than the earliest restorable time : {}",
                iso_8601_millis(earliest_us)
            )));
        }
        Ok(Changes {
            from_us: self.from_us,
            to_us: self.to_us,
            from: window.cut_before(self.from_us),
            to: window.cut_before(self.to_us),
            old_images: self.old_images,
            rewrites,
        })
    }
}

fn invalid_time(text: impl Into<String>) -> ServiceError {
    ServiceError::new(ErrorCode::InvalidExportTimeException, text)
}
