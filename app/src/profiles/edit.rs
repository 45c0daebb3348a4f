//! What somebody tells of themselves, as they change it: a form for each part, with who sees it beside.

use leptos::{ev::Event, prelude::*, server_fn::ServerFn, web_sys::HtmlInputElement};
use serde::de::DeserializeOwned;

use super::{
    OwnProfile, SetBio, SetCountry, SetLanguages, SetLinks, SetName, Sight, picture::PictureSection,
};
use crate::{
    error::AppError,
    ui::{
        Checks, DoorForm, Field, FormError, Saved, Select, Submit, TextField, refused, when_done,
    },
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn EditProfile(
    own: OwnProfile,
    /// Called when something is saved.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let OwnProfile {
        user,
        name,
        bio,
        languages,
        country,
        links,
        picture,
        seen,
        choices,
    } = own;
    let all = choices.languages.into_iter();
    let all: Vec<_> = all.map(|choice| (choice.code, choice.name)).collect();
    let none = (
        String::new(),
        t_string!(i18n, profiles.country_none).to_owned(),
    );
    let countries = choices.countries.into_iter();
    let countries = countries.map(|choice| (choice.code, choice.name));
    let countries: Vec<_> = std::iter::once(none).chain(countries).collect();
    let set_name = ServerAction::<SetName>::new();
    let set_bio = ServerAction::<SetBio>::new();
    let set_languages = ServerAction::<SetLanguages>::new();
    let set_country = ServerAction::<SetCountry>::new();
    let set_links = ServerAction::<SetLinks>::new();
    view! {
        <section class="about-me">
            <h2>{t!(i18n, profiles.edit)}</h2>
            <p class="lead">{t!(i18n, profiles.lead)}</p>
            <PictureSection user=user.id picture seen=seen.picture on_done/>
            <Part action=set_name id="name-seen" seen=seen.name on_done what=t_string!(i18n, profiles.name)>
                <Field
                    name="name"
                    label=t_string!(i18n, profiles.name)
                    hint=t_string!(i18n, profiles.name_hint)
                    autocomplete="nickname"
                    value=name
                />
            </Part>
            <Part action=set_bio
                id="bio-seen"
                seen=seen.bio
                on_done
                what=t_string!(i18n, profiles.bio)
                guarded="bio"
            >
                <TextField
                    name="bio"
                    label=t_string!(i18n, profiles.bio)
                    hint=t_string!(i18n, profiles.bio_hint)
                    value=bio
                />
            </Part>
            <Part action=set_languages
                id="languages-seen"
                seen=seen.languages
                on_done
                what=t_string!(i18n, profiles.languages)
            >
                <Checks
                    name="languages"
                    label=t_string!(i18n, profiles.languages)
                    hint=t_string!(i18n, profiles.languages_hint)
                    options=all
                    values=languages
                />
            </Part>
            <Part action=set_country
                id="country-seen"
                seen=seen.country
                on_done
                what=t_string!(i18n, profiles.country_label)
            >
                <Select
                    name="country"
                    label=t_string!(i18n, profiles.country_label)
                    options=countries
                    value=country
                />
            </Part>
            <Part action=set_links
                id="links-seen"
                seen=seen.links
                on_done
                what=t_string!(i18n, profiles.links)
                guarded="links"
            >
                <TextField
                    name="links"
                    label=t_string!(i18n, profiles.links_label)
                    hint=t_string!(i18n, profiles.links_hint)
                    value=links.join("\n")
                />
            </Part>
        </section>
    }
}

/// A part, and who sees it.
#[component]
pub(super) fn Part<F>(
    action: ServerAction<F>,
    /// The id of the choice of who sees it.
    id: &'static str,
    seen: Sight,
    on_done: Callback<()>,
    /// What it is called, for those who hear the button alone.
    what: &'static str,
    /// The text in which case numbers are caught before the browser sends it.
    #[prop(optional)]
    guarded: &'static str,
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Output = (), Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    // Who has seen it when this form was made, or last saved; and who it says now.
    let refusal = refused(F::url());
    let at_first = |field| {
        let typed = refusal.as_ref().and_then(|refusal| refusal.typed(field));
        typed.unwrap_or(seen.as_str()).to_owned()
    };
    let (was, says) = (
        RwSignal::new(at_first("was")),
        StoredValue::new(at_first("seen")),
    );
    let sent = StoredValue::new(None);
    let on_done = Callback::new(move |()| {
        if let Some(sent) = sent.get_value() {
            was.set(sent);
        }
        on_done.run(());
    });
    when_done(action, on_done);
    // Whether something was changed since it was sent.
    let changed = RwSignal::new(false);
    let on_input = move |event: Event| {
        changed.set(true);
        let field = event_target::<HtmlInputElement>(&event);
        if field.name() == "seen" {
            says.set_value(field.value());
        }
    };
    let on_submit = move |_| {
        changed.set(false);
        sent.set_value(Some(says.get_value()));
    };
    let saved = move || {
        let done = matches!(&*action.value().read(), Some(Ok(())));
        done && !action.pending().get() && !changed.get()
    };
    view! {
        <DoorForm
            action
            class="stack"
            guarded
            on:input=on_input
            on:submit=on_submit
        >
            {children()}
            <input type="hidden" name="was" autocomplete="off" value=move || was.get()/>
            <SeenBy id seen/> <FormError/>
            <Submit class="quiet">
                {t!(i18n, about.save)} <span class="visually-hidden">" " {what}</span>
            </Submit>
            <Saved saved=Signal::derive(saved)/>
        </DoorForm>
    }
}

/// The choice of who sees something.
#[component]
fn SeenBy(id: &'static str, seen: Sight) -> impl IntoView {
    let i18n = use_i18n();
    let options = Sight::ALL.map(|sight| {
        let text = match sight {
            Sight::Everyone => t_string!(i18n, profiles.seen_everyone),
            Sight::Members => t_string!(i18n, profiles.seen_members),
            Sight::Shared => t_string!(i18n, profiles.seen_shared),
            Sight::Nobody => t_string!(i18n, profiles.seen_nobody),
        };
        (sight.as_str().to_owned(), text.to_owned())
    });
    view! {
        <Select
            name="seen"
            id
            label=t_string!(i18n, profiles.seen)
            options=options.to_vec()
            value=seen.as_str()
        />
    }
}
