//! The doors `POST /api/profiles/…`.

use leptos::prelude::*;

use super::{OwnProfile, Profile};
use crate::{
    doors::{Answer, Door},
    error::AppError,
};

/// The profile of whoever has this handle, as far as the caller may see it.
#[server(prefix = "/api", endpoint = "profiles/find", input = Door, output = Answer)]
pub async fn find_profile(handle: String) -> Result<Profile, AppError> {
    use crate::{accounts::Handle, context, error::ErrorCode};

    let profiles = context::profiles();
    let viewer = context::viewer();
    // What is no handle is nobody's.
    let handle = Handle::parse(&handle).map_err(|_| ErrorCode::PersonUnknown)?;
    profiles.find(viewer.as_ref(), &handle).await
}

/// The caller's own, as they change it.
#[server(prefix = "/api", endpoint = "profiles/own", input = Door, output = Answer)]
pub async fn read_own_profile() -> Result<OwnProfile, AppError> {
    use crate::context;

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    profiles.own(&viewer).await
}

/// Sets what the caller calls themselves, and who sees it. As in a form, `was` is who has seen it: if that is
/// the same, nothing was chosen, and whoever sees it by now goes on doing so. So it is with all that follow.
#[server(prefix = "/api", endpoint = "profiles/set_name", input = Door, output = Answer)]
pub async fn set_name(name: String, seen: String, was: Option<String>) -> Result<(), AppError> {
    use super::{DisplayName, chosen};
    use crate::{context, journeys::without_case_number};

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    without_case_number("name", &name)?;
    let name = DisplayName::parse(&name)?;
    profiles
        .set_name(&viewer, name, chosen(&seen, was.as_deref())?)
        .await
}

/// Sets what the caller says about themselves, and who sees it.
#[server(prefix = "/api", endpoint = "profiles/set_bio", input = Door, output = Answer)]
pub async fn set_bio(bio: String, seen: String, was: Option<String>) -> Result<(), AppError> {
    use super::{Bio, chosen};
    use crate::{context, journeys::without_case_number};

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    let bio = Bio::parse(&bio)?;
    without_case_number("bio", bio.as_str())?;
    profiles
        .set_bio(&viewer, bio, chosen(&seen, was.as_deref())?)
        .await
}

/// Sets what the caller speaks, and who sees it. As in a form, what is left out is not spoken.
#[server(prefix = "/api", endpoint = "profiles/set_languages", input = Door, output = Answer)]
pub async fn set_languages(
    #[server(default)] languages: Vec<String>,
    seen: String,
    was: Option<String>,
) -> Result<(), AppError> {
    use super::{Languages, chosen};
    use crate::context;

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    let languages = Languages::parse(languages)?;
    profiles
        .set_languages(&viewer, languages, chosen(&seen, was.as_deref())?)
        .await
}

/// Sets where the caller lives, and who sees it.
#[server(prefix = "/api", endpoint = "profiles/set_country", input = Door, output = Answer)]
pub async fn set_country(
    country: String,
    seen: String,
    was: Option<String>,
) -> Result<(), AppError> {
    use super::{Country, chosen};
    use crate::context;

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    let country = Country::parse(&country)?;
    profiles
        .set_country(&viewer, country, chosen(&seen, was.as_deref())?)
        .await
}

/// Sets where else the caller is found, an address on each line, and who sees it.
#[server(prefix = "/api", endpoint = "profiles/set_links", input = Door, output = Answer)]
pub async fn set_links(links: String, seen: String, was: Option<String>) -> Result<(), AppError> {
    use super::{Links, chosen};
    use crate::{context, journeys::without_case_number};

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    without_case_number("links", &links)?;
    let links = Links::parse(&links)?;
    profiles
        .set_links(&viewer, links, chosen(&seen, was.as_deref())?)
        .await
}

/// Sets who sees the caller's picture.
#[server(prefix = "/api", endpoint = "profiles/show_picture", input = Door, output = Answer)]
pub async fn show_picture(seen: String, was: Option<String>) -> Result<(), AppError> {
    use super::chosen;
    use crate::context;

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    profiles
        .show_picture(&viewer, chosen(&seen, was.as_deref())?)
        .await
}

/// Takes the caller's picture away.
#[server(prefix = "/api", endpoint = "profiles/remove_picture", input = Door, output = Answer)]
pub async fn remove_picture() -> Result<(), AppError> {
    use crate::context;

    let profiles = context::profiles();
    let viewer = context::signed_in()?;
    profiles.remove_picture(&viewer).await
}
