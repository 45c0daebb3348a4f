//! Videos: what they are is read, and what they tell of places is taken out.

use bytes::Bytes;
use layover::media::MediaLimits;
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    media_hostile::most_memory,
    support::{
        Database, Person, Server, Settings,
        films::{FRAMES, Film, SPOT, boxed, mp4, webm},
        pictures::{holds, photo, picture, read},
    },
};

/// What is known of something that was sent in.
async fn known(person: &Person, id: &str) -> Value {
    let told = person.uploaded(&format!("/media/uploads/{id}")).await;
    told["attachment"].clone()
}

#[tokio::test]
async fn a_video_is_known_by_its_size_and_length_and_served_in_parts() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let turned = Film {
        turned: true,
        ..Film::default()
    };
    for (bytes, mime, sides) in [
        (mp4(&Film::default()), "video/mp4", [640, 360]),
        (mp4(&turned), "video/mp4", [360, 640]),
        (webm(&Film::default(), b"V_VP9"), "video/webm", [640, 360]),
    ] {
        let id = ana.upload("clip.mov", &bytes).await;
        let media = known(&ana, &id).await;
        assert_eq!(
            (&media["kind"], &media["mime"]),
            (&json!("video"), &json!(mime))
        );
        assert_eq!(
            [&media["width"], &media["height"]],
            [&json!(sides[0]), &json!(sides[1])]
        );
        assert_eq!(media["duration"], 5000, "{mime}");
        ana.show(&room, "", &[&id]).await;
        let request = ana.request(Method::GET, &format!("/media/{id}/original"));
        let part = request
            .header(header::RANGE, "bytes=4-7")
            .send()
            .await
            .unwrap();
        assert_eq!(part.status(), 206);
        assert_eq!(part.headers()[header::CONTENT_TYPE], mime);
        assert_eq!(part.bytes().await.unwrap(), bytes[4..8]);
        assert!(holds(&ana.bytes_of(&id, "original").await, FRAMES));
    }
    server.end().await;
}

#[tokio::test]
async fn row_30_a_video_tells_no_place() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let film = Film {
        located: true,
        ..Film::default()
    };
    for bytes in [mp4(&film), webm(&film, b"V_VP8")] {
        assert!(holds(&bytes, SPOT));
        let id = ana.upload("clip.mp4", &bytes).await;
        let kept = ana.bytes_of(&id, "original").await;
        assert!(!holds(&kept, SPOT) && holds(&kept, FRAMES));
        assert_eq!(kept.len(), bytes.len());
        // What was cleaned is a video still.
        ana.upload("again.mp4", &kept).await;
    }
    server.end().await;
}

#[tokio::test]
async fn row_31_a_video_has_limits_of_size_length_and_codec() {
    let settings = Settings {
        media: MediaLimits {
            video: std::time::Duration::from_mins(1),
            ..MediaLimits::default()
        },
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let ana = server.person("ana").await;
    let film = Film::default;
    let long = Film {
        seconds: 61,
        said: 61,
        ..film()
    };
    // Its header says less than its tables.
    let liar = Film {
        said: 1,
        ..long.clone()
    };
    let unsaid = Film {
        said: 0,
        ..long.clone()
    };
    let wide = Film {
        width: 9000,
        ..film()
    };
    let prores = Film {
        codec: b"apch",
        ..film()
    };
    let encrypted = Film {
        codec: b"encv",
        ..film()
    };
    let flat = Film {
        height: 0,
        ..film()
    };
    for (bytes, code) in [
        (mp4(&long), "video_long"),
        (mp4(&liar), "video_long"),
        (webm(&long, b"V_VP9"), "video_long"),
        (webm(&liar, b"V_VP9"), "video_long"),
        (webm(&unsaid, b"V_VP9"), "video_long"),
        (mp4(&wide), "video_large"),
        (webm(&wide, b"V_VP9"), "video_large"),
        (mp4(&prores), "video_codec"),
        (mp4(&encrypted), "video_codec"),
        (webm(&film(), b"V_MPEG4/ISO/AVC"), "video_codec"),
        (mp4(&flat), "video_broken"),
    ] {
        assert_eq!(
            ana.upload_refused("clip.mp4", &bytes).await,
            (422, code.into())
        );
    }
    server.end().await;
}

#[tokio::test]
async fn a_video_that_is_cut_off_or_no_video_is_refused() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for whole in [mp4(&Film::default()), webm(&Film::default(), b"V_VP8")] {
        for cut in [60, whole.len() / 2, whole.len() - 1] {
            let refused = ana.upload_refused("clip", &whole[..cut]).await;
            assert_eq!(
                refused,
                (422, "video_broken".into()),
                "{cut} of {}",
                whole.len()
            );
        }
    }
    let refused = ana
        .upload_refused("clip", b"\0\0\0\x10ftypisom\0\0\0\0")
        .await;
    assert_eq!(refused, (422, "video_broken".into()));
    server.end().await;
}

#[tokio::test]
async fn a_still_of_a_video_is_a_picture_made_anew() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let video = ana.upload("clip.mp4", &mp4(&Film::default())).await;
    let of = [("poster_of", &*video)];
    let still = ana.begin(3, &of).await;
    let refused = ana.go_on(&still, 0, b"<p>").await;
    assert_eq!(refused.status(), 422);
    let answer = ben.try_begin(3, &of).await;
    assert_eq!(answer.status(), 404);
    assert!(known(&ana, &video).await.get("poster").is_none());
    let photo = photo(400, 200);
    let still = ana.begin(photo.len(), &of).await;
    assert_eq!(ana.go_on(&still, 0, &photo).await.status(), 204);
    let media = known(&ana, &video).await;
    assert_eq!(media["poster"], true);
    assert!(media["placeholder"].as_str().unwrap().starts_with("data:"));
    let answer = ana.fetch(&video, "poster").await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(
        read(&answer.bytes().await.unwrap()).dimensions(),
        (200, 400)
    );
    // There is one, and nobody is shown another later.
    let answer = ana.try_begin(photo.len(), &of).await;
    assert_eq!(answer.status(), 404);
    // It is part of the video, and nothing by itself.
    let still = still.rsplit('/').next().unwrap();
    assert_eq!(ana.fetch(still, "large").await.status(), 404);
    let picture = picture(9, 9, image::ImageFormat::Png);
    let picture = ana.upload("a.png", &picture).await;
    let answer = ana.try_begin(3, &[("poster_of", &*picture)]).await;
    assert_eq!(answer.status(), 404);
    server.end().await;
}

/// As large as that, at least.
fn large_mp4(film: &Film, bytes: usize) -> Vec<u8> {
    let mut file = mp4(film);
    let noise = (0..bytes).map(|at| (at.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()[0]);
    file.extend(boxed(b"mdat", &[&noise.collect::<Vec<_>>()]));
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn row_31_videos_that_come_at_once_arrive_whole_and_take_little_memory() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let bytes = Bytes::from(large_mp4(&Film::default(), 10_000_000));
    ana.upload("warm.mp4", &mp4(&Film::default())).await;
    let uploads = (0..20).map(|_| ana.begin(bytes.len(), &[]));
    let uploads = futures::future::join_all(uploads).await;
    let before = most_memory();
    let sent = uploads
        .iter()
        .map(|upload| ana.go_on_with(upload, 0, bytes.clone()));
    let sent = futures::future::join_all(sent).await;
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more");
    for (answer, upload) in sent.iter().zip(&uploads) {
        assert_eq!(answer.status(), 204);
        let id = upload.rsplit('/').next().unwrap();
        // When it was made is taken out of its head.
        let kept = ana.bytes_of(id, "original").await;
        assert!(kept.len() == bytes.len() && kept[1000..] == bytes[1000..]);
    }
    server.end().await;
}

#[tokio::test]
async fn what_people_have_seen_of_a_video_stays_what_it_is() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let video = ana.upload("a.mp4", &mp4(&Film::default())).await;
    let of = [("poster_of", &*video)];
    let photo = photo(40, 20);
    let still = ana.begin(photo.len(), &of).await;
    ana.show(&room, "", &[&video]).await;
    assert_eq!(ana.go_on(&still, 0, &photo).await.status(), 404);
    assert_eq!(ana.try_begin(photo.len(), &of).await.status(), 404);
    assert_eq!(ana.fetch(&video, "poster").await.status(), 404);
    assert_eq!(ana.fetch(&video, "original").await.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn row_31_a_video_of_countless_boxes_takes_little_memory() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let empty = b"\0\0\0\x08free".repeat(1_900_000);
    let film = [
        boxed(b"ftyp", &[b"isom\0\0\0\0"]),
        boxed(b"moov", &[&empty]),
    ]
    .concat();
    ana.upload("a.mp4", &mp4(&Film::default())).await;
    let upload = ana.begin(film.len(), &[]).await;
    let film = bytes::Bytes::from(film);
    let before = most_memory();
    let answer = ana.go_on_with(&upload, 0, film).await;
    assert_eq!(answer.status(), 422);
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more");
    server.end().await;
}
