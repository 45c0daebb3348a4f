use uuid::Uuid;

use super::*;
use crate::ids::MediaId;

fn image(width: i32, height: i32) -> Attachment {
    Attachment {
        id: MediaId(Uuid::from_u128(1)),
        kind: MediaKind::Image,
        name: "IMG_1.jpeg".to_owned(),
        mime: "image/jpeg".to_owned(),
        width: Some(width),
        height: Some(height),
        size: 1000,
        placeholder: "data:image/webp;base64,AA".to_owned(),
        alt: String::new(),
        duration: None,
        poster: false,
    }
}

fn film() -> Attachment {
    Attachment {
        kind: MediaKind::Video,
        name: "film.mp4".to_owned(),
        mime: "video/mp4".to_owned(),
        duration: Some(65_000),
        ..image(1920, 1080)
    }
}

fn letter() -> Attachment {
    Attachment {
        kind: MediaKind::File,
        name: "letter.pdf".to_owned(),
        mime: "application/pdf".to_owned(),
        size: 1_234_567,
        ..image(1, 1)
    }
}

fn shown(media: &[Attachment]) -> String {
    gallery(Locale::default(), media, "ana", false)
}

#[test]
fn a_picture_leads_to_its_large_form_and_has_its_place_before_it_is_there() {
    let html = shown(&[image(1600, 800)]);
    let id = image(1, 1).id;
    for part in [
        format!(r#"<a class="tile" href="/media/{id}/large" rel="external" data-media="{id}">"#),
        r#"<img class="placeholder" alt="" src="data:image/webp;base64,AA">"#.to_owned(),
        format!(r#"src="/media/{id}/small""#),
        format!(r#"srcset="/media/{id}/small 640w, /media/{id}/large 1600w""#),
        r#"sizes="min(85vw, 480px)" width="480" height="240" alt="Picture from ana">"#.to_owned(),
        r#"<img loading="lazy" decoding="async""#.to_owned(),
    ] {
        assert!(html.contains(&part), "{part} in {html}");
    }
    assert!(!html.contains("style="), "no browser would apply it");
}

#[test]
fn a_strip_is_offered_as_broad_as_it_is() {
    let html = shown(&[image(576, 4800)]);
    assert!(
        html.contains("/small 76w,") && html.contains("/large 576w"),
        "{html}"
    );
}

#[test]
fn a_small_picture_has_one_form_and_one_that_can_be_seen_through_nothing_behind_it() {
    assert!(!shown(&[image(640, 480)]).contains("srcset"));
    let clear = Attachment {
        mime: "image/webp".to_owned(),
        ..image(640, 480)
    };
    let html = shown(&[clear]);
    assert!(!html.contains("placeholder") && html.contains(r#"class="tile clear""#));
}

#[test]
fn a_picture_fits_its_box_and_is_cut_rather_than_a_thread() {
    for (natural, expected) in [
        ((1600, 1200), (480, 360, false)),
        ((1200, 1600), (288, 384, false)),
        ((300, 200), (300, 200, false)),
        ((16, 16), (16, 16, false)),
        ((1600, 100), (480, 96, true)),
        ((60, 1600), (60, 384, true)),
        ((200, 1600), (96, 384, true)),
        ((1600, 1), (480, 1, false)),
        ((0, -5), (1, 1, false)),
    ] {
        let (width, height) = natural;
        assert_eq!(
            fitted(&image(width, height), LEAST),
            expected,
            "{natural:?}"
        );
    }
    let sideless = Attachment {
        width: None,
        height: None,
        ..image(1, 1)
    };
    assert_eq!(fitted(&sideless, LEAST), (320, 320, false));
}

#[test]
fn several_pictures_leave_no_hole() {
    for (count, columns, first) in [
        (2, 2, 1),
        (3, 2, 2),
        (4, 2, 1),
        (5, 3, 2),
        (6, 3, 1),
        (7, 3, 3),
        (8, 3, 2),
        (9, 3, 1),
        (10, 3, 3),
    ] {
        let columns_of = |at| match place(at, count) {
            Place::Alone => unreachable!("there are several"),
            Place::Square => 1,
            Place::Wide => 2,
            Place::Whole => columns,
        };
        // Of two columns the whole is what is wide.
        assert_eq!(columns_of(0), first, "{count}");
        let cells: usize = (0..count).map(columns_of).sum();
        assert_eq!(cells % columns, 0, "{count}");
        let html = shown(&vec![image(800, 800); count]);
        assert_eq!(html.contains("gallery three"), columns == 3, "{count}");
    }
}

#[test]
fn a_video_has_controls_and_loads_nothing_but_a_still_before_it_is_played() {
    let id = film().id;
    let bare = shown(&[film()]);
    for part in [
        " controls playsinline",
        r#"preload="metadata""#,
        r#"width="480" height="270""#,
        r#"aria-label="Video from ana""#,
        "1:05 · 1 KB",
        "original?download",
    ] {
        assert!(bare.contains(part), "{part} in {bare}");
    }
    let posed = Attachment {
        poster: true,
        ..film()
    };
    let html = shown(std::slice::from_ref(&posed));
    assert!(html.contains(r#"preload="none""#));
    assert!(html.contains(&format!(r#"poster="/media/{id}/poster""#)));
    let upright = Attachment {
        width: Some(90),
        height: Some(160),
        ..film()
    };
    assert!(shown(&[upright]).contains(r#"<video class="cut" controls"#));
}

#[test]
fn what_is_hidden_loads_nothing() {
    let posed = Attachment {
        poster: true,
        ..film()
    };
    let html = gallery(Locale::default(), &[posed, image(9, 9)], "ana", true);
    assert!(!html.contains("poster=") && html.contains(r#"preload="none""#));
    assert_eq!(
        html.matches("<img").count() - 1,
        html.matches("loading=\"lazy\"").count()
    );
}

#[test]
fn a_file_is_a_line_with_its_name_and_its_size() {
    let html = shown(&[letter()]);
    assert!(
        html.contains(r#"<span dir="auto">letter.pdf</span>"#),
        "{html}"
    );
    assert!(html.contains("1.2 MB") && html.contains(r#"?download" download>"#));
    assert!(!html.contains("<img"));
}

#[test]
fn sizes_and_lengths_are_said_in_words() {
    let locale = Locale::default();
    for (bytes, words) in [
        (1, "1 KB"),
        (999_999, "1000 KB"),
        (1_000_000, "1.0 MB"),
        (9_960_000, "10 MB"),
        (123_400_000, "123 MB"),
    ] {
        assert_eq!(size(locale, bytes), words);
    }
    for (milliseconds, words) in [(400, "0:00"), (59_600, "1:00"), (3_723_000, "1:02:03")] {
        assert_eq!(length(milliseconds), words);
    }
}

#[test]
fn a_quote_says_what_a_message_without_words_shows() {
    let locale = Locale::default();
    let of = |media: &[Attachment]| summary(locale, media);
    assert_eq!(of(&[]), "");
    assert_eq!(of(&[image(1, 1)]), "Picture");
    assert_eq!(of(&[image(1, 1), image(1, 1)]), "2 pictures");
    assert_eq!(of(&[film()]), "Video");
    assert_eq!(of(&[letter()]), "letter.pdf");
    assert_eq!(of(&[letter(), image(1, 1)]), "2 files");
    assert!(thumbnail(&[letter(), image(1, 1)]).contains("/small"));
    assert_eq!(thumbnail(&[film(), letter()]), "");
}

/// Whatever breaks out of an attribute or a text.
const CORPUS: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus='alert(1)",
    "\" onmouseover=\"alert(1)\" x=\"",
    "</a><svg/onload=alert(1)>",
    "</span><iframe srcdoc=\"<script>alert(1)</script>\">",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml,\"><script>alert(1)</script>",
    "&quot;&gt;&lt;script&gt; --><!-- ]]>",
];

#[test]
fn row_35_what_media_are_called_is_words() {
    // What makes elements and attributes, whatever the words are.
    let shape = |html: &str| {
        let signs = html.matches(['<', '>', '"']);
        signs.collect::<String>()
    };
    for words in CORPUS {
        for one in [image(800, 800), film(), letter()] {
            let with = |words: &str| {
                let one = Attachment {
                    name: words.to_owned(),
                    mime: words.to_owned(),
                    alt: words.to_owned(),
                    ..one.clone()
                };
                gallery(Locale::default(), &[one], words, false)
            };
            assert_eq!(shape(&with(words)), shape(&with("words")), "{words}");
            let unnamed = Attachment {
                alt: String::new(),
                ..one
            };
            let by = |name: &str| {
                gallery(
                    Locale::default(),
                    std::slice::from_ref(&unnamed),
                    name,
                    false,
                )
            };
            assert_eq!(shape(&by(words)), shape(&by("ana")), "{words}");
        }
    }
}

#[test]
fn row_35_a_placeholder_is_a_picture_in_itself_or_nothing() {
    for placeholder in CORPUS {
        let one = Attachment {
            placeholder: placeholder.to_owned(),
            ..image(800, 800)
        };
        let html = shown(&[one]);
        assert!(!html.contains("<script"), "{html}");
        let is_one = placeholder.starts_with("data:image/");
        assert_eq!(html.contains("placeholder"), is_one, "{html}");
    }
}
