//! Who the run is in the target's eyes: partition, region and account, read from a table's ARN.

use serde_json::{Value, json};

use super::session::{Session, Stop};
use crate::bind::mentions;
use crate::case::TableSpec;
use crate::target::Request;

/// What an ARN says about its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub partition: String,
    pub region: String,
    pub account: String,
}

impl Identity {
    /// `arn:<partition>:dynamodb:<region>:<account>:table/...`.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", partition, _, region, account, _] => Some(Self {
                partition: (*partition).to_owned(),
                region: (*region).to_owned(),
                account: (*account).to_owned(),
            }),
            _ => None,
        }
    }
}

impl Session<'_> {
    /// Binds `${account}`, `${region}` and `${partition}`: from this ARN, else from a table made for that
    /// purpose once in a run, and only if the case mentions one of them.
    pub(super) async fn bind_identity(
        &mut self,
        arn: Option<&str>,
        steps: &Value,
    ) -> Result<(), Stop> {
        let identity = match arn.and_then(Identity::of_arn) {
            Some(identity) => identity,
            None if ["account", "region", "partition"]
                .iter()
                .any(|name| mentions(steps, name)) =>
            {
                let shared = self.options.shared.clone();
                shared
                    .identity
                    .get_or_try_init(|| self.probe())
                    .await?
                    .clone()
            }
            None => return Ok(()),
        };
        self.bindings.set("account", identity.account);
        self.bindings.set("region", identity.region);
        self.bindings.set("partition", identity.partition);
        Ok(())
    }

    async fn probe(&mut self) -> Result<Identity, Stop> {
        let spec: TableSpec = serde_json::from_value(json!({}))
            .map_err(|error| Stop::Indeterminate(error.to_string()))?;
        let name = format!("{}-probe", self.prefix);
        let answer = self
            .send(Request::of("CreateTable", &spec.create_body(&name)), |_| {
                false
            })
            .await?;
        let arn = answer
            .at("/TableDescription/TableArn")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let keys = &self.target.describe().identities;
        let digits = keys.access_key.len() == 12
            && keys.access_key.bytes().all(|byte| byte.is_ascii_digit());
        let account = if digits {
            keys.access_key.as_str()
        } else {
            "123456789012"
        };
        Ok(Identity::of_arn(arn).unwrap_or_else(|| Identity {
            partition: "aws".to_owned(),
            region: keys.region.clone(),
            account: account.to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;

    #[test]
    fn an_arn_tells_its_owner() {
        let identity = Identity::of_arn("arn:aws:dynamodb:ddblocal:000000000000:table/t").unwrap();
        assert_eq!(
            (identity.region.as_str(), identity.account.as_str()),
            ("ddblocal", "000000000000")
        );
        assert_eq!(Identity::of_arn("t"), None);
    }
}
