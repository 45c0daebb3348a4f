//! Moments and days, in the reader's own zone once the page is live.
//!
//! The server does not know the reader's zone or clock: it says UTC, and the browser puts it right.

use std::time::Duration;

use leptos::prelude::*;

use crate::words::i18n::{t_string, use_i18n};

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How often what is told relative to now is told anew.
const TICK: Duration = Duration::from_secs(20);

/// The reader's clock, in milliseconds since 1970. None until the page is live.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<Option<i64>>);

impl Clock {
    /// Puts a clock into the context, which the browser winds up.
    pub fn provide() {
        let clock = Self(RwSignal::new(None));
        provide_context(clock);
        Effect::new(move || {
            clock.0.set(now());
            set_interval(
                move || {
                    clock.0.set(now());
                },
                TICK,
            );
        });
    }

    pub fn expect() -> Self {
        use_context().expect("the app provides the clock above every page")
    }

    /// The number of the day in which a moment lies: the reader's, once the page is live.
    pub fn days(self) -> impl Fn(i64) -> i64 {
        let live = Memo::new(move |_| self.0.read().is_some());
        move |at| {
            let shift = if live.get() { shift(at) } else { 0 };
            (at + shift).div_euclid(DAY)
        }
    }
}

/// When something happened: how long ago within the hour, then the time of day; all of it on
/// hovering.
#[component]
pub fn Time(
    /// Milliseconds since 1970.
    at: i64,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = Clock::expect();
    let live = live();
    let now = move || clock.0.get().filter(|_| live.get());
    let text = Memo::new(move |_| match now().map(|now| now - at) {
        None => utc(at),
        // Two clocks are never the same.
        Some(..MINUTE) => t_string!(i18n, time.now).to_owned(),
        Some(ago @ ..HOUR) => t_string!(i18n, time.minutes, count = ago / MINUTE).to_string(),
        Some(_) => local(at, &["hour", "minute"]),
    });
    let whole = move || {
        live.get()
            .then(|| local(at, &["weekday", "day", "month", "year", "hour", "minute"]))
    };
    view! { <time datetime=machine(at) title=whole>{text}</time> }
}

/// The day of a moment: today, yesterday, or its date.
#[component]
pub fn Day(
    /// Milliseconds since 1970.
    at: i64,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = Clock::expect();
    let days = clock.days();
    let live = live();
    let now = move || clock.0.get().filter(|_| live.get());
    let ago = Memo::new(move |_| now().map(|now| days(now) - days(at)));
    let text = move || match ago.get() {
        None => machine(at).get(..10).unwrap_or_default().to_owned(),
        Some(0) => t_string!(i18n, time.today).to_owned(),
        Some(1) => t_string!(i18n, time.yesterday).to_owned(),
        Some(2..300) => local(at, &["weekday", "day", "month"]),
        Some(_) => local(at, &["day", "month", "year"]),
    };
    let date = machine(at).get(..10).unwrap_or_default().to_owned();
    view! { <time datetime=date>{text}</time> }
}

/// Whether what is here has come to life. At first it has to say what the server has rendered: a page
/// whose code comes later does so when the clock has long been wound up.
fn live() -> RwSignal<bool> {
    let live = RwSignal::new(false);
    Effect::new(move || live.set(true));
    live
}

/// These parts of a moment, as people write them where the reader is.
#[cfg(feature = "hydrate")]
fn local(at: i64, parts: &[&str]) -> String {
    let options = js_sys::Object::new();
    for part in parts {
        let form = match *part {
            "weekday" | "month" => "long",
            "hour" | "minute" => "2-digit",
            _ => "numeric",
        };
        // Setting a property of an object of one's own does not fail.
        let _ = js_sys::Reflect::set(&options, &(*part).into(), &form.into());
    }
    let text = date(at).to_locale_string("default", &options);
    text.into()
}

#[cfg(not(feature = "hydrate"))]
fn local(at: i64, _: &[&str]) -> String {
    utc(at)
}

/// By how much the reader's zone is ahead of UTC at that moment, in milliseconds.
#[cfg(feature = "hydrate")]
fn shift(at: i64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "minutes of less than a day"
    )]
    let minutes = date(at).get_timezone_offset() as i64;
    -minutes * MINUTE
}

#[cfg(not(feature = "hydrate"))]
fn shift(_: i64) -> i64 {
    0
}

/// Only a browser tells its reader's time.
fn now() -> Option<i64> {
    cfg!(feature = "hydrate").then(clock)
}

#[cfg(feature = "hydrate")]
fn clock() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "exact until the year 287396"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

#[cfg(not(feature = "hydrate"))]
fn clock() -> i64 {
    0
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
