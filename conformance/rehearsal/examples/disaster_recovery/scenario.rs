//! What happens: weeks of business, a deploy that damages all there is, and what is left when the runbook was followed.

use std::time::Duration;

use lookback_rehearsal::Rehearsal;

use crate::runbook::{Failed, Report, recover};
use crate::shop::{Order, Shop, seconds};

const DAY: Duration = Duration::from_secs(86_400);
const ORDERS_A_DAY: u32 = 10;

/// Plays it, with so many days between the deploy and its discovery.
///
/// # Errors
/// The runbook failed, or did not bring back what was there.
pub async fn play(rehearsal: &Rehearsal, noticed_after_days: u32) -> Result<Report, Failed> {
    let client = rehearsal.client();
    let shop = Shop(&client);
    shop.open().await?;
    let mut told = Vec::new();
    business(rehearsal, &shop, 2, &mut told).await?;
    // One order comes in the last minute.
    rehearsal.advance(DAY / 2 - Duration::from_secs(20));
    told.push(take(rehearsal, &shop, told.len()).await?);
    rehearsal.advance(Duration::from_secs(20));

    let deployed = rehearsal.now();
    shop.corrupting_deploy().await?;
    business(rehearsal, &shop, noticed_after_days, &mut told).await?;

    let report = recover(&client, "orders", deployed).await?;
    let kept = shop.orders().await?;
    let right = |order: &Order| {
        told.iter()
            .any(|told| told.id == order.id && told.cents == order.cents)
    };
    if !kept.iter().all(right) || kept.len() + report.by_hand.len() != told.len() {
        return Err(format!(
            "{} of {} orders are back",
            kept.iter().filter(|order| right(order)).count(),
            told.len()
        )
        .into());
    }
    // And business goes on, in the other table.
    business(rehearsal, &shop, 1, &mut told).await?;
    Ok(report)
}

async fn business(
    rehearsal: &Rehearsal,
    shop: &Shop<'_>,
    days: u32,
    told: &mut Vec<Order>,
) -> Result<(), Failed> {
    for _ in 0..days * ORDERS_A_DAY {
        rehearsal.advance(DAY / ORDERS_A_DAY);
        told.push(take(rehearsal, shop, told.len()).await?);
    }
    Ok(())
}

async fn take(rehearsal: &Rehearsal, shop: &Shop<'_>, number: usize) -> Result<Order, Failed> {
    let id = u32::try_from(number)?;
    let order = Order {
        id,
        cents: u64::from(1_000 + 7 * id),
        placed_s: seconds(rehearsal.now()),
    };
    shop.order(order).await?;
    Ok(order)
}
