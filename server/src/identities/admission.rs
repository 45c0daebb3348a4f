//! What a profile that the provider vouches for opens: an account that is there, or a new one.

use app::{
    accounts::{Browser, Occasion, SignedIn, User},
    error::ErrorCode,
    identities::ProviderProblem,
    ids::UserId,
};
use sqlx::PgConnection;

use super::{IdentitiesOnPostgres, handles, policy, profile::Profile, store};
use crate::{
    accounts::{self, SessionKey},
    error::Error,
};

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
    /// Adds an identity to the account of who is signed in in this browser, still. One that is there
    /// already is no error.
    pub(super) async fn add(
        &self,
        user: UserId,
        browser: &Browser,
        profile: &Profile,
    ) -> Result<(), Setback> {
        let provider = self.known_provider()?;
        let (issuer, subject) = (provider.issuer(), &profile.subject);
        let mut tx = self.pool.begin().await?;
        // A new password ends sessions and ways in under this lock: nothing comes in behind it.
        accounts::store::lock(&mut tx, user).await?;
        let viewer = viewer(&mut tx, browser).await?;
        policy::may_finish(user, viewer.as_ref())?;
        if let Some(owner) = store::owner(&mut tx, issuer, subject).await? {
            return Ok(policy::may_have(&owner, user)?);
        }
        let email = policy::vouched_email(profile)?;
        if store::insert(&mut tx, user, issuer, subject, email).await? {
            tx.commit().await?;
            self.accounts
                .tell_owner(user, Occasion::IdentityAdded(provider.name().to_owned()));
            return Ok(());
        }
        // Somebody was faster, or the account is gone.
        let owner = store::owner(&mut tx, issuer, subject).await?;
        let problem = owner.map_or(ProviderProblem::FlowUnknown, |_| {
            ProviderProblem::IdentityTaken
        });
        Err(problem.into())
    }

    /// Signs in whom a profile stands for. All of it happens or nothing: who must not sign in gets no
    /// identity, and the session that the browser has brought along stands.
    pub(super) async fn admit(
        &self,
        browser: &Browser,
        profile: &Profile,
    ) -> Result<SignedIn, Setback> {
        let provider = self.known_provider()?;
        for attempt in 0..TRIES {
            let mut tx = self.pool.begin().await?;
            let opened = open(&mut tx, provider.issuer(), profile, attempt).await?;
            let Some(opened) = opened else { continue };
            let user = opened.user.id;
            let signed_in = self
                .accounts
                .begin_session(&mut tx, opened.user, browser)
                .await?;
            tx.commit().await?;
            if opened.joined {
                self.accounts
                    .tell_owner(user, Occasion::IdentityAdded(provider.name().to_owned()));
            }
            self.accounts.end_replaced_session(browser).await;
            return Ok(signed_in);
        }
        Err(Setback::Failed(ErrorCode::Busy.into()))
    }
}

/// Who is signed in in a browser.
async fn viewer(db: &mut PgConnection, browser: &Browser) -> Result<Option<User>, Error> {
    let Some(session) = browser.session.as_deref().and_then(SessionKey::of) else {
        return Ok(None);
    };
    let found = accounts::sessions::store::owner(db, &session).await?;
    Ok(found.map(|found| found.user))
}

/// The account that an identity opens, held until the transaction ends.
struct Opened {
    user: User,
    /// The identity was not known, and belongs from now on to an account that was there.
    joined: bool,
}

/// Whose identity it is, else who has confirmed its address, else somebody new. None when somebody else
/// was faster: what they did is then found by the next try.
async fn open(
    db: &mut PgConnection,
    issuer: &str,
    profile: &Profile,
    attempt: u32,
) -> Result<Option<Opened>, Setback> {
    let subject = &profile.subject;
    if let Some(user) = store::owner(db, issuer, subject).await? {
        accounts::store::lock(db, user.id).await?;
        // It may have been taken away just before.
        let owner = store::owner(db, issuer, subject).await?;
        let still = owner.filter(|owner| owner.id == user.id);
        return Ok(still.map(|user| Opened {
            user,
            joined: false,
        }));
    }
    let email = policy::vouched_email(profile)?;
    let known = accounts::store::find_confirmed(db, email).await?;
    let joined = known.is_some();
    let user = if let Some(user) = known {
        accounts::store::lock(db, user.id).await?;
        // The address may be nobody's, or another's, by now.
        let still = accounts::store::find_confirmed(db, email).await?;
        if still.is_none_or(|still| still.id != user.id) {
            return Ok(None);
        }
        // And the identity may be somebody's: another browser has brought it at the same moment.
        if store::owner(db, issuer, subject).await?.is_some() {
            return Ok(None);
        }
        let own = store::list(db, user.id).await?;
        policy::may_join(issuer, profile, &own)?;
        user
    } else {
        let user = User {
            id: UserId::new(),
            handle: handles::suggest(profile.given_name.as_deref(), attempt)?,
        };
        if !store::insert_user(db, &user, email).await? {
            return Ok(None);
        }
        user
    };
    let added = store::insert(db, user.id, issuer, subject, email).await?;
    Ok(added.then_some(Opened { user, joined }))
}
