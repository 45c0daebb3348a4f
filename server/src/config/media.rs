//! The settings of pictures, videos and files.

use std::time::Duration;

use clap::Args;
use url::Url;

use super::{ConfigError, is_safe};
use crate::media::{BucketConfig, CloudinaryConfig, Digest, MediaLimits, MediaStore};

const MEBIBYTE: u64 = 1024 * 1024;

#[derive(Debug, Clone, Args)]
pub struct MediaArgs {
    /// Where pictures, videos and files are kept: s3: and the https address of a bucket, with ?region=
    /// where it has one [default: the data folder].
    #[arg(long, env = "MEDIA_URL", global = true)]
    pub media_url: Option<String>,

    /// The key that opens the bucket.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true, global = true)]
    pub aws_access_key_id: Option<String>,

    /// The secret that belongs to the key.
    #[arg(
        long,
        env = "AWS_SECRET_ACCESS_KEY",
        hide_env_values = true,
        global = true
    )]
    pub aws_secret_access_key: Option<String>,

    /// The account at Cloudinary where they are kept in place of that:
    /// `cloudinary://KEY:SECRET@CLOUD`, as its console shows it.
    #[arg(long, env = "CLOUDINARY_URL", hide_env_values = true, global = true)]
    pub cloudinary_url: Option<String>,

    /// The largest file that people may send, in MiB.
    #[arg(
        long = "layover-media-file",
        env = "LAYOVER_MEDIA_FILE",
        default_value_t = MediaLimits::default().file / MEBIBYTE,
        global = true
    )]
    pub media_file: u64,

    /// How much of theirs each person may keep here, in MiB; 0 is no limit.
    #[arg(
        long = "layover-media-person",
        env = "LAYOVER_MEDIA_PERSON",
        default_value_t = MediaLimits::default().person / MEBIBYTE,
        global = true
    )]
    pub media_person: u64,

    /// How many files a person may be sending at once.
    #[arg(
        long = "layover-media-uploads",
        env = "LAYOVER_MEDIA_UPLOADS",
        default_value_t = MediaLimits::default().uploads,
        global = true
    )]
    pub media_uploads: u32,

    /// How many minutes a video may last.
    #[arg(
        long = "layover-media-minutes",
        env = "LAYOVER_MEDIA_MINUTES",
        default_value_t = MediaLimits::default().video.as_secs() / 60,
        global = true
    )]
    pub media_minutes: u64,
}

impl MediaArgs {
    pub(super) fn store(&self) -> Result<MediaStore, ConfigError> {
        let named = self.media_url.as_deref().unwrap_or_default();
        let account = self.cloudinary_url.as_deref().unwrap_or_default();
        match (named, account) {
            ("" | "file:", "") => Ok(MediaStore::Folder),
            ("", account) => account_of(account)
                .map(MediaStore::Cloudinary)
                .ok_or(ConfigError::CloudinaryUrl),
            (named, "") => self.bucket(named),
            _ => Err(ConfigError::TwoMediaStores),
        }
    }

    fn bucket(&self, named: &str) -> Result<MediaStore, ConfigError> {
        let wrong = || ConfigError::MediaUrl(named.to_owned());
        let url = named.strip_prefix("s3:").ok_or_else(wrong)?;
        let mut address: Url = url.parse().map_err(|_| wrong())?;
        let bucket = address.path().trim_matches('/');
        if !is_safe(&address) || bucket.is_empty() || bucket.contains('/') {
            return Err(wrong());
        }
        let region = address.query_pairs().find(|(key, _)| key == "region");
        let region = region.map_or_else(|| "us-east-1".into(), |(_, region)| region.into_owned());
        address.set_query(None);
        let set = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        Ok(MediaStore::Bucket(BucketConfig {
            address,
            region,
            key: set(&self.aws_access_key_id).ok_or(ConfigError::NoMediaKey)?,
            secret: set(&self.aws_secret_access_key).ok_or(ConfigError::NoMediaKey)?,
        }))
    }

    pub(super) fn limits(&self) -> MediaLimits {
        MediaLimits {
            file: self.media_file.saturating_mul(MEBIBYTE),
            person: self.media_person.saturating_mul(MEBIBYTE),
            uploads: self.media_uploads,
            video: Duration::from_secs(self.media_minutes.saturating_mul(60)),
            ..MediaLimits::default()
        }
    }
}

/// What `cloudinary://KEY:SECRET@CLOUD` says, with the parameters that Cloudinary's own libraries know:
/// `upload_prefix`, `secure_distribution`, `private_cdn` and `signature_algorithm`.
fn account_of(url: &str) -> Option<CloudinaryConfig> {
    let url: Url = url.parse().ok()?;
    let cloud = url.host_str()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let (key, secret) = (url.username(), url.password()?);
    if url.scheme() != "cloudinary"
        || !matches!(url.path(), "" | "/")
        || ![cloud, key, secret]
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(is_plain))
    {
        return None;
    }
    let parameter = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    };
    let api = parameter("upload_prefix").unwrap_or_else(|| "https://api.cloudinary.com".into());
    let private = parameter("private_cdn").is_some_and(|value| value == "true");
    let delivery = match parameter("secure_distribution") {
        // Of a server that is none of Cloudinary's.
        Some(named) if named.contains("://") => named,
        Some(host) if private => format!("https://{host}"),
        Some(host) => format!("https://{host}/{cloud}"),
        None if private => format!("https://{cloud}-res.cloudinary.com"),
        None => format!("https://res.cloudinary.com/{cloud}"),
    };
    let api = format!("{}/v1_1/{cloud}", api.trim_end_matches('/'));
    let [api, delivery]: [Option<Url>; 2] = [api, delivery].map(|url| {
        let url: Url = url.parse().ok()?;
        is_safe(&url).then_some(url)
    });
    Some(CloudinaryConfig {
        api: api?,
        delivery: delivery?,
        key: key.to_owned(),
        secret: secret.to_owned(),
        digest: match parameter("signature_algorithm").as_deref() {
            None | Some("sha1") => Digest::Sha1,
            Some("sha256") => Digest::Sha256,
            Some(_) => return None,
        },
    })
}
