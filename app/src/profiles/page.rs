//! Somebody's page: what its reader may see of them, and for oneself the forms beside it.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::{
    OwnProfile, Profile, Told,
    edit::EditProfile,
    face::{large_path, stamp},
    find_profile, profile_path, read_own_profile,
};
use crate::{
    accounts::User,
    app::Viewer,
    blocks::{BlockErrors, BlockForm, Blocking},
    error::{AppError, ErrorCode},
    journeys::{JourneyView, Timelines, list_journeys_of},
    live::Live,
    rooms::{OpenDirect, go_to_room},
    ui::{DoorError, DoorForm, NoIndex, PageTitle, Problem, Submit, later, page_status},
    words::i18n::{t, t_string, use_i18n},
};

later!(profile_page, ProfilePage);

/// What stands in the address for whoever is signed in. Nobody has so short a handle.
const ME: &str = "me";

/// `/people/:handle`.
#[component]
fn ProfilePage() -> impl IntoView {
    let viewer = Viewer::expect();
    let params = use_params_map();
    let handle = Memo::new(move |_| params.read().get("handle").unwrap_or_default());
    let loaded = Resource::new_blocking(move || handle.get(), move |handle| load(viewer, handle));
    // Fetched once for each address: what is being typed is not to be lost when something is saved.
    let own = Resource::new_blocking(move || handle.get(), move |handle| load_own(viewer, handle));
    let journeys = Resource::new_blocking(
        move || handle.get(),
        move |handle| load_journeys(viewer, handle),
    );
    let shown = StoredValue::new(None::<Profile>);
    // Moves when the picture may be another.
    let fresh = RwSignal::new(());
    // What stands there stays, and with it the focus, unless it is otherwise.
    let look = move || {
        fresh.notify();
        journeys.refetch();
        let asked = handle.get_untracked();
        spawn_local(async move {
            let found = load(viewer, asked.clone()).await;
            if handle.try_get_untracked() != Some(asked) {
                return;
            }
            let same = shown.try_with_value(|shown| shown.as_ref() == found.as_ref().ok());
            if same == Some(false) {
                loaded.refetch();
            }
        });
    };
    let whose = move || shown.with_value(|shown| Some(shown.as_ref()?.user.id));
    let again = Callback::new(move |()| {
        if let Some(user) = whose() {
            stamp(user);
        }
        look();
    });
    Live::expect().hear_profile(whose, look);
    let status = page_status();
    view! {
        <NoIndex/>
        <div class="page profile">
            <Transition>
                {move || {
                    let status = status.clone();
                    Suspend::new(async move {
                        match (viewer.load().await, loaded.await) {
                            (viewer, Ok(profile)) => {
                                shown.set_value(Some(profile.clone()));
                                view! { <ProfileHead viewer profile fresh again/> }.into_any()
                            }
                            (_, Err(error)) => {
                                status(error.code);
                                // That the handle is nobody's is the one error with a field.
                                if error.field.is_some() {
                                    view! { <Nobody/> }.into_any()
                                } else {
                                    view! { <Problem error/> }.into_any()
                                }
                            }
                        }
                    })
                }}
            </Transition>
            <Transition>
                {move || Suspend::new(async move {
                    let journeys = journeys.await.unwrap_or_default();
                    view! { <Timelines journeys/> }
                })}
            </Transition>
            <Suspense>
                {move || Suspend::new(async move {
                    let own = own.await.ok().flatten();
                    own.map(|own| view! { <EditProfile own on_done=again/> })
                })}
            </Suspense>
        </div>
    }
}

async fn load(viewer: Viewer, handle: String) -> Result<Profile, AppError> {
    if handle != ME {
        return find_profile(handle).await;
    }
    let viewer = viewer.load().await.ok_or(ErrorCode::SignInNeeded)?;
    find_profile(viewer.handle.to_string()).await
}

async fn load_journeys(viewer: Viewer, handle: String) -> Result<Vec<JourneyView>, AppError> {
    if handle != ME {
        return list_journeys_of(handle).await;
    }
    let viewer = viewer.load().await.ok_or(ErrorCode::SignInNeeded)?;
    list_journeys_of(viewer.handle.to_string()).await
}

/// None for others.
async fn load_own(viewer: Viewer, handle: String) -> Result<Option<OwnProfile>, AppError> {
    let own = viewer.load().await.is_some_and(|viewer| {
        let handle = handle.trim_start_matches('@');
        handle == ME || viewer.handle.as_str().eq_ignore_ascii_case(handle)
    });
    if own {
        read_own_profile().await.map(Some)
    } else {
        Ok(None)
    }
}

/// Nobody has the handle, or has it any more.
#[component]
fn Nobody() -> impl IntoView {
    let i18n = use_i18n();
    let title = t_string!(i18n, pages.not_found_title);
    view! {
        <PageTitle text=title/>
        <section class="card center">
            <h1>{title}</h1>
            <p class="lead">{t!(i18n, profiles.nobody)}</p>
            <a class="button" href="/">
                {t!(i18n, pages.to_rooms)}
            </a>
        </section>
    }
}

#[component]
fn ProfileHead(
    viewer: Option<User>,
    profile: Profile,
    /// Moves when the picture may be another.
    fresh: RwSignal<()>,
    /// Fetches it once more.
    again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = profile.title();
    let handle = profile.user.handle.to_string();
    let title = t_string!(
        i18n,
        profiles.title_of,
        name = name.clone(),
        handle = handle.clone()
    )
    .to_string();
    let id = profile.user.id;
    let picture = move || {
        fresh.track();
        large_path(id)
    };
    let others = viewer.filter(|viewer| viewer.id != profile.user.id);
    let (user, blocked) = (profile.user.clone(), profile.blocked);
    view! {
        <PageTitle text=title/>
        <div class="page-head">
            <img class="portrait" src=picture alt="" width="128" height="128"/>
            <div>
                <h1 dir="auto">{name}</h1>
                <p class="lead">"@" {handle}</p>
            </div>
        </div>
        <Facts profile/>
        {others.map(|_| view! { <Towards user blocked again/> })}
    }
}

/// What is told beside the name.
#[component]
pub(super) fn Facts(profile: Profile) -> impl IntoView {
    let i18n = use_i18n();
    let Profile {
        bio,
        languages,
        country,
        links,
        ..
    } = profile;
    let facts = !languages.is_empty() || country.is_some() || !links.is_empty();
    let nothing = bio.is_none() && !facts;
    let bio = bio.map(said_of_oneself);
    let languages: Vec<_> = languages
        .into_iter()
        .map(|language| language.name)
        .collect();
    let told = [
        (t_string!(i18n, profiles.languages), languages.join(", ")),
        (
            t_string!(i18n, profiles.country),
            country.map(|country| country.name).unwrap_or_default(),
        ),
    ];
    let told = told.into_iter().filter(|(_, told)| !told.is_empty());
    let told = told.map(|(what, told)| {
        view! {
            <dt>{what}</dt>
            <dd>{told}</dd>
        }
    });
    let linked = (!links.is_empty()).then(|| {
        let links = links.into_iter().map(|link| {
            let shown = link.split_once("://").map(|(_, shown)| shown.to_owned());
            view! {
                <dd>
                    <a href=link target="_blank" rel="nofollow noopener ugc" dir="ltr">
                        {shown}
                    </a>
                </dd>
            }
        });
        view! {
            <dt>{t!(i18n, profiles.links)}</dt>
            {links.collect_view()}
        }
    });
    view! {
        {bio}
        {facts.then(|| view! { <dl class="facts">{told.collect_view()} {linked}</dl> })}
        {nothing.then(|| view! { <p class="room-facts">{t!(i18n, profiles.nothing)}</p> })}
    }
}

/// What somebody says about themselves.
pub(super) fn said_of_oneself(bio: Told) -> AnyView {
    match bio.html {
        Some(html) => view! { <div class="bio rich" dir="auto" inner_html=html></div> }.into_any(),
        None => view! { <p class="bio" dir="auto">{bio.text}</p> }.into_any(),
    }
}

/// What one can do about somebody else.
#[component]
fn Towards(
    user: User,
    /// Whether the viewer has blocked them.
    blocked: bool,
    again: Callback<()>,
) -> impl IntoView {
    let blocking = Blocking::new(again);
    let handle = user.handle.to_string();
    let next = profile_path(&handle);
    view! {
        <BlockErrors blocking/>
        <div class="actions">
            {(!blocked).then(|| view! { <WriteTo handle/> })}
            <BlockForm blocking user blocked next/>
        </div>
    }
}

/// The way to the conversation with somebody.
#[component]
pub(super) fn WriteTo(handle: String) -> impl IntoView {
    let i18n = use_i18n();
    let write = ServerAction::<OpenDirect>::new();
    go_to_room(write);
    view! {
        <DoorForm action=write>
            <input type="hidden" name="handle" value=handle.clone()/>
            <DoorError action=write/>
            <Submit class="small">
                {format!("{} {handle}", t_string!(i18n, profiles.write))}
            </Submit>
        </DoorForm>
    }
}
