//! A moment, in the reader's own zone once the page is live.

use leptos::prelude::*;

/// The server does not know the reader's zone: it says UTC, and the browser puts it right.
#[component]
pub fn Time(
    /// Milliseconds since 1970.
    at: i64,
) -> impl IntoView {
    let text = RwSignal::new(utc(at));
    Effect::new(move || {
        if let Some(local) = local(at) {
            text.set(local);
        }
    });
    view! { <time datetime=machine(at)>{text}</time> }
}

#[cfg(feature = "hydrate")]
fn local(at: i64) -> Option<String> {
    let options = js_sys::Object::new();
    for (key, value) in [
        ("day", "numeric"),
        ("month", "short"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ] {
        js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    date(at).to_locale_string("default", &options).as_string()
}

#[cfg(not(feature = "hydrate"))]
fn local(_: i64) -> Option<String> {
    None
}

fn utc(at: i64) -> String {
    format!(
        "{} UTC",
        machine(at).get(..16).unwrap_or_default().replace('T', " ")
    )
}

#[cfg(feature = "hydrate")]
fn machine(at: i64) -> String {
    date(at).to_iso_string().into()
}

#[cfg(feature = "hydrate")]
fn date(at: i64) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "exact until the year 287396")]
    js_sys::Date::new(&(at as f64).into())
}

/// As ISO 8601 with milliseconds, the same as the browser's.
#[cfg(not(feature = "hydrate"))]
fn machine(at: i64) -> String {
    use time::{OffsetDateTime, macros::format_description};

    let form =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .ok()
        .and_then(|moment| moment.format(form).ok())
        .unwrap_or_default()
}
