//! What is remembered of somebody who has gone to the provider, until they come back.

use app::ids::UserId;

use crate::{accounts::Token, error::Error};

/// What is held by others, and of which only hashes are stored.
pub(super) struct Secrets {
    /// Goes to the provider and comes back with the person.
    pub(super) state: Token,
    /// Stays in a cookie of the browser that has left.
    pub(super) browser: Token,
}

impl Secrets {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self {
            state: Token::new()?,
            browser: Token::new()?,
        })
    }
}

/// What is stored under the hashes of [`Secrets`].
pub(super) struct Flow {
    /// The ID token has to repeat it: it was made for this sign-in and no other.
    pub(super) nonce: String,
    /// Proves to the provider that whoever redeems the code has asked for it (PKCE).
    pub(super) verifier: String,
    /// A path of this site.
    pub(super) next: String,
    /// Whose account gets the identity; nobody's when somebody signs in.
    pub(super) linking: Option<UserId>,
}
