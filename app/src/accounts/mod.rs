//! Accounts: who somebody is. Signing up, in and out, and what is one's own.
//!
//! Passwords and sessions are the server's; this slice sees them only on their way there.

mod api;
mod details;
mod for_members;
#[cfg(feature = "ssr")]
mod letters;
mod menu;
#[cfg(feature = "ssr")]
mod port;
mod privacy;
mod recovery;
mod sessions;
mod settings;
mod sign_in;
mod sign_up;
mod types;

pub use api::{
    ChangeEmail, ChangeHandle, ChangePassword, ConfirmEmail, CurrentUser, EndOtherSessions,
    EndSession, ForgetPassword, ResetPassword, SendConfirmation, SetPrivacy, SignIn, SignOut,
    SignUp, change_email, change_handle, change_password, confirm_email, current_user,
    end_other_sessions, end_session, forget_password, list_sessions, read_details, read_privacy,
    reset_password, send_confirmation, set_privacy, sign_in, sign_out, sign_up,
};
pub use for_members::ForMembers;
#[cfg(feature = "ssr")]
pub use letters::{Letter, Occasion, Written};
pub use menu::AccountMenu;
#[cfg(feature = "ssr")]
pub use port::{Accounts, Browser, SignedIn};
pub use recovery::recovery_page;
pub use settings::settings_page;
pub use sign_in::sign_in_page;
pub use sign_up::sign_up_page;
pub use types::{Account, Details, Email, Handle, Password, Privacy, Session, User};
