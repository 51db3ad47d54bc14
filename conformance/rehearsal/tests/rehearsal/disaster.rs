//! The runbook of the example.

use std::time::Duration;

use lookback_rehearsal::{Choices, Fault, Rehearsal};

use crate::runbook::recover;
use crate::scenario;
use crate::shop::{Order, Shop, seconds};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

async fn noticed_after(
    days: u32,
    choices: Choices,
) -> Result<crate::runbook::Report, crate::runbook::Failed> {
    scenario::play(&Rehearsal::with(choices), days).await
}

#[tokio::test]
async fn thirty_four_days_later_everything_is_brought_back() {
    let report = noticed_after(34, Choices::exact()).await.unwrap();
    assert_eq!(report.table, "orders-restored");
    assert_eq!(report.carried_over, 340);
    assert_eq!(report.by_hand, ["20"], "the order of the last minute");
}

#[tokio::test]
async fn on_a_service_as_slow_as_the_live_one_too() {
    assert_eq!(
        noticed_after(34, Choices::typical())
            .await
            .unwrap()
            .carried_over,
        340
    );
}

#[tokio::test]
async fn on_the_worst_that_is_legal_too() {
    for seed in 0..3 {
        let report = noticed_after(34, Choices::adversarial(seed)).await;
        assert_eq!(report.unwrap().carried_over, 340, "seed {seed}");
    }
}

#[tokio::test]
async fn after_thirty_five_days_it_is_too_late() {
    let refused = noticed_after(36, Choices::exact()).await.unwrap_err();
    let refused = refused
        .downcast::<aws_sdk_dynamodb::error::SdkError<
            aws_sdk_dynamodb::operation::restore_table_to_point_in_time::RestoreTableToPointInTimeError,
        >>()
        .unwrap();
    assert!(
        refused
            .into_service_error()
            .is_invalid_restore_time_exception()
    );
}

/// What the README shows.
#[tokio::test]
async fn the_runbook_brings_the_orders_back() {
    let rehearsal = Rehearsal::with(Choices::adversarial(7));
    let client = rehearsal.client();
    let shop = Shop(&client);
    shop.open().await.unwrap();
    for id in 0..20 {
        let placed_s = seconds(rehearsal.now());
        let order = Order {
            id,
            cents: 995,
            placed_s,
        };
        shop.order(order).await.unwrap();
        rehearsal.advance(HOUR);
    }
    let deployed = rehearsal.now();
    shop.corrupting_deploy().await.unwrap();
    rehearsal.advance(34 * DAY);
    rehearsal.fail_nth("UpdateItem", 1, Fault::LoseAnswer);
    recover(&client, "orders", deployed).await.unwrap();
    let orders = shop.orders().await.unwrap();
    assert_eq!(orders.len(), 20);
    assert!(orders.iter().all(|order| order.cents == 995));
}
