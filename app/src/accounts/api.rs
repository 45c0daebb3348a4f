//! The doors `POST /api/accounts/…`.
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async")
)]

use leptos::prelude::*;

use super::{Account, Details, Privacy, Session, User};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::SessionId,
};

/// Makes an account and signs it in.
#[server(prefix = "/api", endpoint = "accounts/sign_up", input = Door, output = Answer)]
pub async fn sign_up(handle: String, email: String, password: String) -> Result<Account, AppError> {
    use super::{Email, Handle, Password};
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let browser = context::browser();
    let handle = Handle::choose(&handle)?;
    let email = Email::parse(&email)?;
    let password = Password::parse(&password)?;
    let signed_in = accounts.sign_up(handle, email, password, &browser).await?;
    reply.set_cookies(&signed_in.set_cookies);
    Ok(Account {
        user: signed_in.user,
    })
}

/// Starts a session. `login` is a handle, or a confirmed e-mail.
#[server(prefix = "/api", endpoint = "accounts/sign_in", input = Door, output = Answer)]
pub async fn sign_in(login: String, password: String) -> Result<Account, AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let browser = context::browser();
    let signed_in = accounts.sign_in(&login, &password, &browser).await?;
    reply.set_cookies(&signed_in.set_cookies);
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
    let browser = context::browser();
    let set_cookie = accounts.sign_out(browser.session.as_deref()).await?;
    reply.set_cookies(&[set_cookie]);
    Ok(())
}

/// Sets another password. Every other session of the person ends.
#[server(prefix = "/api", endpoint = "accounts/change_password", input = Door, output = Answer)]
pub async fn change_password(current: String, password: String) -> Result<(), AppError> {
    use super::Password;
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    let password = Password::parse(&password)?;
    accounts
        .change_password(&viewer, &browser, &current, password)
        .await?;
    reply.go_to("/settings/account");
    Ok(())
}

/// What only the caller sees of their account.
#[server(prefix = "/api", endpoint = "accounts/details", input = Door, output = Answer)]
pub async fn read_details() -> Result<Details, AppError> {
    use crate::context;

    let accounts = context::accounts();
    let viewer = context::signed_in()?;
    accounts.details(&viewer).await
}

/// Sends the mail by which the caller's address is confirmed once more.
#[server(prefix = "/api", endpoint = "accounts/send_confirmation", input = Door, output = Answer)]
pub async fn send_confirmation() -> Result<(), AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    accounts.send_confirmation(&viewer).await?;
    reply.go_to("/settings/account");
    Ok(())
}

/// Confirms the address to which the link with this token was sent.
#[server(prefix = "/api", endpoint = "accounts/confirm", input = Door, output = Answer)]
pub async fn confirm_email(token: String) -> Result<(), AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    accounts.confirm(&token).await?;
    reply.go_to("/account/confirmed");
    Ok(())
}

/// Sends a link to set a new password, if an account has confirmed this address. The answer is the
/// same if none has.
#[server(prefix = "/api", endpoint = "accounts/forget_password", input = Door, output = Answer)]
pub async fn forget_password(email: String) -> Result<(), AppError> {
    use super::Email;
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let browser = context::browser();
    let email = Email::parse(&email)?;
    accounts.forget_password(email, &browser).await?;
    reply.go_to("/account/sent");
    Ok(())
}

/// Sets the password of the account to which the link with this token was sent. All of its sessions
/// end.
#[server(prefix = "/api", endpoint = "accounts/reset_password", input = Door, output = Answer)]
pub async fn reset_password(token: String, password: String) -> Result<(), AppError> {
    use super::Password;
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let browser = context::browser();
    let password = Password::parse(&password)?;
    let set_cookie = accounts.reset_password(&token, password, &browser).await?;
    reply.set_cookies(&[set_cookie]);
    reply.go_to("/account/changed");
    Ok(())
}

/// Sends a link to another address; once it is followed, that is the caller's.
#[server(prefix = "/api", endpoint = "accounts/change_email", input = Door, output = Answer)]
pub async fn change_email(email: String, current: String) -> Result<(), AppError> {
    use super::Email;
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let email = Email::parse(&email)?;
    accounts.change_email(&viewer, &current, email).await?;
    reply.go_to("/settings/account");
    Ok(())
}

/// Gives the caller another handle.
#[server(prefix = "/api", endpoint = "accounts/change_handle", input = Door, output = Answer)]
pub async fn change_handle(handle: String) -> Result<(), AppError> {
    use super::Handle;
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let handle = Handle::choose(&handle)?;
    accounts.change_handle(&viewer, handle).await?;
    reply.go_to("/settings/account");
    Ok(())
}

/// Where the caller is signed in.
#[server(prefix = "/api", endpoint = "accounts/sessions", input = Door, output = Answer)]
pub async fn list_sessions() -> Result<Vec<Session>, AppError> {
    use crate::context;

    let accounts = context::accounts();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    accounts.sessions(&viewer, &browser).await
}

/// Ends one of the caller's sessions.
#[server(prefix = "/api", endpoint = "accounts/end_session", input = Door, output = Answer)]
pub async fn end_session(session: SessionId) -> Result<(), AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    accounts.end_session(&viewer, session).await?;
    reply.go_to("/settings/sessions");
    Ok(())
}

/// Ends all sessions of the caller but the one that asks.
#[server(prefix = "/api", endpoint = "accounts/end_other_sessions", input = Door, output = Answer)]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::context;

    let accounts = context::accounts();
    let reply = context::reply();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    accounts.end_other_sessions(&viewer, &browser).await?;
    reply.go_to("/settings/sessions");
    Ok(())
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
