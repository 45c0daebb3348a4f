//! Parts that two slices use and that know none of them.

mod at_once;
mod fields;
mod form;
mod guard;
mod indexing;
mod later;
mod local_path;
mod not_found;
mod refusal;
mod skeleton;
mod status;
mod time;
mod title;

pub use at_once::{AtOnce, IntoAtOnce};
pub use fields::{Check, Checks, Field, Select, TextField};
pub use form::{DoorError, DoorForm, FormError, PageField, Saved, Submit, WhenRefused, when_done};
pub use indexing::{Indexed, NoIndex, address};
pub(crate) use later::later;
#[cfg(feature = "hydrate")]
pub(crate) use later::pause;
pub use later::{Alive, Later, NotLoaded};
pub use local_path::is_local;
pub use not_found::{NotFound, Problem};
pub use refusal::{Refusal, refused};
pub use skeleton::Skeleton;
pub use status::page_status;
pub use time::{Clock, Day, Time};
pub use title::{NewCount, PageTitle};
