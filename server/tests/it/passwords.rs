//! What a password is held to.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use serde_json::json;
use sqlx::{query, query_scalar};

use crate::support::{Server, person::PASSWORD};

#[tokio::test]
async fn row_13_a_password_is_stored_as_argon2id() {
    let server = Server::start().await;
    server.person("ana").await;
    let mut db = server.database.connect().await;
    let hash = query_scalar!(r#"SELECT password_hash AS "hash!" FROM users"#)
        .fetch_one(&mut db)
        .await
        .unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    server.end().await;
}

#[tokio::test]
async fn row_13_an_outdated_hash_is_made_anew_at_sign_in() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let weak = Params::new(8 * 1024, 1, 1, None).unwrap();
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, weak);
    let weak = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    let mut db = server.database.connect().await;
    query!("UPDATE users SET password_hash = $1", weak)
        .execute(&mut db)
        .await
        .unwrap();

    ana.sign_in_again().await;
    let hash = query_scalar!(r#"SELECT password_hash AS "hash!" FROM users"#)
        .fetch_one(&mut db)
        .await
        .unwrap();
    assert!(hash.contains("m=19456,t=2,p=1"), "{hash}");
    ana.sign_in_again().await;
    server.end().await;
}

#[tokio::test]
async fn row_14_a_password_of_any_length_from_8_on_is_taken_whole() {
    let server = Server::start().await;
    let stranger = server.stranger();
    // 72 is where other hashes stop reading.
    for length in [8, 64, 73, 1024] {
        let handle = format!("ana_{length}");
        let password: String = "waiting ".chars().cycle().take(length).collect();
        let input = json!({
            "handle": handle, "email": format!("{handle}@example.org"), "password": password,
        });
        stranger.call("accounts/sign_up", input).await;
        let cut = &password[..length - 1];
        for wrong in [cut, &format!("{cut}!"), &format!("{password} ")] {
            let answer = stranger.try_sign_in(&handle, wrong).await;
            assert_eq!(answer.status(), 401, "{length}: {wrong}");
        }
        let right = stranger.try_sign_in(&handle, &password).await;
        assert_eq!(right.status(), 200, "{length}");
    }
    server.end().await;
}
