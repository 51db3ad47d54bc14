//! ClientRequestToken: a transaction that is sent again is not done again (ITEM-019).

use std::collections::BTreeMap;

use lookback_protocol::wire::transaction::TransactWriteItem;

use crate::choices::SECOND_US;

/// How long a token is remembered.
const TOKEN_LIFETIME_US: i64 = 600 * SECOND_US;

/// What a token tells of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replay {
    /// It was not seen in the last ten minutes.
    New,
    /// It came with this very request: nothing is left to do.
    Same,
    /// It came with another request.
    Different,
}

/// The tokens of one account in one region.
#[derive(Debug, Default)]
pub(crate) struct TransactionTokens {
    seen: BTreeMap<String, (i64, Vec<TransactWriteItem>)>,
}

impl TransactionTokens {
    /// What this token tells of this request.
    pub fn replay(&mut self, now_us: i64, token: &str, items: &[TransactWriteItem]) -> Replay {
        self.seen.retain(|_, (expires_us, _)| now_us < *expires_us);
        match self.seen.get(token) {
            None => Replay::New,
            Some((_, seen)) if seen == items => Replay::Same,
            Some(_) => Replay::Different,
        }
    }

    /// A request was done under this token.
    pub fn remember(&mut self, now_us: i64, token: String, items: Vec<TransactWriteItem>) {
        self.seen.insert(token, (now_us + TOKEN_LIFETIME_US, items));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_remembered_for_ten_minutes() {
        let mut tokens = TransactionTokens::default();
        assert_eq!(tokens.replay(0, "t", &[]), Replay::New);
        tokens.remember(0, "t".to_owned(), Vec::new());
        assert_eq!(tokens.replay(TOKEN_LIFETIME_US - 1, "t", &[]), Replay::Same);
        assert_eq!(
            tokens.replay(1, "t", &[TransactWriteItem::default()]),
            Replay::Different
        );
        assert_eq!(tokens.replay(TOKEN_LIFETIME_US, "t", &[]), Replay::New);
    }
}
