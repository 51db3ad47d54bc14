//! Client tokens: a request that is sent again under its token is not done again (ITEM-019, EXPORT-API-001, IMPORT-036).

use std::collections::{BTreeMap, VecDeque};

use lookback_protocol::wire::transaction::TransactWriteItem;

use crate::choices::SECOND_US;

/// ClientRequestToken of transactions: remembered for ten minutes (ITEM-019).
pub(crate) type TransactionTokens = ClientTokens<Vec<TransactWriteItem>, (), 600>;

/// What a token tells of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Replay<A> {
    /// It was not seen for as long as tokens are remembered.
    New,
    /// It came with this very request, and this came of it.
    Same(A),
    /// It came with another request.
    Different,
}

/// The tokens of one kind of request, in one account and one region: what was asked for, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct ClientTokens<R, A, const LIFETIME_S: i64> {
    seen: BTreeMap<String, (R, A)>,
    /// When each token is forgotten, in that order.
    expiries: VecDeque<(i64, String)>,
}

impl<R: PartialEq, A: Clone, const LIFETIME_S: i64> ClientTokens<R, A, LIFETIME_S> {
    /// What this token tells of this request.
    pub fn replay(&mut self, now_us: i64, token: &str, request: &R) -> Replay<A> {
        self.forget(now_us);
        match self.seen.get(token) {
            None => Replay::New,
            Some((seen, came)) if seen == request => Replay::Same(came.clone()),
            Some(_) => Replay::Different,
        }
    }

    /// A request was done under this token, which was new.
    pub fn remember(&mut self, now_us: i64, token: String, request: R, came: A) {
        let expires_us = now_us + LIFETIME_S * SECOND_US;
        self.expiries.push_back((expires_us, token.clone()));
        self.seen.insert(token, (request, came));
    }

    /// Forgets the tokens of long ago: each costs as much as its request.
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

    type Tokens = ClientTokens<&'static str, u32, 600>;
    const LIFETIME_US: i64 = 600 * SECOND_US;

    #[test]
    fn a_token_is_remembered_for_its_lifetime() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.replay(0, "t", &"a"), Replay::New);
        tokens.remember(0, "t".to_owned(), "a", 7);
        assert_eq!(tokens.replay(LIFETIME_US - 1, "t", &"a"), Replay::Same(7));
        assert_eq!(tokens.replay(1, "t", &"b"), Replay::Different);
        assert_eq!(tokens.replay(LIFETIME_US, "t", &"a"), Replay::New);
    }

    #[test]
    fn nothing_is_left_of_old_tokens() {
        let mut tokens = Tokens::default();
        for at_us in 0..10 {
            tokens.remember(at_us, format!("{at_us}"), "a", 7);
        }
        tokens.forget(LIFETIME_US + 6);
        assert_eq!((tokens.seen.len(), tokens.expiries.len()), (3, 3));
        tokens.forget(2 * LIFETIME_US);
        assert!(tokens.seen.is_empty() && tokens.expiries.is_empty());
    }
}
