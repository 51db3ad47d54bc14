//! The key that the objects of an export are to be encrypted by.

use lookback_protocol::wire::export::ExportTableToPointInTimeInput;

use crate::caller::Caller;
use crate::failure::Failure;

/// The alias of the key that AWS manages for S3.
const MANAGED_KEY_ALIAS: &str = "alias/aws/s3";

/// What an export ends with whose key does not exist (EXPORT-FULL-013, record 4.6). There is no KMS here: keys are taken at
/// their word, as those of tables are, but no alias of the user's can exist.
pub(crate) fn missing_key(
    input: &ExportTableToPointInTimeInput,
    caller: &Caller,
) -> Option<Failure> {
    let key = input.s3_sse_kms_key_id.as_deref()?;
    let alias = key.rsplit(':').next().unwrap_or(key);
    if !alias.starts_with("alias/") || alias == MANAGED_KEY_ALIAS {
        return None;
    }
    let (region, account) = (&caller.region, &caller.account);
    let arn = match key.starts_with("arn:") {
        true => key.to_owned(),
        false => format!(
            "arn:{}:kms:{region}:{account}:{alias}",
            crate::arn::partition(region)
        ),
    };
    // The code was recorded, the text was not.
    Some(Failure::new(
        "KmsNotFoundException",
        format!("Alias {arn} is not found."),
    ))
}
