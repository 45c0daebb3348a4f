//! What a browser holds to prove its session, and what we hold to check it; and what a mail holds to
//! prove an address, in the same way.

pub(crate) mod store;

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// How many random bytes a token has.
const BYTES: usize = 32;

/// 256 random bits, as the cookie carries them.
pub struct Token(String);

impl Token {
    /// # Errors
    ///
    /// When the operating system has no random bytes to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn key(&self) -> SessionKey {
        SessionKey(self.hash())
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

/// What would be stored of a token that came from outside. None if it cannot be one of ours.
pub(super) fn hash_of(token: &str) -> Option<[u8; 32]> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    (bytes.len() == BYTES).then(|| Sha256::digest(token).into())
}

/// A token is never printed, whatever is logged around it.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token: names a session without opening it. A token has too many bits to guess,
/// so no slow hash is needed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    /// The key of a token that came from outside. None if it cannot be one of ours.
    pub fn of(token: &str) -> Option<Self> {
        hash_of(token).map(Self)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_random_and_found_again_by_their_hash() {
        let (one, other) = (Token::new().unwrap(), Token::new().unwrap());
        assert_ne!(one.as_str(), other.as_str());
        assert!(URL_SAFE_NO_PAD.decode(one.as_str()).unwrap().len() * 8 >= 128);
        assert_eq!(SessionKey::of(one.as_str()), Some(one.key()));
        assert_ne!(one.key(), other.key());
        assert_eq!(format!("{one:?}"), "Token(…)");
    }

    #[test]
    fn an_empty_or_partial_token_is_no_token() {
        let token = Token::new().unwrap();
        for bad in [
            "",
            "null",
            &token.as_str()[..42],
            &format!("{}A", token.as_str()),
            "?",
        ] {
            assert_eq!(SessionKey::of(bad), None, "{bad}");
        }
    }
}
