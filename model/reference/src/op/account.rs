//! DescribeLimits and DescribeEndpoints (TABLE-023, WIRE-016).

use lookback_protocol::wire::endpoint::{DescribeEndpointsResponse, Endpoint};
use lookback_protocol::wire::limits::DescribeLimitsOutput;

use crate::service::Call;

/// The documented defaults of an account.
pub(crate) fn describe_limits() -> DescribeLimitsOutput {
    DescribeLimitsOutput {
        account_max_read_capacity_units: Some(80_000),
        account_max_write_capacity_units: Some(80_000),
        table_max_read_capacity_units: Some(40_000),
        table_max_write_capacity_units: Some(40_000),
    }
}

/// The endpoint of the caller's region, good for a day.
pub(crate) fn describe_endpoints(call: &Call<'_>) -> DescribeEndpointsResponse {
    let address = format!("dynamodb.{}.amazonaws.com", call.caller.region);
    DescribeEndpointsResponse {
        endpoints: vec![Endpoint {
            address,
            cache_period_in_minutes: 1_440,
        }],
    }
}
