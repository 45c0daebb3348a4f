//! Files that mean harm: each is refused with its reason, or comes out harmless.

use std::io::Write;

use image::ImageFormat;
use reqwest::header;
use serde_json::json;

use crate::support::{
    Server,
    pictures::{PLACE, chunk, holds, huge_jpeg, huge_png, photo, picture, read},
};

#[tokio::test]
async fn row_27_pages_and_drawings_are_saved_and_never_shown() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for (name, bytes) in [
        (
            "page.html",
            &b"<!doctype html><script>alert(1)</script>"[..],
        ),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("page.jpg", b"<html><script src='/media/x'></script>"),
        ("a.xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?>"),
        ("a.pdf", b"%PDF-1.7 /OpenAction"),
        ("a.js", b"alert(1)"),
        ("a.zip", b"PK\x03\x04"),
        ("a.exe", b"MZ"),
    ] {
        let id = ana.upload(name, bytes).await;
        let answer = ana.fetch(&id, "original").await;
        let headers = answer.headers();
        assert_eq!(
            headers[header::CONTENT_TYPE],
            "application/octet-stream",
            "{name}"
        );
        let shown = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(shown.starts_with("attachment;"), "{name}: {shown}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.bytes().await.unwrap(), bytes);
    }
    server.end().await;
}

/// What a browser or a program might take for something else.
const PAYLOAD: &[u8] = b"*/=1;alert(1)//<script>alert(1)</script>PK\x05\x06";

#[tokio::test]
async fn row_27_what_is_two_things_at_once_comes_out_as_a_picture_alone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let plain = picture(20, 10, format);
        let mut behind = plain.clone();
        behind.extend(PAYLOAD);
        let id = ana.upload("both.html", &behind).await;
        for variant in ["small", "large"] {
            let answer = ana.fetch(&id, variant).await;
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/jpeg");
            let bytes = answer.bytes().await.unwrap();
            assert!(!holds(&bytes, b"alert"), "{format:?}");
            assert_eq!(read(&bytes).dimensions(), (20, 10));
        }
    }
    // Within a picture, where its words are.
    let plain = picture(20, 10, ImageFormat::Png);
    let words = [b"Comment\0", PAYLOAD].concat();
    let within = [&plain[..33], &chunk(b"tEXt", &words), &plain[33..]].concat();
    let id = ana.upload("words.png", &within).await;
    assert!(!holds(&ana.bytes_of(&id, "large").await, b"alert"));
    server.end().await;
}

/// The most memory that this process has had, in KiB.
pub(crate) fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn row_29_a_picture_that_is_too_large_is_refused_by_its_header() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.upload("small.png", &picture(20, 10, ImageFormat::Png))
        .await;
    let before = most_memory();
    for (what, bytes) in [
        ("60000 x 60000", huge_png(60_000, 60_000)),
        ("more than there can be", huge_png(0x7fff_ffff, 0x7fff_ffff)),
        ("a line", huge_png(40_000, 1)),
        ("65535 x 65535", huge_jpeg(65_535, 65_535, false)),
        ("49 megapixels in passes", huge_jpeg(7000, 7000, true)),
    ] {
        let refused = ana.upload_refused("bomb", &bytes).await;
        assert_eq!(refused, (422, "picture_large".into()), "{what}");
    }
    let mut gif = b"GIF89a\xff\xff\xff\xff\0\0\0".to_vec();
    gif.extend(b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0\x3b");
    let refused = ana.upload_refused("bomb.gif", &gif).await;
    assert_eq!(refused, (422, "picture_large".into()));
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more");
    server.end().await;
}

#[tokio::test]
async fn row_29_what_precedes_a_picture_takes_no_more_than_a_picture() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let plain = picture(20, 10, ImageFormat::Png);
    ana.upload("small.png", &plain).await;
    // 200 MB of colours, packed.
    let mut packed =
        flate2::write::ZlibEncoder::new(b"icc\0\0".to_vec(), flate2::Compression::best());
    for _ in 0..200 {
        packed.write_all(&vec![0; 1_000_000]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let before = most_memory();
    let within = [&plain[..33], &chunk(b"iCCP", &packed), &plain[33..]].concat();
    let upload = ana.begin(within.len(), &[]).await;
    // It is a picture without its colours, or none.
    let status = ana.go_on(&upload, 0, &within).await.status();
    assert!(status == 204 || status == 422, "{status}");
    let grown = most_memory().saturating_sub(before);
    // Less than half of what is packed: what holds it doubles until it may not, and is copied as it does.
    assert!(grown < 96 * 1024, "{grown} KiB more");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_29_pictures_that_come_at_once_take_turns() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    // 48 megapixels, which take 144 MB: all at once would take three gigabytes.
    let bytes = picture(8000, 6000, ImageFormat::Png);
    ana.upload("warm.png", &picture(20, 10, ImageFormat::Png))
        .await;
    let before = most_memory();
    let uploads = (0..20).map(|_| ana.upload("large.png", &bytes));
    let ids = futures::future::join_all(uploads).await;
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 256 * 1024, "{grown} KiB more");
    for id in ids {
        assert_eq!(
            read(&ana.bytes_of(&id, "large").await).dimensions(),
            (1600, 1200)
        );
    }
    server.end().await;
}

#[tokio::test]
async fn row_30_a_picture_tells_no_place_and_stands_upright() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let bytes = photo(400, 200);
    assert!(holds(&bytes, PLACE) && holds(&bytes, b"Exif"));
    let id = ana.upload("photo.jpg", &bytes).await;
    for variant in ["small", "large"] {
        let kept = ana.bytes_of(&id, variant).await;
        assert!(!holds(&kept, PLACE) && !holds(&kept, b"Exif"), "{variant}");
        // It was turned by a quarter: what was on its left is at its top.
        let image = read(&kept);
        assert_eq!(image.dimensions(), (200, 400));
        assert!(image.get_pixel(100, 10).0[0] > 200 && image.get_pixel(100, 390).0[2] > 200);
    }
    let plain = picture(20, 10, ImageFormat::Png);
    let words = [b"eXIf", PLACE].concat();
    let within = [
        &plain[..33],
        &chunk(b"eXIf", &words),
        &chunk(b"iTXt", PLACE),
        &plain[33..],
    ];
    let id = ana.upload("photo.png", &within.concat()).await;
    assert!(!holds(&ana.bytes_of(&id, "large").await, PLACE));
    server.end().await;
}

#[tokio::test]
async fn row_30_pictures_that_could_not_be_made_anew_are_refused() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for bytes in [
        &b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..],
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        b"II*\0\x08\0\0\0",
        b"\xff\x0a\0\0",
    ] {
        let refused = ana.upload_refused("photo", bytes).await;
        assert_eq!(refused, (422, "picture_kind".into()));
    }
    server.end().await;
}

#[tokio::test]
async fn pictures_that_are_cut_off_or_torn_are_refused_or_come_out_as_pictures() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let whole = picture(200, 100, format);
        for cut in [12, 40, whole.len() / 2] {
            let bytes = &whole[..cut.min(whole.len())];
            let upload = ana.begin(bytes.len(), &[]).await;
            let answer = ana.go_on(&upload, 0, bytes).await;
            if answer.status() == 204 {
                let id = upload.rsplit('/').next().unwrap();
                read(&ana.bytes_of(id, "large").await);
            } else {
                let error: serde_json::Value = answer.json().await.unwrap();
                assert_eq!(error["code"], "picture_broken", "{format:?} of {cut}");
            }
        }
    }
    server.end().await;
}

#[tokio::test]
async fn row_32_names_lead_nowhere() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    for (given, kept) in [
        ("../../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: a=b", "aSet-Cookie_ a=b"),
        ("\u{202e}gpj.exe", "gpj.exe"),
        ("a\";x=\".html", "a_;x=_.html"),
        ("<img src=x>", "_img src=x_"),
        ("\0", "file"),
        ("ビザ.txt", "ビザ.txt"),
    ] {
        let id = ana.upload(given, b"a").await;
        ana.show(&room, "", &[&id]).await;
        let page = ana.call("messages/page", json!({"room": room})).await;
        let last = page["messages"].as_array().unwrap().last().unwrap();
        assert_eq!(last["media"][0]["name"], kept);
        let answer = ana.fetch(&id, "original").await;
        assert_eq!(answer.status(), 200);
        let headers = answer.headers();
        assert!(headers.get(header::SET_COOKIE).is_none());
        let name = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(name.matches('"').count(), 2, "{name}");
        assert!(name.starts_with("attachment; filename=\""), "{name}");
    }
    server.end().await;
}
