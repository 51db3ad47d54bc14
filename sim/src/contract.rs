//! What the specimen promises, by how it is set up.
//!
//! The documented minute stands here, where the judge reads it, and nowhere in the specimen: that its cuts stay within
//! it follows from clocks that are not off by more.

use lookback_checker::Contract;
use lookback_checker::contract::{Around, Scope};

use crate::plan::Profile;

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;

/// The contract that a run of this profile is judged by.
pub fn contract(profile: &Profile) -> Contract {
    if profile.hybrid {
        return Contract {
            skew_us: profile.skew_us,
            ..Contract::snapshot()
        };
    }
    let mut contract = Contract::dynamodb();
    // Clocks that are farther off than the document allows are no excuse.
    contract.skew_us = profile.skew_us.min(MINUTE_US);
    let skew_us = contract.skew_us;
    for promise in contract.artefacts.values_mut() {
        // The document's minute is all there is: it holds the skew.
        if promise.band_us == Around::both(MINUTE_US) {
            promise.band_us = Around::both(MINUTE_US - skew_us);
        }
        if let Some(margin) = &mut promise.margin_us {
            *margin = Around::both(margin.before + skew_us);
        }
        promise.tied = Scope::Item;
    }
    contract
}
