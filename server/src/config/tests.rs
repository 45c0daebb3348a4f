use clap::{CommandFactory, Parser};

use super::*;
use crate::media::{Digest, MediaStore};

fn config(args: &[&str]) -> Config {
    Cli::parse_from(["layover"].iter().chain(args)).config
}

fn public_url(url: &str) -> Result<Url, ConfigError> {
    config(&["--public-url", url]).public_url(([127, 0, 0, 1], 3000).into())
}

#[test]
fn row_4_plain_http_is_for_this_machine_only() {
    for good in [
        "https://layover.example",
        "http://localhost:3000",
        "http://layover.localhost:3000",
        "http://[::1]:80",
    ] {
        assert!(public_url(good).is_ok(), "{good}");
    }
    for bad in [
        "http://layover.example",
        "http://192.168.1.4:3000",
        "ftp://localhost",
    ] {
        assert!(
            matches!(public_url(bad), Err(ConfigError::PublicUrl(_))),
            "{bad}"
        );
    }
}

#[test]
fn an_account_is_deleted_after_two_weeks_unless_it_is_set_otherwise() {
    assert_eq!(config(&[]).deletion_days, 14);
    assert_eq!(config(&["--layover-deletion-days", "0"]).deletion_days, 0);
}

#[test]
fn row_40_no_secret_has_a_default() {
    const SECRET: [&str; 7] = [
        "password",
        "secret",
        "token",
        "key",
        "smtp",
        "database_url",
        "cloudinary",
    ];
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        SECRET.iter().any(|part| name.contains(part))
    };
    let command = Cli::command();
    for argument in command.get_arguments() {
        let name = argument.get_id().as_str();
        let default = argument.get_default_values();
        assert!(
            !is_secret(name) || default.is_empty(),
            "{name}: {default:?}"
        );
    }
    for (file, text) in [
        (".env.example", include_str!("../../../.env.example")),
        ("compose.yaml", include_str!("../../../compose.yaml")),
        ("Dockerfile", include_str!("../../../Dockerfile")),
    ] {
        let set = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        for line in set.filter(|line| is_secret(line)) {
            // Compose asks for it and stops, or passes on what is set.
            let asks = line.contains("${POSTGRES_PASSWORD:?");
            assert!(asks || line.ends_with(":-}"), "{file}: {line}");
        }
    }
}

#[test]
fn media_are_kept_in_the_folder_or_in_a_bucket_that_is_reached_safely() {
    let store = |url: &str| {
        let keys = ["--aws-access-key-id", "k", "--aws-secret-access-key", "s"];
        config(&[&["--media-url", url][..], &keys].concat())
            .media
            .store()
    };
    assert!(matches!(store("file:"), Ok(MediaStore::Folder)));
    let Ok(MediaStore::Bucket(bucket)) = store("s3:https://s3.example.org/layover?region=eu-1")
    else {
        panic!("it is a bucket");
    };
    assert_eq!(bucket.address.as_str(), "https://s3.example.org/layover");
    assert_eq!(bucket.region, "eu-1");
    for bad in [
        "s3:http://s3.example.org/b",
        "s3:https://s3.example.org/",
        "ftp://x/y",
    ] {
        assert!(matches!(store(bad), Err(ConfigError::MediaUrl(_))), "{bad}");
    }
    let unlocked = config(&["--media-url", "s3:https://s3.example.org/b"]);
    assert!(matches!(
        unlocked.media.store(),
        Err(ConfigError::NoMediaKey)
    ));
}

#[test]
fn media_are_kept_at_cloudinary_as_its_own_libraries_would_keep_them() {
    let store = |url: &str| config(&["--cloudinary-url", url]).media.store();
    let account = |url: &str| match store(url) {
        Ok(MediaStore::Cloudinary(account)) => account,
        _ => panic!("{url} is an account"),
    };
    let plain = account("cloudinary://123:s3-cr_t@demo");
    assert_eq!(plain.api.as_str(), "https://api.cloudinary.com/v1_1/demo");
    assert_eq!(plain.delivery.as_str(), "https://res.cloudinary.com/demo");
    assert_eq!((&*plain.key, &*plain.secret), ("123", "s3-cr_t"));
    assert_eq!(plain.digest, Digest::Sha1);
    for (parameters, delivery) in [
        ("private_cdn=true", "https://demo-res.cloudinary.com/"),
        (
            "secure_distribution=m.example.org",
            "https://m.example.org/demo",
        ),
        (
            "private_cdn=true&secure_distribution=m.example.org",
            "https://m.example.org/",
        ),
        (
            "secure_distribution=http://127.0.0.1:8080/d",
            "http://127.0.0.1:8080/d",
        ),
    ] {
        let account = account(&format!("cloudinary://123:s@demo?{parameters}"));
        assert_eq!(account.delivery.as_str(), delivery);
    }
    let other = account(
        "cloudinary://123:s@demo?upload_prefix=https://api-eu.cloudinary.com&signature_algorithm=sha256",
    );
    assert_eq!(
        other.api.as_str(),
        "https://api-eu.cloudinary.com/v1_1/demo"
    );
    assert_eq!(other.digest, Digest::Sha256);
    for bad in [
        "https://123:s3cret@demo",
        "cloudinary://123@demo",
        "cloudinary://:s3cret@demo",
        "cloudinary://123:s3cret@",
        "cloudinary://123:s3cret@demo/folder",
        "cloudinary://123:s3cret@demo?upload_prefix=http://api.example.org",
        "cloudinary://123:s3cret@demo?secure_distribution=http://m.example.org",
        "cloudinary://123:s3cret@demo?signature_algorithm=md5",
    ] {
        let Err(error) = store(bad) else {
            panic!("{bad} is no account");
        };
        let told = error.to_string();
        assert!(
            told.contains("CLOUDINARY_URL") && !told.contains("s3cret"),
            "{told}"
        );
    }
    let both = [
        "--media-url",
        "file:",
        "--cloudinary-url",
        "cloudinary://1:s@demo",
    ];
    assert!(matches!(
        config(&both).media.store(),
        Err(ConfigError::TwoMediaStores)
    ));
}

#[test]
fn an_address_wins_over_a_port() {
    assert_eq!(
        config(&["--port", "4000"]).addr(),
        "127.0.0.1:4000".parse().unwrap()
    );
    let both = config(&["--port", "4000", "--layover-addr", "0.0.0.0:80"]);
    assert_eq!(both.addr(), "0.0.0.0:80".parse().unwrap());
}

#[test]
fn proxies_are_addresses_or_networks_and_may_be_none() {
    let proxies = |named: &str| config(&["--layover-proxies", named]).proxies();
    assert_eq!(proxies("").unwrap(), []);
    let both = proxies("127.0.0.1, 10.0.0.0/8,::1").unwrap();
    assert_eq!(
        both.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]
    );
    assert!(matches!(
        proxies("proxy.example"),
        Err(ConfigError::Proxy(_))
    ));
}
