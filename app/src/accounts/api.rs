//! The doors `POST /api/accounts/…`.
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async")
)]

use leptos::prelude::*;

use super::{Account, Privacy, User};
use crate::{
    doors::{Answer, Door},
    error::AppError,
};

/// Makes an account and signs it in.
#[server(prefix = "/api", endpoint = "accounts/sign_up", input = Door, output = Answer)]
pub async fn sign_up(handle: String, email: String, password: String) -> Result<Account, AppError> {
    use super::{Email, Handle, Password};
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let session = context::session();
    let handle = Handle::parse(&handle)?;
    let email = Email::parse(&email)?;
    let password = Password::parse(&password)?;
    let signed_in = accounts
        .sign_up(handle, email, password, session.as_deref())
        .await?;
    reply.set_cookie(&signed_in.set_cookie);
    Ok(Account {
        user: signed_in.user,
    })
}

/// Starts a session. `login` is a handle, or a verified e-mail.
#[server(prefix = "/api", endpoint = "accounts/sign_in", input = Door, output = Answer)]
pub async fn sign_in(login: String, password: String) -> Result<Account, AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let session = context::session();
    let signed_in = accounts
        .sign_in(&login, &password, session.as_deref())
        .await?;
    reply.set_cookie(&signed_in.set_cookie);
    Ok(Account {
        user: signed_in.user,
    })
}

/// Ends the session of this browser. Ending none is no error.
#[server(prefix = "/api", endpoint = "accounts/sign_out", input = Door, output = Answer)]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let session = context::session();
    let set_cookie = accounts.sign_out(session.as_deref()).await?;
    reply.set_cookie(&set_cookie);
    Ok(())
}

/// Sets another password. Every other session of the person ends.
#[server(prefix = "/api", endpoint = "accounts/change_password", input = Door, output = Answer)]
pub async fn change_password(current: String, password: String) -> Result<(), AppError> {
    use super::Password;
    use crate::context;

    let accounts = context::accounts();
    let session = context::session();
    let viewer = context::signed_in()?;
    let password = Password::parse(&password)?;
    accounts
        .change_password(&viewer, session.as_deref(), &current, password)
        .await
}

/// What the caller lets others see.
#[server(prefix = "/api", endpoint = "accounts/privacy", input = Door, output = Answer)]
pub async fn read_privacy() -> Result<Privacy, AppError> {
    use crate::context;

    let accounts = context::accounts();
    let viewer = context::signed_in()?;
    accounts.privacy(&viewer).await
}

/// Sets what the caller lets others see. As in a form, what is left out is not shown.
#[server(prefix = "/api", endpoint = "accounts/set_privacy", input = Door, output = Answer)]
pub async fn set_privacy(
    #[server(default)] shows_presence: bool,
    #[server(default)] shows_reading: bool,
) -> Result<(), AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let privacy = Privacy {
        shows_presence,
        shows_reading,
    };
    accounts.set_privacy(&viewer, privacy).await?;
    reply.go_to("/settings");
    Ok(())
}

/// Who is signed in, if anybody.
#[server(prefix = "/api", endpoint = "accounts/current", input = Door, output = Answer)]
pub async fn current_user() -> Result<Option<User>, AppError> {
    Ok(crate::context::viewer())
}
