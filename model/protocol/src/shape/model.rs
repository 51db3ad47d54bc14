//! The API model as data: operations, shapes, constraints.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// Operations and shapes of the API.
#[derive(Debug)]
pub struct Api {
    /// The names of all operations of the API, also of those that have no shapes here.
    pub operation_names: Vec<String>,
    /// The operations that are described, by name.
    pub operations: BTreeMap<String, ApiOperation>,
}

/// The shapes of one operation.
#[derive(Debug)]
pub struct ApiOperation {
    /// The shape of the request.
    pub input: Arc<Shape>,
    /// The shape of the answer; `None`: the answer has no members and an empty body (WIRE-014).
    pub output: Option<Arc<Shape>>,
}

/// What a value must be.
#[derive(Debug)]
pub struct Shape {
    /// The name in the API model.
    pub name: String,
    /// Type and constraints.
    pub kind: Kind,
}

/// The type of a shape with its constraints.
#[derive(Debug)]
pub enum Kind {
    /// Named members, in the model's order.
    Structure(Vec<Member>),
    /// Elements of one shape.
    List {
        /// The shape of an element.
        element: Arc<Shape>,
        /// How many there may be.
        length: Bounds,
    },
    /// Entries of one shape under free names.
    Map {
        /// The shape of a name.
        key: Arc<Shape>,
        /// The shape of a value.
        value: Arc<Shape>,
        /// How many there may be.
        length: Bounds,
    },
    /// A text.
    String {
        /// Its length in UTF-16 units, as Java counts.
        length: Bounds,
        /// What the whole text must match.
        pattern: Option<Pattern>,
        /// The values that are allowed; empty: any.
        values: Vec<String>,
    },
    /// A number of 32 bits.
    Integer(Bounds),
    /// A number of 64 bits.
    Long(Bounds),
    /// A floating-point number.
    Double,
    /// A truth value.
    Boolean,
    /// Seconds since the Unix epoch (WIRE-003).
    Timestamp,
    /// An attribute value: read without regard to constraints.
    AttributeValue,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The name on the wire, `TableName`.
    pub name: String,
    /// The name in the path of a violation, `tableName`.
    pub path_name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub shape: Arc<Shape>,
}

/// Inclusive bounds of a value or of a length.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// The least that is allowed.
    pub min: Option<i64>,
    /// The most that is allowed.
    pub max: Option<i64>,
}

/// A regular expression that must match a whole text.
#[derive(Debug)]
pub struct Pattern {
    /// As the model writes it.
    pub text: String,
    expression: regex_lite::Regex,
    /// For a pattern that is one repeated class of characters, as names have: the ASCII characters in it.
    class: Option<Vec<bool>>,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        let expression = regex_lite::Regex::new(&format!(r"\A(?:{text})\z"))
            .map_err(|error| format!("pattern {text}: {error}"))?;
        let repeated = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix("]+"));
        let class = repeated
            .filter(|inside| !inside.contains([']', '\\']))
            .map(|_| {
                let ascii = (0..128_u8).map(char::from);
                ascii
                    .map(|letter| expression.is_match(letter.encode_utf8(&mut [0; 4])))
                    .collect()
            });
        Ok(Self {
            text: text.to_owned(),
            expression,
            class,
        })
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        match &self.class {
            Some(class) if text.is_ascii() => {
                let inside = |byte| class.get(usize::from(byte)).copied().unwrap_or_default();
                !text.is_empty() && text.bytes().all(inside)
            }
            _ => self.expression.is_match(text),
        }
    }
}

impl Api {
    /// Reads the data of `corpus/api/shapes.json`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: ApiFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut shapes = BTreeMap::new();
        let operations = file
            .operations
            .iter()
            .map(|(name, operation)| {
                let input = file.resolve(&operation.input, &mut shapes)?;
                let output = operation.output.as_ref();
                let output = output
                    .map(|name| file.resolve(name, &mut shapes))
                    .transpose()?;
                Ok((name.clone(), ApiOperation { input, output }))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self {
            operation_names: file.operation_names,
            operations,
        })
    }
}

#[derive(Deserialize)]
struct ApiFile {
    operation_names: Vec<String>,
    operations: BTreeMap<String, OperationRow>,
    shapes: BTreeMap<String, ShapeRow>,
}

#[derive(Deserialize)]
struct OperationRow {
    input: String,
    output: Option<String>,
}

#[derive(Deserialize)]
struct ShapeRow {
    r#type: String,
    #[serde(default)]
    members: Members,
    member: Option<String>,
    key: Option<String>,
    value: Option<String>,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<String>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
}

/// Member name -> shape name, in the order of the file.
#[derive(Default)]
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of shape names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl ApiFile {
    /// Builds a shape and everything below it. Attribute values are the only shape that contains itself,
    /// and they are not looked into.
    fn resolve(
        &self,
        name: &str,
        done: &mut BTreeMap<String, Arc<Shape>>,
    ) -> Result<Arc<Shape>, String> {
        if let Some(shape) = done.get(name) {
            return Ok(Arc::clone(shape));
        }
        let row = self
            .shapes
            .get(name)
            .ok_or_else(|| format!("no shape {name}"))?;
        let mut part = |part: &Option<String>| match part {
            Some(part) => self.resolve(part, done),
            None => Err(format!("shape {name} does not say what it contains")),
        };
        let bounds = Bounds {
            min: row.min,
            max: row.max,
        };
        let kind = match row.r#type.as_str() {
            "structure" if name == "AttributeValue" => Kind::AttributeValue,
            "structure" => Kind::Structure(self.members(&row.members, done)?),
            "list" => Kind::List {
                element: part(&row.member)?,
                length: bounds,
            },
            "map" => Kind::Map {
                key: part(&row.key)?,
                value: part(&row.value)?,
                length: bounds,
            },
            "string" => {
                let pattern = row.pattern.as_deref().map(Pattern::new).transpose()?;
                Kind::String {
                    length: bounds,
                    pattern,
                    values: row.values.clone(),
                }
            }
            "integer" => Kind::Integer(bounds),
            "long" => Kind::Long(bounds),
            "double" => Kind::Double,
            "boolean" => Kind::Boolean,
            "timestamp" => Kind::Timestamp,
            other => return Err(format!("shape {name} has the unknown type {other}")),
        };
        let shape = Arc::new(Shape {
            name: name.to_owned(),
            kind,
        });
        done.insert(name.to_owned(), Arc::clone(&shape));
        Ok(shape)
    }

    fn members(
        &self,
        members: &Members,
        done: &mut BTreeMap<String, Arc<Shape>>,
    ) -> Result<Vec<Member>, String> {
        let members = members.0.iter().map(|(name, shape)| {
            let (shape, required) = match shape.strip_suffix('!') {
                Some(shape) => (shape, true),
                None => (shape.as_str(), false),
            };
            let shape = self.resolve(shape, done)?;
            Ok(Member {
                name: name.clone(),
                path_name: lower_camel(name),
                required,
                shape,
            })
        });
        members.collect()
    }
}

/// `TableName` -> `tableName`, as the service prints paths.
fn lower_camel(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}
