//! How often somebody may try what can be abused by trying often: signing in and up, asking for mails
//! and links. The count is the database's, so that it holds over all nodes.
//!
//! It knows neither accounts nor addresses: whoever asks names the limit and whom it counts.

mod store;

use std::{net::IpAddr, time::Duration};

use sha2::{Digest, Sha256};
use sqlx::PgPool;

use crate::error::Error;

/// So many at once, and then one each time that so long has passed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// Keeps limits apart that count the same person.
    name: &'static str,
    burst: u32,
    every: Duration,
}

impl Limit {
    const fn new(name: &'static str, burst: u32, every: Duration) -> Self {
        Self { name, burst, every }
    }
}

/// Signing in from one place. Many people may share one.
pub(crate) const SIGN_IN_FROM: Limit = Limit::new("sign in from", 30, Duration::from_secs(10));
/// Signing in to one account, from browsers that it does not know.
pub(crate) const SIGN_IN_TO: Limit = Limit::new("sign in to", 10, Duration::from_mins(1));
/// Signing in to one account from a browser that it knows: what is done elsewhere does not count there.
pub(crate) const SIGN_IN_AGAIN: Limit = Limit::new("sign in again", 10, Duration::from_secs(30));
/// Making accounts from one place.
pub(crate) const SIGN_UP_FROM: Limit = Limit::new("sign up from", 20, Duration::from_mins(3));
/// Asking for links to set a password, from one place.
pub(crate) const FORGET_FROM: Limit = Limit::new("forget from", 10, Duration::from_mins(1));
/// Links to set a password, for one address. Apart from other mails, so that those keep nobody from theirs.
pub(crate) const REMIND_TO: Limit = Limit::new("remind to", 4, Duration::from_mins(10));
/// Passwords that are set by such links, from one place.
pub(crate) const RESET_FROM: Limit = Limit::new("reset from", 10, Duration::from_mins(1));
/// Mails to one address that is given as somebody's.
pub(crate) const MAIL_TO: Limit = Limit::new("mail to", 4, Duration::from_mins(10));
/// Checks of the password that somebody who is signed in has now.
pub(crate) const CURRENT: Limit = Limit::new("current", 10, Duration::from_mins(1));
/// Other handles for one account.
pub(crate) const RENAME: Limit = Limit::new("rename", 3, Duration::from_hours(24));
/// Going to the provider to sign in, from one place.
pub(crate) const PROVIDER_FROM: Limit = Limit::new("provider from", 30, Duration::from_secs(10));
/// Invites that one person makes.
pub(crate) const INVITE: Limit = Limit::new("invite", 30, Duration::from_mins(1));
/// Invites that are opened or followed from one place: codes are not found by trying.
pub(crate) const FOLLOW_INVITE: Limit = Limit::new("follow invite", 60, Duration::from_secs(2));
/// Reports that one person makes: whoever has found a ring of scammers can report it, and nobody can
/// bury what others report.
pub(crate) const REPORT: Limit = Limit::new("report", 20, Duration::from_mins(24 * 60 / 20));

/// Journeys that one person begins: whoever makes them up in bulk would be counted.
pub(crate) const JOURNEY: Limit = Limit::new("journey", 20, Duration::from_mins(30));
/// Exports of everything of one's own.
pub(crate) const EXPORT: Limit = Limit::new("export", 5, Duration::from_mins(10));

/// Whom a limit counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whom<'a> {
    /// A name of any kind, as it is.
    Name(&'a [u8]),
    /// A place: an address, or what one household has of them.
    Address(IpAddr),
}

impl Whom<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Name(name) => name.to_vec(),
            Self::Address(IpAddr::V4(address)) => address.octets().to_vec(),
            Self::Address(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => address.octets().to_vec(),
                // Whoever has one address of version 6 has the whole network of 64 bits.
                None => address.octets()[..8].to_vec(),
            },
        }
    }
}

/// Counts tries.
#[derive(Debug, Clone)]
pub(crate) struct Attempts {
    pool: PgPool,
    /// How many times as many as usual are allowed at once; 0 is no limit.
    scale: u32,
}

impl Attempts {
    pub(crate) fn new(pool: PgPool, scale: u32) -> Self {
        Self { pool, scale }
    }

    /// Counts one try.
    ///
    /// # Errors
    ///
    /// [`Error::TooSoon`] when it is one too many; it is then not counted.
    pub(crate) async fn spend(&self, limit: Limit, whom: Whom<'_>) -> Result<(), Error> {
        if self.scale == 0 {
            return Ok(());
        }
        let key = Sha256::new()
            .chain_update(limit.name)
            .chain_update([0])
            .chain_update(whom.bytes())
            .finalize();
        let every = limit.every.as_secs_f64();
        let most = every * f64::from(limit.burst) * f64::from(self.scale);
        let mut db = self.pool.acquire().await?;
        match store::spend(&mut db, &key, every, most).await? {
            None => Ok(()),
            Some(wait) => Err(Error::TooSoon(wait)),
        }
    }
}

/// Forgets what has come back long ago.
pub(crate) async fn forget(pool: &PgPool) -> Result<(), Error> {
    let mut db = pool.acquire().await?;
    store::forget(&mut db).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_household_counts_as_one() {
        let bytes = |address: &str| Whom::Address(address.parse().unwrap()).bytes();
        assert_eq!(bytes("2001:db8:1:2::3"), bytes("2001:db8:1:2:ffff::1"));
        assert_ne!(bytes("2001:db8:1:2::3"), bytes("2001:db8:1:3::3"));
        assert_eq!(bytes("::ffff:203.0.113.7"), bytes("203.0.113.7"));
        assert_ne!(bytes("203.0.113.7"), bytes("203.0.113.8"));
    }
}
