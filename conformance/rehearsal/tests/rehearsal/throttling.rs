//! Rates of the service itself.

use std::time::Duration;

use lookback_rehearsal::{Rehearsal, Throttling};

use crate::notes;

#[tokio::test]
async fn rates_are_enforced_on_the_rehearsals_clock() {
    let rehearsal = Rehearsal::setup()
        .throttling(Throttling::Documented)
        .begin();
    let client = rehearsal.client();
    notes::create(&client).await;
    let (begun, calls) = (rehearsal.now(), rehearsal.calls());
    for number in 0..120 {
        let name = format!("nightly-{number}");
        let request = client.create_backup().table_name("notes").backup_name(name);
        request.send().await.unwrap();
    }
    assert!(
        rehearsal.calls() - calls > 120,
        "some were refused, and tried again"
    );
    let took = rehearsal.now().duration_since(begun).unwrap();
    assert!(took >= Duration::from_secs(1), "fifty a second: {took:?}");
}
