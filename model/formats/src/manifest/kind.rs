//! What kind of export a summary tells of (EXPORT-FORMAT-013, -015).

use std::fmt;

use super::{ManifestTime, Summary};

/// What the records of an incremental export show (EXPORT-INCR-005).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// NEW_AND_OLD_IMAGES: the item before the period, and at its end.
    NewAndOldImages,
    /// NEW_IMAGE: the item at the end of the period alone.
    NewImage,
}

impl View {
    /// The view with this name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "NEW_AND_OLD_IMAGES" => Some(Self::NewAndOldImages),
            "NEW_IMAGE" => Some(Self::NewImage),
            _ => None,
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
            Self::NewImage => "NEW_IMAGE",
        }
    }
}

/// A full export and its instant, or an incremental one and its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The items at an instant.
    Full {
        /// ExportTime.
        at: ManifestTime,
    },
    /// What was written in a period.
    Incremental {
        /// ExportFromTime, inclusive (EXPORT-INCR-003).
        from: ManifestTime,
        /// ExportToTime, exclusive.
        to: ManifestTime,
        /// What its records show.
        view: View,
    },
}

impl ExportKind {
    /// Whether it is an incremental export.
    pub fn is_incremental(&self) -> bool {
        matches!(self, Self::Incremental { .. })
    }

    /// The instant whose state the export ends with.
    pub fn ends(&self) -> ManifestTime {
        match self {
            Self::Full { at } => *at,
            Self::Incremental { to, .. } => *to,
        }
    }
}

impl fmt::Display for ExportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { at } => write!(f, "full export at {at}"),
            Self::Incremental { from, to, view } => {
                write!(f, "incremental export from {from} to {to}, {}", view.name())
            }
        }
    }
}

impl Summary {
    /// What kind of export this is.
    ///
    /// # Errors
    /// Which member is missing that this kind of export has.
    pub fn kind(&self) -> Result<ExportKind, String> {
        let incremental = match self.export_type.as_deref() {
            Some("INCREMENTAL_EXPORT") => true,
            Some("FULL_EXPORT") => false,
            None => self.export_time.is_none() && self.export_from_time.is_some(),
            Some(other) => return Err(format!("exportType is {other:?}")),
        };
        let missing = |member: &str| format!("{member} is missing");
        if !incremental {
            let at = self.export_time.ok_or_else(|| missing("exportTime"))?;
            return Ok(ExportKind::Full { at });
        }
        let view = self.output_view.as_deref();
        let view = view.ok_or_else(|| missing("outputView"))?;
        Ok(ExportKind::Incremental {
            from: self
                .export_from_time
                .ok_or_else(|| missing("exportFromTime"))?,
            to: self.export_to_time.ok_or_else(|| missing("exportToTime"))?,
            view: View::from_name(view).ok_or_else(|| format!("outputView is {view:?}"))?,
        })
    }
}
