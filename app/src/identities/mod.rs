//! Identities: sign-ins at an OpenID provider, such as Google, that belong to an account.
//!
//! What the provider says, and whether it is to be believed, is the server's; this slice has the
//! buttons that lead there, and the words for what may go wrong on the way.

mod api;
mod button;
#[cfg(feature = "ssr")]
mod port;
mod problem;
mod section;
mod types;

pub use api::{
    LinkIdentity, StartSignIn, UnlinkIdentity, current_provider, link_identity, list_identities,
    start_sign_in, unlink_identity,
};
pub use button::ProviderSignIn;
#[cfg(feature = "ssr")]
pub use port::{Departure, Identities};
pub use problem::{ProviderNotice, ProviderProblem};
pub use section::IdentitiesSection;
pub use types::{DepartureReply, Identity, Provider};
