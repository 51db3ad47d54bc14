//! Encryption at rest: which key a request asks for.

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::table::SSESpecification;

use super::definition::Encryption;
use crate::caller::Caller;

/// The alias of the key that AWS manages for DynamoDB (TABLE-025).
const MANAGED_KEY_ALIAS: &str = "alias/aws/dynamodb";

/// Encryption: off or absent is the AWS owned key, on without a key the AWS managed one (TABLE-025).
pub(crate) fn encryption(
    given: Option<&SSESpecification>,
    caller: &Caller,
) -> Result<Option<Encryption>, ServiceError> {
    let Some(given) = given else { return Ok(None) };
    if given.sse_type.as_deref() == Some("AES256") {
        return Err(ServiceError::invalid_parameter(
            "SSEType AES256 is not supported",
        ));
    }
    if !given.enabled.unwrap_or(false) {
        return match given.kms_master_key_id {
            Some(_) => Err(ServiceError::invalid_parameter(
                "KMSMasterKeyId cannot be specified when encryption is not enabled",
            )),
            None => Ok(None),
        };
    }
    let (region, account) = (&caller.region, &caller.account);
    let partition = crate::arn::partition(region);
    let key_arn = match given.kms_master_key_id.as_deref() {
        None | Some(MANAGED_KEY_ALIAS) => {
            format!("arn:{partition}:kms:{region}:{account}:key/aws-managed-dynamodb")
        }
        // There is no KMS here: keys are taken at their word, but no alias of the user's can exist.
        Some(key) if key.starts_with("alias/") || key.contains(":alias/") => {
            return Err(no_such_alias(&format!(
                "arn:{partition}:kms:{region}:{account}:{}",
                key.rsplit(':').next().unwrap_or(key)
            )));
        }
        Some(arn) if arn.starts_with("arn:") => arn.to_owned(),
        Some(id) => format!("arn:{partition}:kms:{region}:{account}:key/{id}"),
    };
    Ok(Some(Encryption { key_arn }))
}

/// A key alias that KMS does not know (ERRORS-020).
fn no_such_alias(alias_arn: &str) -> ServiceError {
    ServiceError::validation(format!(
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Alias {alias_arn} is not found."
    ))
}
