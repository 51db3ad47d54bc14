//! From text to a checked case.

use serde_json::Value;

use super::error::CaseError;
use super::locate::Places;
use super::walk::{Problem, steps_at, typed};
use super::{Case, check};

/// Reads and checks the case `id` from the text of its file.
///
/// # Errors
/// The first thing that is wrong, located in the file.
pub fn parse(id: &str, file: &str, text: &str) -> Result<Case, Box<CaseError>> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Box::new(CaseError::not_json(file, text, &error)))?;
    let located = |problem: Problem| Box::new(CaseError::at_pointer(file, text, &problem));
    if let Some(pointer) = Places::of(text).duplicates.first() {
        return Err(located(Problem::new(
            pointer,
            "this member is written twice in one object",
            "keep one; to send a body with a doubled member, write it as text in raw.body",
        )));
    }
    let mut case = read(value.clone()).map_err(located)?;
    case.id = id.to_owned();
    case.source = value;
    match check::problems(&case).into_iter().next() {
        Some(problem) => Err(located(problem)),
        None => Ok(case),
    }
}

fn read(mut value: Value) -> Result<Case, Problem> {
    let Value::Object(members) = &mut value else {
        return Err(Problem::new(
            "",
            "a case is an object",
            "start from the example in docs/cases.md",
        ));
    };
    let steps = match members.insert("steps".to_owned(), Value::Array(Vec::new())) {
        Some(Value::Array(steps)) => steps,
        Some(_) => {
            return Err(Problem::new(
                "/steps",
                "`steps` is a list",
                "write the steps in order",
            ));
        }
        None => {
            return Err(Problem::new(
                "",
                "this case has no `steps`",
                "say what is done and expected",
            ));
        }
    };
    let mut case: Case = typed("", value)?;
    case.steps = steps_at("/steps", steps)?;
    Ok(case)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn error(text: &str) -> String {
        parse("g/n", "g/n.json", text).unwrap_err().to_string()
    }

    const HEAD: &str = "{\"title\": \"t\", \"clauses\": [\"WIRE-001\"],\n\"steps\": [\n";

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let document = include_str!("../../../docs/cases.md");
        let example = document
            .split("```json\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next())
            .unwrap();
        let case = parse("backup-create/creating", "x.json", example).unwrap();
        assert_eq!(case.clause(), "BACKUP-CREATE-003");
        assert_eq!(case.steps.len(), 2);
    }

    #[test]
    fn a_step_without_a_verb_is_located() {
        let text = format!("{HEAD}{{\"call\": \"ListTables\"}},\n  {{\"cal\": \"ListTables\"}}]}}");
        assert_eq!(error(&text), "g/n.json:4:3: this step has no verb");
    }

    #[test]
    fn a_misspelt_member_is_located() {
        let text =
            format!("{HEAD}{{\"call\": \"ListTables\",\n \"expect\": {{\"bodyy\": 1}} }}]}}");
        assert!(
            error(&text).starts_with("g/n.json:4:22: unknown field `bodyy`"),
            "{}",
            error(&text)
        );
    }

    #[test]
    fn a_misspelt_operation_is_located() {
        let text = format!("{HEAD}{{\"call\": \"CreateBakcup\"}}]}}");
        assert!(
            error(&text).starts_with("g/n.json:3:10: there is no operation CreateBakcup"),
            "{}",
            error(&text)
        );
    }

    #[test]
    fn text_that_is_not_json_is_located() {
        assert!(
            error("{\n \"title\": nope }").starts_with("g/n.json:2:"),
            "{}",
            error("{\n \"title\": nope }")
        );
    }

    #[test]
    fn a_doubled_member_is_refused() {
        let text = format!("{HEAD}{{\"call\": \"ListTables\", \"call\": \"ListTables\"}}]}}");
        assert!(error(&text).contains("written twice"));
    }

    #[test]
    fn a_name_that_nothing_binds_is_located() {
        let text = format!(
            "{HEAD}{{\"call\": \"DescribeBackup\",\n\"in\": {{\"BackupArn\": \"${{arn}}\"}}}}]}}"
        );
        assert!(
            error(&text).starts_with("g/n.json:4:21: nothing binds ${arn}"),
            "{}",
            error(&text)
        );
    }
}
