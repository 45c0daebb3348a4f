//! Profiles: what people tell of themselves, and who sees it. Their handle is everybody's; all else they
//! tell as they choose, and every answer holds what its reader may see and nothing more.

mod api;
mod card;
mod choices;
mod crop;
mod cutting;
mod edit;
mod face;
mod page;
mod picture;
#[cfg(feature = "ssr")]
mod port;
mod sending;
mod types;

pub use api::{
    RemovePicture, SetBio, SetCountry, SetLanguages, SetLinks, SetName, ShowPicture, find_profile,
    read_own_profile, remove_picture, set_bio, set_country, set_languages, set_links, set_name,
    show_picture,
};
pub(crate) use card::ProfileCard;
pub use choices::{Choice, Choices};
#[cfg(feature = "ssr")]
pub use choices::{Country, Languages, country_name, language_name};
pub use face::Face;
#[cfg(feature = "hydrate")]
pub(crate) use face::renew_faces;
pub use page::profile_page;
#[cfg(feature = "ssr")]
pub use port::Profiles;
#[cfg(feature = "ssr")]
use types::chosen;
pub use types::{
    Bio, DisplayName, Links, OwnProfile, Profile, Seen, Sight, Told, picture_path, profile_path,
};
