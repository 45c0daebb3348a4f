//! Parts that two slices use and that know none of them.

mod form;
mod local_path;
mod not_found;
mod refusal;
mod status;
mod time;
mod title;

pub use form::{DoorForm, Field, FormError, PageField, Submit};
pub use local_path::is_local;
pub use not_found::{NotFound, Problem};
pub use refusal::{Refusal, refused};
pub use status::page_status;
pub use time::Time;
pub use title::PageTitle;
