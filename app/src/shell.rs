//! The HTML document around the app.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::{
    app::App,
    context,
    error::ErrorCode,
    words::{
        self,
        i18n::{Language, Locale, t_string, use_i18n},
    },
};

/// The whole document, as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    context::restrict_scripts();
    let locale = use_i18n();
    view! {
        <!DOCTYPE html>
        <html lang=locale.as_str() dir=locale.direction().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf6ef" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1a1714" />
                <link rel="apple-touch-icon" href="/icon-192.png" />
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <HashedStylesheet id="style" options=options.clone()/>
                {return_to_form()}
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The answer to a refused form comes from the door's address. The address bar goes back to the
/// page that the form stands on, before anything reads it.
fn return_to_form() -> Option<impl IntoView> {
    let page = context::refusal()?.page;
    let page = serde_json::to_string(&page).ok()?.replace('<', "\\u003c");
    let nonce = leptos::nonce::use_nonce();
    Some(view! { <script nonce=nonce>{format!("history.replaceState(null,'',{page})")}</script> })
}

/// A page without the app, for when the app cannot be rendered: while the server starts, or while
/// its database is away. Nothing in it is live. `form`: it is the answer to a form.
pub fn plain_page(options: &LeptosOptions, code: ErrorCode, form: bool) -> String {
    let locale = Locale::default();
    let (title, lead) = match code {
        ErrorCode::Unavailable if form => (
            t_string!(locale, pages.away_title).to_string(),
            t_string!(locale, pages.away_lead).to_string(),
        ),
        ErrorCode::Unavailable => (
            t_string!(locale, pages.starting_title).to_string(),
            t_string!(locale, pages.starting_lead).to_string(),
        ),
        code => (
            t_string!(locale, pages.failed_title).to_string(),
            words::error(locale, code),
        ),
    };
    bare_page(options, title, view! { <p class="lead">{lead}</p> })
}

/// The page between a form and the other site that it leads to, which the browser goes on to by itself.
/// The link is for those that do not.
pub fn leaving_page(options: &LeptosOptions, host: &str, url: &str) -> String {
    let locale = Locale::default();
    let title = t_string!(locale, leaving.title).to_string();
    let lead = t_string!(locale, leaving.lead, host = host.to_owned()).to_string();
    let link = t_string!(locale, leaving.link, host = host.to_owned()).to_string();
    let url = url.to_owned();
    let content = view! {
        <p class="lead">{lead}</p>
        <a class="button" href=url>
            {link}
        </a>
    };
    bare_page(options, title, content)
}

fn bare_page(options: &LeptosOptions, title: String, content: impl IntoView) -> String {
    let locale = Locale::default();
    let options = options.clone();
    let page = Owner::new().with(|| {
        view! {
            <html lang=locale.as_str()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <title>{title.clone()}</title>
                    <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                    <HashedStylesheet id="style" options/>
                </head>
                <body>
                    <main id="content">
                        <section class="card center">
                            <h1>{title}</h1>
                            {content}
                        </section>
                    </main>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{page}")
}
