//! ClientRequestToken: a transaction that is sent again is not done again (ITEM-019).

use std::collections::{BTreeMap, VecDeque};

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
    seen: BTreeMap<String, Vec<TransactWriteItem>>,
    /// When each token is forgotten, in that order.
    expiries: VecDeque<(i64, String)>,
}

impl TransactionTokens {
    /// What this token tells of this request.
    pub fn replay(&mut self, now_us: i64, token: &str, items: &[TransactWriteItem]) -> Replay {
        self.forget(now_us);
        match self.seen.get(token) {
            None => Replay::New,
            Some(seen) if seen == items => Replay::Same,
            Some(_) => Replay::Different,
        }
    }

    /// A request was done under this token, which was new.
    pub fn remember(&mut self, now_us: i64, token: String, items: Vec<TransactWriteItem>) {
        self.expiries
            .push_back((now_us + TOKEN_LIFETIME_US, token.clone()));
        self.seen.insert(token, items);
    }

    /// Forgets the tokens of more than ten minutes ago: each costs as much as its request.
    pub fn forget(&mut self, now_us: i64) {
        while let Some((expires_us, _)) = self.expiries.front()
            && *expires_us <= now_us
            && let Some((_, token)) = self.expiries.pop_front()
        {
            self.seen.remove(&token);
        }
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

    #[test]
    fn nothing_is_left_of_old_tokens() {
        let mut tokens = TransactionTokens::default();
        for at_us in 0..10 {
            tokens.remember(at_us, format!("{at_us}"), Vec::new());
        }
        tokens.forget(TOKEN_LIFETIME_US + 6);
        assert_eq!((tokens.seen.len(), tokens.expiries.len()), (3, 3));
        tokens.forget(2 * TOKEN_LIFETIME_US);
        assert!(tokens.seen.is_empty() && tokens.expiries.is_empty());
    }
}
