//! Mutants of the wire: WIRE.

use lookback_protocol::shape::{ApiOperation, Kind};
use serde_json::{Value, json};

use crate::model::{Call, Reply, every_object, put, remove};
use crate::mutant::Mutant;

/// Mutants of WIRE.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "unknown-operations-do-nothing",
        "WIRE-001",
        "An operation that does not exist answers 200 and {}.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("UnknownOperationException") {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "unreadable-bodies-are-server-faults",
        "WIRE-002",
        "A body that cannot be read answers HTTP 500.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("SerializationException")
                || serde_json::from_slice::<Value>(&call.raw).is_err()
            {
                return Reply {
                    status: 500,
                    ..Reply::error("InternalServerError", "Internal server error")
                };
            }
            reply
        },
    ),
    Mutant::new(
        "times-may-be-text",
        "WIRE-003",
        "A time may be given as text.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for bound in ["TimeRangeLowerBound", "TimeRangeUpperBound"] {
                    if body.get(bound).is_some_and(Value::is_string) {
                        put(body, bound, 0);
                    }
                }
            }))
        },
    ),
    Mutant::of_http(
        "what-cannot-be-decompressed-is-the-clients-fault",
        "WIRE-002",
        "A body that is not compressed as its header says is answered with HTTP 400.",
        |_, answer| {
            if answer.status == 500 {
                answer.status = 400;
            }
        },
    ),
    Mutant::of_http(
        "headers-of-any-length",
        "WIRE-015",
        "A header block may be longer than 16 KB.",
        |request, answer| {
            if request
                .headers
                .iter()
                .flat_map(|(_, text)| text)
                .any(|text| text.len() > 16_384)
            {
                answer.status = 200;
                answer.body = b"{}".to_vec();
            }
        },
    ),
    Mutant::new(
        "any-service-name-in-the-target",
        "WIRE-001",
        "Only the last part of X-Amz-Target is looked at.",
        |model, mut call| {
            if let Some(operation) = call
                .target
                .as_deref()
                .and_then(|target| target.rsplit('.').next())
            {
                call.target = Some(format!("DynamoDB_20120810.{operation}"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "malformed-json-is-an-empty-request",
        "WIRE-002",
        "A body that is no JSON counts as {}.",
        |model, mut call| {
            if serde_json::from_slice::<Value>(&call.raw).is_err() {
                call.raw = b"{}".to_vec();
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "timestamps-in-milliseconds",
        "WIRE-003",
        "Times are told in milliseconds.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                for (name, value) in object.as_object_mut().unwrap() {
                    if let (true, Some(seconds)) = (name.contains("DateTime"), value.as_f64()) {
                        *value = json!((seconds * 1000.0).round() as i64);
                    }
                }
            });
            reply
        },
    ),
    Mutant::new(
        "timestamps-as-text",
        "WIRE-003",
        "Times are told as ISO 8601 text.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                for (name, value) in object.as_object_mut().unwrap() {
                    if name.contains("DateTime") && value.is_number() {
                        *value = json!("2026-01-01T00:00:00Z");
                    }
                }
            });
            reply
        },
    ),
    Mutant::new(
        "base64-needs-no-padding",
        "WIRE-004",
        "Binary values are taken without their padding.",
        |model, call| {
            model.pass(&call.edited(|body| {
                every_object(body, &mut |object| {
                    if let Some(text) = object.get("B").and_then(Value::as_str) {
                        let padded = format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
                        put(object, "B", padded);
                    }
                });
            }))
        },
    ),
    Mutant::new(
        "binary-comes-back-unpadded",
        "WIRE-004",
        "Binary values come back without padding.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(text) = object.get("B").and_then(Value::as_str) {
                    let bare = text.trim_end_matches('=').to_owned();
                    put(object, "B", bare);
                }
            });
            reply
        },
    ),
    Mutant::new(
        "json-numbers-in-items",
        "WIRE-005",
        "Attribute values of type N may be JSON numbers.",
        |model, call| {
            model.pass(&call.edited(|body| {
                every_object(body, &mut |object| {
                    if let Some(number) = object.get("N").filter(|value| value.is_number()) {
                        let text = number.to_string();
                        put(object, "N", text);
                    }
                });
            }))
        },
    ),
    Mutant::new(
        "numbers-come-back-as-json-numbers",
        "WIRE-005",
        "Attribute values of type N come back as JSON numbers.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                let number = object
                    .get("N")
                    .and_then(Value::as_str)
                    .and_then(|text| text.parse::<i64>().ok());
                if let Some(number) = number {
                    put(object, "N", number);
                }
            });
            reply
        },
    ),
    Mutant::new(
        "bare-error-names",
        "WIRE-006",
        "__type is the error's name without a namespace.",
        |model, call| {
            let mut reply = model.pass(&call);
            if !reply.is_ok() {
                let code = reply.code().to_owned();
                reply.put("", "__type", code);
            }
            reply
        },
    ),
    Mutant::new(
        "always-a-capital-message",
        "WIRE-007",
        "Every error spells its text Message.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(text) = reply.body.get("message").cloned() {
                remove(&mut reply.body, "message");
                reply.put("", "Message", text);
            }
            reply
        },
    ),
    Mutant::new(
        "errors-without-text",
        "WIRE-007",
        "Errors carry no message.",
        |model, call| {
            let mut reply = model.pass(&call);
            if !reply.is_ok() {
                reply.remove("", "message");
                reply.remove("", "Message");
            }
            reply
        },
    ),
    Mutant::new(
        "not-found-is-http-404",
        "WIRE-008",
        "What is not found answers HTTP 404.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.code().ends_with("NotFoundException") {
                reply.status = 404;
            }
            reply
        },
    ),
    Mutant::new(
        "refusals-are-http-500",
        "WIRE-008",
        "A refusal because of state answers HTTP 500.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.code().contains("InUse") || reply.code().contains("AlreadyExists") {
                reply.status = 500;
            }
            reply
        },
    ),
    Mutant::of_http(
        "no-request-id",
        "WIRE-009",
        "Answers carry no x-amzn-requestid.",
        |_, answer| {
            answer
                .headers
                .retain(|(name, _)| name != "x-amzn-requestid");
        },
    ),
    Mutant::of_http(
        "checksum-of-something-else",
        "WIRE-010",
        "x-amz-crc32 is that of an empty body.",
        |_, answer| {
            for (name, text) in &mut answer.headers {
                if name == "x-amz-crc32" {
                    *text = "0".to_owned();
                }
            }
        },
    ),
    Mutant::of_http(
        "no-checksum",
        "WIRE-010",
        "Answers carry no x-amz-crc32.",
        |_, answer| {
            answer.headers.retain(|(name, _)| name != "x-amz-crc32");
        },
    ),
    Mutant::of_http(
        "plain-json-content-type",
        "WIRE-002",
        "Answers are application/json.",
        |_, answer| {
            for (name, text) in &mut answer.headers {
                if name == "content-type" {
                    *text = "application/json".to_owned();
                }
            }
        },
    ),
    Mutant::of_http(
        "signed-requests-are-refused",
        "WIRE-011",
        "A signature is never accepted.",
        |_, answer| {
            let refusal = Reply::error("InvalidSignatureException", "The signature does not match");
            answer.status = refusal.status;
            answer.body = refusal.body.to_string().into_bytes();
        },
    ),
    Mutant::new(
        "unknown-members-are-refused",
        "WIRE-012",
        "A member that the model of the operation does not know is refused.",
        |model, call| {
            let known = lookback_protocol::shape::api().unwrap();
            let Some(operation) = known.operations.get(call.operation()) else {
                return model.pass(&call);
            };
            let stranger = call
                .body()
                .as_object()
                .and_then(|members| members.keys().find(|name| !knows(operation, name)).cloned());
            match stranger {
                Some(name) => Reply::invalid(format!("Unknown parameter: {name}")),
                None => model.pass(&call),
            }
        },
    ),
    Mutant::new(
        "empty-objects-instead-of-empty-bodies",
        "WIRE-014",
        "Operations without output answer {}.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.is_ok() && reply.body.is_null() {
                reply.body = json!({});
            }
            reply
        },
    ),
    Mutant::new(
        "empty-bodies-instead-of-empty-objects",
        "WIRE-014",
        "Operations whose output has no members set answer with an empty body.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.body == json!({}) {
                reply.body = Value::Null;
            }
            reply
        },
    ),
    Mutant::new(
        "bodies-of-any-length",
        "WIRE-015",
        "A body may be longer than 16 MB.",
        |model, call| {
            if call.raw.len() > 16 * 1024 * 1024 {
                return model.pass(&Call::of(
                    "PutItem",
                    &json!({ "TableName": "nothing", "Item": {} }),
                ));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "no-endpoints",
        "WIRE-016",
        "DescribeEndpoints answers with an empty list.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeEndpoints"]) {
                reply.put("", "Endpoints", json!([]));
            }
            reply
        },
    ),
];

/// Whether an operation's request has a member of this name.
fn knows(operation: &ApiOperation, name: &str) -> bool {
    match &operation.input.kind {
        Kind::Structure(members) => members.iter().any(|member| member.name == name),
        _ => false,
    }
}
