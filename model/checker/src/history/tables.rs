//! Which tables a call names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Call;

/// The members of a request that name tables (API model).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named<'a> {
    #[serde(borrow)]
    table_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    target_table_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    source_table_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    table_arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request_items: Option<BTreeMap<Cow<'a, str>, IgnoredAny>>,
    #[serde(borrow)]
    transact_items: Option<Vec<BTreeMap<Cow<'a, str>, OfOne<'a>>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfOne<'a> {
    #[serde(borrow)]
    table_name: Option<Cow<'a, str>>,
}

impl Call {
    /// The tables that the request names, each once, in the order of their names. A table that is named by its ARN
    /// is told by its name.
    pub fn tables(&self) -> Vec<String> {
        let Ok(named) = serde_json::from_str::<Named<'_>>(self.input.get()) else {
            return Vec::new();
        };
        let of_transaction = named.transact_items.unwrap_or_default().into_iter();
        let of_transaction = of_transaction.flat_map(BTreeMap::into_values);
        let mut names: Vec<String> = [
            named.table_name,
            named.target_table_name,
            named.source_table_name,
            named.table_arn,
        ]
        .into_iter()
        .flatten()
        .chain(named.request_items.unwrap_or_default().into_keys())
        .chain(of_transaction.filter_map(|one| one.table_name))
        .map(|name| bare(&name).to_owned())
        .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The name in `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME[/...]`.
fn bare(name: &str) -> &str {
    match name.split_once(":table/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => name,
    }
}
