//! CSV: a header of names, and rows of strings; key attributes have the types that the table declares
//! (IMPORT-032..035).

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use csv::{ReaderBuilder, StringRecord};
use lookback_protocol::error::ServiceError;
use lookback_protocol::key::KeyType;
use lookback_protocol::wire::import::ImportTableDescription;
use lookback_protocol::wire::{WireItem, WireValue};

use super::Step;

/// How CSV objects are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvSource {
    delimiter: u8,
    /// The names of the columns; without them the first line of each object has them.
    header: Option<Vec<String>>,
    /// The types of the key attributes of the table and of its indexes: everything else is a string.
    kinds: BTreeMap<String, KeyType>,
}

impl CsvSource {
    /// The options of an import, and the types that its table declares (IMPORT-033).
    pub(super) fn of(import: &ImportTableDescription) -> Self {
        let options = import.input_format_options.as_ref();
        let csv = options.and_then(|options| options.csv.as_ref());
        let delimiter = csv.and_then(|csv| csv.delimiter.as_deref());
        let parameters = import.table_creation_parameters.as_ref();
        let definitions = parameters.map(|parameters| parameters.attribute_definitions.as_slice());
        let kind = |name: &str| KeyType::from_name(name);
        Self {
            delimiter: delimiter
                .and_then(|delimiter| delimiter.bytes().next())
                .unwrap_or(b','),
            header: csv.and_then(|csv| csv.header_list.clone()),
            kinds: definitions
                .unwrap_or_default()
                .iter()
                .filter_map(|one| Some((one.attribute_name.clone(), kind(&one.attribute_type)?)))
                .collect(),
        }
    }

    /// The rows of one object. A row that has another number of columns than the header ends it: nothing says what its
    /// cells are (undocumented, IMPORT-035).
    pub(super) fn steps<R: Read>(&self, plain: R) -> impl Iterator<Item = Step> + use<R> {
        let mut rows = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(plain)
            .into_records();
        let mut header = self.header.clone();
        let kinds = self.kinds.clone();
        std::iter::from_fn(move || {
            loop {
                let row = match rows.next()? {
                    Ok(row) => row,
                    Err(error) => {
                        let text = format!("The row cannot be read: {error}");
                        return Some(Err(ServiceError::validation(text)));
                    }
                };
                match &header {
                    Some(header) => return Some(step(header, &kinds, &row)),
                    None => header = Some(row.iter().map(str::to_owned).collect()),
                }
            }
        })
    }
}

fn step(header: &[String], kinds: &BTreeMap<String, KeyType>, row: &StringRecord) -> Step {
    if row.len() != header.len() {
        return Err(ServiceError::validation(format!(
            "The row has {} columns, and the header {}",
            row.len(),
            header.len()
        )));
    }
    let cells = header.iter().zip(row.iter());
    let cell = |(name, text): (&String, &str)| {
        let value = match kinds.get(name) {
            None | Some(KeyType::S) => WireValue::S(text.to_owned()),
            Some(KeyType::N) => WireValue::N(text.to_owned()),
            // What is no base64 is no binary key: the table refuses the string.
            Some(KeyType::B) => match STANDARD.decode(text) {
                Ok(bytes) => WireValue::B(bytes),
                Err(_) => WireValue::S(text.to_owned()),
            },
        };
        (name.clone(), value)
    };
    Ok(cells.map(cell).collect::<WireItem>())
}
