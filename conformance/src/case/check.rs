//! What the types of a case cannot say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::walk::Problem;
use super::{
    CallStep, Case, EachStep, Expectation, ExportStep, ItemsStep, PagesStep, PutStep, Quantity,
    Raw, Step, TableSpec,
};
use super::{names, operations};
use crate::{bind, pattern};

/// Everything that is wrong with a case, in the order of the file as far as it is known.
pub fn problems(case: &Case) -> Vec<Problem> {
    let mut found = Vec::new();
    if case.title.trim().is_empty() {
        found.push(Problem::new(
            "/title",
            "the title is empty",
            "say the behaviour in one sentence",
        ));
    }
    if case.clauses.is_empty() {
        found.push(Problem::new(
            "/clauses",
            "this case cites no clause",
            "cite at least one id of corpus/clauses",
        ));
    }
    if case.steps.is_empty() {
        found.push(Problem::new(
            "/steps",
            "this case does nothing",
            "add at least one step",
        ));
    }
    for (name, spec) in &case.tables {
        table(&format!("/tables/{name}"), spec, &mut found);
    }
    steps("/steps", &case.steps, &mut found);
    found.extend(names::unbound(case));
    found
}

fn table(at: &str, spec: &TableSpec, found: &mut Vec<Problem>) {
    for (member, key) in [("hash", Some(&spec.hash)), ("range", spec.range.as_ref())] {
        let right = |key: &String| {
            key.rsplit_once(':')
                .is_some_and(|(name, kind)| !name.is_empty() && ["S", "N", "B"].contains(&kind))
        };
        if key.is_some_and(|key| !right(key)) {
            found.push(Problem::new(
                format!("{at}/{member}"),
                "this is no key",
                "write attribute:type, such as pk:S",
            ));
        }
    }
}

fn steps(at: &str, list: &[Step], found: &mut Vec<Problem>) {
    for (index, step) in list.iter().enumerate() {
        let place = format!("{at}/{index}");
        match step {
            Step::Call(step) => call(&place, step, found),
            Step::Wait(step) => positive(&place, "wait_s", Some(&step.wait_s), found),
            Step::Table(step) => positive(&place, "within_s", step.within_s.as_ref(), found),
            Step::Items(step) => items(&place, step, found),
            Step::Pages(step) => pages(&place, step, found),
            Step::Put(step) => put(&place, step, found),
            Step::Objects(step) => read(&place, step.expect.as_ref(), &step.bind, found),
            Step::Object(step) => read(&place, step.expect.as_ref(), &step.bind, found),
            Step::Export(step) => {
                read(&place, step.expect.as_ref(), &step.bind, found);
                positive(&place, "within_s", step.within_s.as_ref(), found);
                export(&place, step, found);
            }
            Step::Let(step) => {
                for (name, value) in &step.values {
                    if let Err((below, message)) = bind::compute::check(value) {
                        found.push(Problem::new(
                            format!("{place}/let/{name}{below}"),
                            message,
                            "the functions are $add, $replace, $last, $first, $apply and $compose",
                        ));
                    }
                }
            }
            Step::Each(step) => each(&place, step, found),
        }
    }
}

fn operation(place: &str, verb: &str, name: &str, found: &mut Vec<Problem>) {
    if !operations::is_known(name) {
        found.push(Problem::new(
            format!("{place}/{verb}"),
            format!("there is no operation {name}"),
            format!(
                "did you mean {}? To send a wrong name on purpose use raw.target",
                operations::nearest(name)
            ),
        ));
    }
}

fn call(place: &str, step: &CallStep, found: &mut Vec<Problem>) {
    operation(place, "call", &step.call, found);
    expectation(&format!("{place}/expect"), step.expect.as_ref(), found);
    expectation(&format!("{place}/until"), step.until.as_ref(), found);
    expectation(&format!("{place}/always"), step.always.as_ref(), found);
    pointers(place, "bind", step.bind.values(), found);
    positive(place, "within_s", step.within_s.as_ref(), found);
    positive(place, "every_s", step.every_s.as_ref(), found);
    if let Some(raw) = &step.raw {
        request(&format!("{place}/raw"), raw, found);
    }
    let wrong = |member: &str, message: &str, help: &str| {
        Problem::new(format!("{place}/{member}"), message, help)
    };
    if step.until.is_some() && step.expect.is_some() {
        found.push(wrong(
            "expect",
            "`expect` and `until` exclude each other",
            "keep `until`: it is judged too",
        ));
    }
    if step.until.is_none() {
        let polled = [
            ("always", step.always.is_some()),
            ("within_s", step.within_s.is_some()),
            ("every_s", step.every_s.is_some()),
        ];
        for (member, _) in polled.into_iter().filter(|(_, given)| *given) {
            found.push(wrong(
                member,
                "this has no meaning without `until`",
                "add `until`, or leave this out",
            ));
        }
    }
    if step.observe && (step.expect.is_some() || step.until.is_some()) {
        found.push(wrong(
            "observe",
            "an observed answer is not judged",
            "leave out `observe` or the expectation",
        ));
    }
}

fn request(at: &str, raw: &Raw, found: &mut Vec<Problem>) {
    let token = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b':')
    };
    for name in raw.headers.keys().filter(|name| !token(name)) {
        found.push(Problem::new(
            format!("{at}/headers/{name}"),
            "this is no header name",
            "use letters, digits, `-`",
        ));
    }
    if raw.path.as_ref().is_some_and(|path| !path.starts_with('/')) {
        found.push(Problem::new(
            format!("{at}/path"),
            "a path starts with /",
            "add the slash",
        ));
    }
}

fn items(place: &str, step: &ItemsStep, found: &mut Vec<Problem>) {
    positive(place, "within_s", step.within_s.as_ref(), found);
    let partly = step.contain.is_some() || step.lack.is_some();
    if step.are.is_some() == partly {
        found.push(Problem::new(
            place,
            "an `items` step compares with `are`, or with `contain` and `lack`",
            "give one or the other",
        ));
    }
}

fn put(place: &str, step: &PutStep, found: &mut Vec<Problem>) {
    if step.lines.is_some() == step.text.is_some() {
        found.push(Problem::new(
            place,
            "a `put` step puts `lines` or `text`",
            "give one or the other; \"text\": \"\" puts an empty object",
        ));
    }
}

/// What is expected and bound of something that was read.
fn read(
    place: &str,
    given: Option<&Expectation>,
    bind: &BTreeMap<String, String>,
    found: &mut Vec<Problem>,
) {
    expectation(&format!("{place}/expect"), given, found);
    pointers(place, "bind", bind.values(), found);
    let of_http = given.is_some_and(|given| given.looks_at_http() || given.wants_error());
    if of_http {
        found.push(Problem::new(
            format!("{place}/expect"),
            "what is read from a bucket has no status, error or headers",
            "expect a `body`, and `absent` pointers",
        ));
    }
}

fn export(place: &str, step: &ExportStep, found: &mut Vec<Problem>) {
    for (name, list) in step.lists() {
        let named = list.as_str().is_some_and(|text| text.starts_with("${"));
        if !list.is_array() && !named {
            found.push(Problem::new(
                format!("{place}/{name}"),
                "this is no list",
                "give a list, or the name of one",
            ));
        }
    }
}

fn pages(place: &str, step: &PagesStep, found: &mut Vec<Problem>) {
    operation(place, "pages", &step.pages, found);
    expectation(&format!("{place}/expect"), step.expect.as_ref(), found);
    pointers(place, "bind", step.bind.values(), found);
    pointers(place, "collect", [&step.collect], found);
    pointers(place, "cursor", [&step.cursor], found);
}

fn each(place: &str, step: &EachStep, found: &mut Vec<Problem>) {
    let rounds = step.rounds();
    if rounds == 0 {
        found.push(Problem::new(
            format!("{place}/each"),
            "there is nothing to go through",
            "list at least one value",
        ));
    }
    for name in step
        .each
        .iter()
        .filter(|(_, values)| values.len() != rounds)
        .map(|(name, _)| name)
    {
        found.push(Problem::new(
            format!("{place}/each/{name}"),
            "the lists of one `each` have different lengths",
            "names are taken in step: give each list the same number of values",
        ));
    }
    if step.steps.is_empty() {
        found.push(Problem::new(
            format!("{place}/do"),
            "`each` does nothing",
            "add at least one step to `do`",
        ));
    }
    steps(&format!("{place}/do"), &step.steps, found);
}

fn positive(place: &str, member: &str, quantity: Option<&Quantity>, found: &mut Vec<Problem>) {
    let wrong = match quantity {
        Some(Quantity::Number(number)) => !number.is_finite() || *number < 0.0,
        Some(Quantity::Binding(text)) => !text.starts_with("${"),
        None => false,
    };
    if wrong {
        found.push(Problem::new(
            format!("{place}/{member}"),
            "this is no time",
            "give seconds, 0 or more",
        ));
    }
}

fn pointers<'a>(
    place: &str,
    member: &str,
    list: impl IntoIterator<Item = &'a String>,
    found: &mut Vec<Problem>,
) {
    for pointer in list
        .into_iter()
        .filter(|pointer| !pointer.is_empty() && !pointer.starts_with('/'))
    {
        found.push(Problem::new(
            format!("{place}/{member}"),
            format!("{pointer} is no JSON pointer"),
            "a pointer starts with /, as in /BackupDetails/BackupArn",
        ));
    }
}

fn expectation(at: &str, expectation_given: Option<&Expectation>, found: &mut Vec<Problem>) {
    let Some(given) = expectation_given else {
        return;
    };
    pointers(at, "absent", &given.absent, found);
    let mut check = |below: String, pattern: &Value| {
        if let Err((inside, message)) = pattern::check(pattern) {
            found.push(Problem::new(
                format!("{at}{below}{inside}"),
                message,
                "the operators are in docs/cases.md under `Expectations`",
            ));
        }
    };
    if let Some(body) = &given.body {
        check("/body".to_owned(), body);
    }
    for (name, pattern) in &given.headers {
        check(format!("/headers/{name}"), pattern);
    }
    for name in given
        .headers
        .keys()
        .filter(|name| name.bytes().any(|byte| byte.is_ascii_uppercase()))
    {
        found.push(Problem::new(
            format!("{at}/headers/{name}"),
            "header names are in lower case",
            "write it so",
        ));
    }
    for text in given.message.iter().flat_map(|message| message.texts()) {
        if let Err(message) = pattern::check_regex(text) {
            found.push(Problem::new(
                format!("{at}/message"),
                message,
                "escape what is meant literally with \\\\",
            ));
        }
    }
    for (index, variant) in given.any_of.iter().enumerate() {
        expectation(&format!("{at}/any_of/{index}"), Some(variant), found);
    }
}
