//! `items`: reads a table to its end and compares it as a set of items.

use serde_json::{Map, Value, json};

use super::poll::Poll;
use super::session::{Session, Stop};
use crate::case::ItemsStep;
use crate::pattern::difference::shown;
use crate::pattern::{Difference, item};
use crate::target::Request;

/// How long an index is polled where a step does not say, in seconds.
const INDEX_WITHIN_S: f64 = 30.0;
/// The most pages that a scan may have.
const PAGES_MAX: usize = 10_000;

impl Session<'_> {
    pub(super) async fn run_items(&mut self, step: &ItemsStep) -> Result<(), Stop> {
        let table = self.text(&step.items).await?;
        let index = match &step.index {
            Some(index) => Some(self.text(index).await?),
            None => None,
        };
        let mut wanted = Vec::new();
        for list in [&step.are, &step.contain, &step.lack] {
            wanted.push(match list {
                Some(items) => Some(self.value(&Value::Array(items.clone())).await?),
                None => None,
            });
        }
        // A strong scan of a table is settled by definition; an index is eventual.
        let default_s = if index.is_some() { INDEX_WITHIN_S } else { 0.0 };
        let within_s = self.quantity(step.within_s.as_ref(), default_s).await?;
        let mut poll = Poll::new(self, within_s, None);
        loop {
            let scanned = self.scan(&table, index.as_deref()).await;
            let differences = match scanned {
                Ok(items) => compare(&wanted, &items),
                Err(Stop::Fail(failure)) if index.is_some() => failure.differences,
                Err(stop) => return Err(stop),
            };
            if differences.is_empty() {
                return Ok(());
            }
            if !poll.pause(self).await? {
                return Err(poll.over(self.fail(differences)));
            }
        }
    }

    /// Every item of a table (strongly) or of an index.
    async fn scan(&mut self, table: &str, index: Option<&str>) -> Result<Vec<Value>, Stop> {
        let mut body = Map::new();
        body.insert("TableName".to_owned(), json!(table));
        match index {
            Some(index) => body.insert("IndexName".to_owned(), json!(index)),
            None => body.insert("ConsistentRead".to_owned(), json!(true)),
        };
        let mut items = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = Request::of("Scan", &Value::Object(body.clone()));
            let answer = self.send(request.clone(), |_| false).await?;
            self.check_supported(&request, &answer)?;
            let page = answer
                .at("/Items")
                .and_then(Value::as_array)
                .filter(|_| answer.is_ok());
            let Some(page) = page else {
                return Err(self.fail(vec![Difference::words(
                    "",
                    "the items of a Scan",
                    answer.outline(),
                )]));
            };
            items.extend(page.iter().cloned());
            match answer.at("/LastEvaluatedKey").filter(|key| key.is_object()) {
                Some(key) => body.insert("ExclusiveStartKey".to_owned(), key.clone()),
                None => return Ok(items),
            };
        }
        Err(self.fail_words("a Scan that ends", &format!("more than {PAGES_MAX} pages")))
    }
}

/// `wanted`: `are`, `contain` and `lack`, each if it was given.
pub(super) fn compare(wanted: &[Option<Value>], items: &[Value]) -> Vec<Difference> {
    let mut found = Vec::new();
    let list = |index: usize| {
        wanted
            .get(index)
            .and_then(Option::as_ref)
            .and_then(Value::as_array)
    };
    if let Some(are) = list(0) {
        let mut left: Vec<&Value> = items.iter().collect();
        for item in are {
            match left
                .iter()
                .position(|other| item::differs(item, other).is_none())
            {
                Some(index) => drop(left.swap_remove(index)),
                None => found.push(Difference::words(
                    "",
                    format!("the item {}", shown(item)),
                    listed(items),
                )),
            }
        }
        found.extend(
            left.into_iter()
                .map(|item| Difference::new("", "no further item", Some(item))),
        );
    }
    for item in list(1).into_iter().flatten() {
        if !items.iter().any(|other| item::has(item, other)) {
            found.push(Difference::words(
                "",
                format!("an item with {}", shown(item)),
                listed(items),
            ));
        }
    }
    for item in list(2).into_iter().flatten() {
        if let Some(other) = items.iter().find(|other| item::has(item, other)) {
            found.push(Difference::new(
                "",
                format!("no item with {}", shown(item)),
                Some(other),
            ));
        }
    }
    found
}

fn listed(items: &[Value]) -> String {
    match items {
        [] => "no items".to_owned(),
        _ => format!(
            "{} items: {}",
            items.len(),
            shown(&Value::Array(items.to_vec()))
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compare;

    fn are(wanted: Value, items: Value) -> usize {
        compare(&[Some(wanted), None, None], items.as_array().unwrap()).len()
    }

    #[test]
    fn items_are_compared_as_a_set() {
        let (a, b) = (
            json!({ "pk": { "S": "a" } }),
            json!({ "pk": { "S": "b" }, "n": { "N": "1.0" } }),
        );
        let b_again = json!({ "pk": { "S": "b" }, "n": { "N": "1" } });
        assert_eq!(are(json!([a, b]), json!([b_again, a])), 0);
        assert_eq!(are(json!([a]), json!([b_again, a])), 1);
        assert_eq!(are(json!([a, b]), json!([])), 2);
    }

    #[test]
    fn contain_and_lack_look_at_some_attributes() {
        let items = [json!({ "pk": { "S": "a" }, "n": { "N": "1" } })];
        let part = json!([{ "pk": { "S": "a" } }]);
        assert!(compare(&[None, Some(part.clone()), None], &items).is_empty());
        assert_eq!(compare(&[None, None, Some(part)], &items).len(), 1);
    }
}
