//! Hashing passwords: slow on purpose, off the async threads, and only a few at a time.

use std::{sync::LazyLock, time::Duration};

use app::error::ErrorCode;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{
        PasswordHasher, PasswordVerifier,
        phc::{Ident, PasswordHash},
    },
};
use tokio::sync::Semaphore;

use crate::error::Error;

/// Memory of one hash in KiB, its passes, and its lanes (OWASP's first recommendation).
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many hashes are computed at once: each holds a core and 19 MiB.
const AT_ONCE: usize = 2;

/// How long somebody waits for their turn before they are asked to come back.
const PATIENCE: Duration = Duration::from_secs(10);

static ARGON2ID: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    let params = Params::new(MEMORY, PASSES, LANES, None).expect("the constants are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// The hash that an unknown login is checked against: of today's parameters, and of no password that anybody
/// could find. It is written down, not computed: the first unknown login after a start would take twice
/// as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    // 16 and 32 bytes, all 0.
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${output}")
});

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| ARGON2ID.verify_password(password.as_bytes(), &hash).is_ok())
}

/// Hashes and checks passwords.
pub struct Passwords {
    turns: Semaphore,
    patience: Duration,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            patience: PATIENCE,
        }
    }
}

impl Passwords {
    /// The Argon2id hash of a password, with a salt of its own, in PHC form.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Busy`] when too many wait.
    pub async fn hash(&self, password: &[u8]) -> Result<String, Error> {
        let password = password.to_vec();
        let hash = self
            .in_turn(move || ARGON2ID.hash_password(&password))
            .await??;
        Ok(hash.to_string())
    }

    /// Whether the password is the one that was hashed, with the parameters that the hash carries.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Busy`] when too many wait.
    pub async fn verify(&self, password: &str, hash: &str) -> Result<bool, Error> {
        let (password, hash) = (password.to_owned(), hash.to_owned());
        self.in_turn(move || matches(&password, &hash)).await
    }

    /// Takes as long as [`Self::verify`] and says nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Busy`] when too many wait.
    pub async fn verify_nothing(&self, password: &str) -> Result<(), Error> {
        let password = password.to_owned();
        // One turn, as a password that is checked takes.
        self.in_turn(move || matches(&password, &NOBODY))
            .await
            .map(|_| ())
    }

    /// Whether the hash was made with weaker parameters than today's.
    pub fn is_outdated(hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else {
            return true;
        };
        let argon2id = hash.algorithm == Ident::new_unwrap("argon2id");
        let today = Params::try_from(&hash).is_ok_and(|params| {
            params.m_cost() >= MEMORY && params.t_cost() >= PASSES && params.p_cost() >= LANES
        });
        !argon2id || !today
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = tokio::time::timeout(self.patience, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(ErrorCode::Busy.into());
        };
        Ok(tokio::task::spawn_blocking(work).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn row_13_a_hash_is_argon2id_with_19_mib_2_passes_1_lane_and_its_own_salt() {
        let passwords = Passwords::default();
        let hash = passwords.hash(b"correct horse").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(hash, passwords.hash(b"correct horse").await.unwrap());
        assert!(passwords.verify("correct horse", &hash).await.unwrap());
        assert!(!passwords.verify("correct hors", &hash).await.unwrap());
        assert!(!Passwords::is_outdated(&hash));
    }

    #[tokio::test]
    async fn row_13_a_weaker_hash_is_still_checked_and_known_to_be_outdated() {
        let weak = Params::new(8 * 1024, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, weak);
        let hash = weak.hash_password(b"correct horse").unwrap().to_string();
        assert!(
            Passwords::default()
                .verify("correct horse", &hash)
                .await
                .unwrap()
        );
        assert!(Passwords::is_outdated(&hash));
        assert!(Passwords::is_outdated("$2b$12$notargon2"));
    }

    #[tokio::test]
    async fn row_15_an_unknown_login_is_checked_against_what_a_hash_of_today_is_like() {
        let hash = Passwords::default().hash(b"correct horse").await.unwrap();
        let [real, nobody] = [&hash, &*NOBODY].map(|hash| PasswordHash::new(hash).unwrap());
        assert_eq!(hash.len(), NOBODY.len());
        assert_eq!(nobody.params, real.params);
        // Checked to the end, and found to be another: nothing about it is refused before.
        let checked = ARGON2ID.verify_password(b"correct horse", &nobody);
        assert_eq!(checked, Err(argon2::password_hash::Error::PasswordInvalid));
        assert!(!Passwords::is_outdated(&NOBODY));
    }

    #[tokio::test]
    async fn row_13_no_more_than_two_are_hashed_at_once() {
        let passwords = Passwords {
            patience: Duration::ZERO,
            ..Passwords::default()
        };
        let others = passwords.turns.acquire_many(2).await.unwrap();
        let refused = passwords.hash(b"correct horse").await;
        assert!(matches!(refused, Err(Error::Refused(ErrorCode::Busy))));
        drop(others);
        assert!(passwords.hash(b"correct horse").await.is_ok());
    }

    #[tokio::test]
    async fn row_13_a_hash_is_made_off_the_async_threads() {
        let passwords = Passwords::default();
        // On the thread that asks, it would be done when it had been asked for.
        let mut hash = pin!(passwords.hash(b"correct horse"));
        assert!(futures::poll!(&mut hash).is_pending());
        let hash = hash.await.unwrap();
        let mut right = pin!(passwords.verify("correct horse", &hash));
        assert!(futures::poll!(&mut right).is_pending());
        assert!(right.await.unwrap());
    }
}
