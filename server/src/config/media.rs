//! The settings of pictures, videos and files.

use std::time::Duration;

use clap::Args;
use url::Url;

use super::{ConfigError, is_safe};
use crate::media::{BucketConfig, MediaLimits, MediaStore};

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
        if named.is_empty() || named == "file:" {
            return Ok(MediaStore::Folder);
        }
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
