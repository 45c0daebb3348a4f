//! Accounts: who somebody is. Signing up, in and out.
//!
//! Passwords and sessions are the server's; this slice sees them only on their way there.

mod api;
mod for_members;
mod menu;
#[cfg(feature = "ssr")]
mod port;
mod settings;
mod sign_in;
mod sign_up;
mod types;

pub use api::{
    CurrentUser, SetPrivacy, SignIn, SignOut, SignUp, change_password, current_user, read_privacy,
    set_privacy, sign_in, sign_out, sign_up,
};
pub use for_members::ForMembers;
pub use menu::AccountMenu;
#[cfg(feature = "ssr")]
pub use port::{Accounts, SignedIn};
pub use settings::settings_page;
pub use sign_in::sign_in_page;
pub use sign_up::sign_up_page;
pub use types::{Account, Email, Handle, Password, Privacy, User};
