//! What a profile that the provider vouches for opens: an account that is there, or a new one.

use app::{accounts::User, error::ErrorCode, identities::ProviderProblem, ids::UserId};
use sqlx::PgConnection;

use super::{IdentitiesOnPostgres, handles, policy, profile::Profile, store};
use crate::{accounts, error::Error};

/// How often an account is tried to be made before it is given up: others may take the handle, or make
/// the same account, at the same moment.
const TRIES: u32 = 8;

/// Why somebody is not let in.
pub(super) enum Setback {
    /// For a reason that they are told.
    Refused(ProviderProblem),
    Failed(Error),
}

impl From<ProviderProblem> for Setback {
    fn from(problem: ProviderProblem) -> Self {
        Self::Refused(problem)
    }
}

impl<E: Into<Error>> From<E> for Setback {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IdentitiesOnPostgres {
    /// Adds an identity to an account. One that is there already is no error.
    pub(super) async fn add(&self, user: UserId, profile: &Profile) -> Result<(), Setback> {
        let email = policy::vouched_email(profile)?;
        let provider = self.known_provider()?;
        let (issuer, subject) = (provider.issuer(), &profile.subject);
        let mut db = self.pool.acquire().await?;
        if store::insert(&mut db, user, issuer, subject, email).await? {
            let name = provider.name().to_owned();
            self.accounts.tell_of_identity(user, name);
            return Ok(());
        }
        match store::owner(&mut db, issuer, subject).await? {
            Some(owner) if owner.id == user => Ok(()),
            _ => Err(ProviderProblem::IdentityTaken.into()),
        }
    }

    /// Whose account a profile opens: whose identity it is, else who has confirmed its address, else
    /// somebody new.
    pub(super) async fn admit(&self, profile: &Profile) -> Result<User, Setback> {
        let provider = self.known_provider()?;
        let issuer = provider.issuer();
        for attempt in 0..TRIES {
            let mut tx = self.pool.begin().await?;
            if let Some(user) = store::owner(&mut tx, issuer, &profile.subject).await? {
                return Ok(user);
            }
            if let Some(opened) = open(&mut tx, issuer, profile, attempt).await? {
                tx.commit().await?;
                if !opened.new {
                    let name = provider.name().to_owned();
                    self.accounts.tell_of_identity(opened.user.id, name);
                }
                return Ok(opened.user);
            }
        }
        Err(Setback::Failed(ErrorCode::Busy.into()))
    }
}

/// The account that an identity opens which was not known.
struct Opened {
    user: User,
    /// It was made for the identity.
    new: bool,
}

/// None when somebody else was faster: what they did is then found by the next try.
async fn open(
    db: &mut PgConnection,
    issuer: &str,
    profile: &Profile,
    attempt: u32,
) -> Result<Option<Opened>, Setback> {
    let email = policy::vouched_email(profile)?;
    let known = accounts::store::find_confirmed(db, email).await?;
    let new = known.is_none();
    let user = match known {
        Some(user) => user,
        None => {
            let user = User {
                id: UserId::new(),
                handle: handles::suggest(profile.given_name.as_deref(), attempt)?,
            };
            if !store::insert_user(db, &user, email).await? {
                return Ok(None);
            }
            user
        }
    };
    let linked = store::insert(db, user.id, issuer, &profile.subject, email).await?;
    Ok(linked.then_some(Opened { user, new }))
}
