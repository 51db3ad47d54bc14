//! Mutants of transactions and of items that expire: ITEM, TTL; of texts that count violations: VALIDATION.

use serde_json::{Value, json};

use crate::model::{Reply, put};
use crate::mutant::Mutant;

const YEAR_S: f64 = 365.25 * 86_400.0;

/// Mutants of transactions, expiry and counted violations.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-cancelled-transaction-is-written-in-part",
        "ITEM-018",
        "What a cancelled transaction puts is there all the same.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["TransactWriteItems"]) && reply.is_error("TransactionCanceledException") {
                let members = call.body()["TransactItems"].clone();
                for put in members.as_array().into_iter().flatten() {
                    let item =
                        json!({ "TableName": put["Put"]["TableName"], "Item": put["Put"]["Item"] });
                    model.ask("PutItem", item);
                }
            }
            reply
        },
    ),
    Mutant::new(
        "a-mistyped-key-refuses-the-transaction",
        "ITEM-018",
        "A member whose key does not fit refuses the request, without cancellation reasons.",
        |model, call| {
            let reply = model.pass(&call);
            let reasons = reply.list("/CancellationReasons");
            let broken = reasons.iter().find(|it| it["Code"] == "ValidationError");
            match broken {
                Some(reason) => Reply::invalid(reason["Message"].as_str().unwrap_or_default()),
                None => reply,
            }
        },
    ),
    Mutant::new(
        "an-empty-key-cancels-the-transaction",
        "ITEM-002",
        "An empty key is the reason of one member.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["TransactWriteItems"]) && reply.message().contains("an empty string value")
            {
                return Reply::error("TransactionCanceledException", "Transaction cancelled");
            }
            reply
        },
    ),
    Mutant::new(
        "a-transaction-reads-an-item-as-often-as-asked",
        "ITEM-018",
        "TransactGetItems reads one item twice.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["TransactGetItems"]) && reply.message().contains("multiple operations") {
                return Reply::ok(json!({ "Responses": [{}, {}] }));
            }
            reply
        },
    ),
    Mutant::new(
        "tables-are-looked-for-before-expressions-are-read",
        "VALIDATION-029",
        "A transaction with a table that is not there says so, whatever else is wrong.",
        |model, call| {
            let members = call.body()["TransactItems"].clone();
            let actions = members.as_array().into_iter().flatten();
            let actions = actions
                .filter_map(Value::as_object)
                .flat_map(|it| it.values());
            let names: Vec<Value> = actions.map(|it| it["TableName"].clone()).collect();
            for name in names {
                let described = model.ask("DescribeTable", json!({ "TableName": name }));
                if described.is_error("ResourceNotFoundException") {
                    return Reply::error(
                        "ResourceNotFoundException",
                        "Requested resource not found",
                    );
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "transactions-forget-their-token",
        "ITEM-019",
        "ClientRequestToken is ignored.",
        |model, call| model.pass(&call.without(&["ClientRequestToken"])),
    ),
    Mutant::new(
        "nothing-ever-expires",
        "TTL-006",
        "Time to live is switched on and deletes nothing.",
        |model, call| {
            let on = call.body()["TimeToLiveSpecification"]["Enabled"] == true;
            if call.is(&["UpdateTimeToLive"]) && on {
                return Reply::ok(
                    json!({ "TimeToLiveSpecification": call.body()["TimeToLiveSpecification"] }),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "however-old-it-expires",
        "TTL-005",
        "What is past its time by more than five years expires, too.",
        |model, call| {
            let name = call.text("TableName");
            let mut reply = model.pass(&call);
            if call.is(&["UpdateTimeToLive"]) && reply.is_ok() {
                model.keep(name, true);
            } else if call.is(&["Scan"]) && model.kept(&name) == true {
                let now_s = model.now_s();
                let mut items = reply.list("/Items");
                items.retain(|item| {
                    let expires_s = item["expires"]["N"].as_str().and_then(|it| it.parse().ok());
                    expires_s.is_none_or(|expires_s: f64| expires_s > now_s - 5.0 * YEAR_S)
                });
                reply.put("", "Items", items);
            }
            reply
        },
    ),
    Mutant::new(
        "one-violation-at-a-time",
        "VALIDATION-002",
        "Of several violations the first is told alone.",
        |model, call| {
            let mut reply = model.pass(&call);
            let told = reply.message().to_owned();
            if let Some((count, rest)) = told.split_once(" validation error")
                && count.parse::<u32>().is_ok_and(|count| count > 1)
            {
                let first = rest.split("; ").next().unwrap_or_default();
                let first = first.trim_start_matches('s');
                put(
                    &mut reply.body,
                    "message",
                    Value::from(format!("1 validation error{first}")),
                );
            }
            reply
        },
    ),
];
