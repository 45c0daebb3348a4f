//! What a message shows, as HTML: pure.
//!
//! It is written as text, and not as a view: typed elements for every kind of media would stand in the
//! first load of each room, and take several times as much of it. Whatever people or their machines have
//! given is escaped here.

use html_escape::encode_double_quoted_attribute as escaped;

use super::{Attachment, MediaKind, Variant};
use crate::words::i18n::{Locale, t_string};

/// What a picture or a video by itself fits into, in CSS pixels.
const BOX: (i64, i64) = (480, 384);

/// Of a picture no side is shown shorter than this, unless the picture is that small: the rest is cut off.
const LEAST: (i64, i64) = (96, 96);

/// What the controls of a video take.
const LEAST_OF_VIDEOS: (i64, i64) = (240, 160);

/// The most pixels of a side of [`Variant::Small`].
const SMALL: i64 = 640;

/// What stands in the list for all that a message shows: its pictures, its videos and its files. `name`
/// is that of its sender. `hidden`: none of it is loaded before it is to be seen.
pub fn gallery(i18n: Locale, media: &[Attachment], name: &str, hidden: bool) -> String {
    let of = |kind| media.iter().filter(move |one| one.kind == kind);
    let count = of(MediaKind::Image).count();
    let mut html = String::new();
    for (at, one) in of(MediaKind::Image).enumerate() {
        html += &picture(i18n, one, name, place(at, count));
    }
    if count > 1 {
        let columns = if count > 4 { " three" } else { "" };
        html = format!(r#"<div class="gallery{columns}">{html}</div>"#);
    }
    for one in of(MediaKind::Video) {
        html += &video(i18n, one, name, hidden);
    }
    for one in of(MediaKind::File) {
        html += &file(i18n, one);
    }
    html
}

/// How a picture stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    Square,
    /// Over two columns, so that the last row has no hole.
    Wide,
    /// The same over all of them.
    Whole,
}

/// Up to four pictures stand in two columns, more in three.
fn place(at: usize, count: usize) -> Place {
    let columns = if count > 4 { 3 } else { 2 };
    match (at, count) {
        (_, 1) => Place::Alone,
        (0, _) if count % columns == 1 => Place::Whole,
        (0, _) if count % columns == 2 => Place::Wide,
        _ => Place::Square,
    }
}

/// A picture, which is a link to its large form.
fn picture(i18n: Locale, one: &Attachment, name: &str, place: Place) -> String {
    let alt = if one.alt.is_empty() {
        t_string!(i18n, media.picture_from, name)
    } else {
        one.alt.clone()
    };
    let alt = escaped(&alt);
    let (width, height, cut) = fitted(one, LEAST);
    let (class, sizes) = match place {
        Place::Alone => ("tile", format!("min(85vw, {width}px)")),
        Place::Square => ("tile", "min(43vw, 15rem)".to_owned()),
        Place::Wide => ("tile wide", "min(57vw, 20rem)".to_owned()),
        Place::Whole => ("tile whole", "min(85vw, 30rem)".to_owned()),
    };
    let cut = if cut { r#" class="cut""# } else { "" };
    let (id, large, small) = (one.id, one.whole(), one.path(Variant::Small));
    // Behind what can be seen through there is no hint of it.
    let (hint, clear) = if one.is_clear() {
        (String::new(), " clear")
    } else {
        (hint(&one.placeholder), "")
    };
    let srcset = srcset(one);
    format!(
        r#"<a class="{class}{clear}" href="{large}" rel="external" data-media="{id}">{hint}<img{cut} loading="lazy" decoding="async" src="{small}"{srcset} sizes="{sizes}" width="{width}" height="{height}" alt="{alt}"></a>"#
    )
}

/// The forms of a picture that is large enough to have two.
fn srcset(one: &Attachment) -> String {
    let (width, height) = natural(one);
    let side = width.max(height);
    if side <= SMALL {
        return String::new();
    }
    let small = (width * SMALL / side).max(1);
    let (path, whole) = (one.path(Variant::Small), one.whole());
    format!(r#" srcset="{path} {small}w, {whole} {width}w""#)
}

/// What is to be seen of a picture until it is there: no address but that of a picture in itself.
fn hint(placeholder: &str) -> String {
    if placeholder.starts_with("data:image/") {
        let placeholder = escaped(placeholder);
        format!(r#"<img class="placeholder" alt="" src="{placeholder}">"#)
    } else {
        String::new()
    }
}

fn video(i18n: Locale, one: &Attachment, name: &str, hidden: bool) -> String {
    let label = if one.alt.is_empty() {
        t_string!(i18n, media.video_from, name)
    } else {
        one.alt.clone()
    };
    let label = escaped(&label);
    let (width, height, cut) = fitted(one, LEAST_OF_VIDEOS);
    let cut = if cut { r#" class="cut""# } else { "" };
    let poster = if one.poster && !hidden {
        let poster = one.path(Variant::Poster);
        format!(r#" poster="{poster}""#)
    } else {
        String::new()
    };
    let preload = if one.poster || hidden {
        "none"
    } else {
        "metadata"
    };
    let (whole, line) = (one.whole(), file(i18n, one));
    format!(
        r#"<div class="film"><video{cut} controls playsinline preload="{preload}"{poster} src="{whole}" width="{width}" height="{height}" aria-label="{label}"></video>{line}</div>"#
    )
}

/// A line that leads to the bytes, to be saved.
fn file(i18n: Locale, one: &Attachment) -> String {
    let size = size(i18n, one.size);
    let facts = match one.duration {
        Some(duration) => format!("{} · {size}", length(duration)),
        None => size,
    };
    let (whole, name) = (one.whole(), escaped(&one.name));
    let save = t_string!(i18n, media.download);
    format!(
        r#"<a class="file" href="{whole}?download" download><span class="visually-hidden">{save}</span> <span dir="auto">{name}</span> <span class="file-facts">{facts}</span></a>"#
    )
}

/// A small picture of what a message shows, if there is one.
pub fn thumbnail(media: &[Attachment]) -> String {
    let shown = media.iter().find_map(|one| match one.kind {
        MediaKind::Image => Some(one.path(Variant::Small)),
        MediaKind::Video if one.poster => Some(one.path(Variant::Poster)),
        _ => None,
    });
    shown.map_or_else(String::new, |path| {
        format!(r#"<img class="thumbnail" loading="lazy" src="{path}" alt="">"#)
    })
}

/// What a message shows, in a few words, for where it is not shown. None where it shows nothing.
pub fn summary(i18n: Locale, media: &[Attachment]) -> String {
    match media {
        [] => String::new(),
        [one] => match one.kind {
            MediaKind::Image => t_string!(i18n, media.picture).to_owned(),
            MediaKind::Video => t_string!(i18n, media.video).to_owned(),
            MediaKind::File => one.name.clone(),
        },
        many if many.iter().all(|one| one.kind == MediaKind::Image) => {
            t_string!(i18n, media.pictures, count = many.len())
        }
        many => t_string!(i18n, media.files, count = many.len()),
    }
}

fn natural(one: &Attachment) -> (i64, i64) {
    let side = |side: Option<i32>| i64::from(side.unwrap_or(320).max(1));
    (side(one.width), side(one.height))
}

/// How large it is shown by itself, and whether that is another ratio than its own.
fn fitted(one: &Attachment, least: (i64, i64)) -> (i64, i64, bool) {
    let (width, height) = natural(one);
    let scaled = |side: i64, by: i64, of: i64| ((side * by + of / 2) / of).max(1);
    let (w, h) = if width * BOX.1 > height * BOX.0 {
        let w = width.min(BOX.0);
        (w, scaled(height, w, width))
    } else {
        let h = height.min(BOX.1);
        (scaled(width, h, height), h)
    };
    // A picture is not enlarged; the controls of a video need their place.
    let most = match one.kind {
        MediaKind::Image => (width, height),
        _ => least,
    };
    let shown = (w.max(least.0.min(most.0)), h.max(least.1.min(most.1)));
    (shown.0, shown.1, shown != (w, h))
}

/// So many bytes, in words.
pub(super) fn size(i18n: Locale, bytes: i64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    if bytes < 1_000_000 {
        t_string!(i18n, media.kilobytes, count = (bytes + 999) / 1000)
    } else if tenths < 100 {
        let count = format!("{}.{}", tenths / 10, tenths % 10);
        t_string!(i18n, media.megabytes, count)
    } else {
        t_string!(i18n, media.megabytes, count = tenths / 10)
    }
}

/// So many milliseconds, as players show them.
fn length(duration: i64) -> String {
    let seconds = (duration + 500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests;
