//! The settings of pictures, videos and files.

use std::time::Duration;

use clap::Args;

use crate::media::MediaLimits;

const MEBIBYTE: u64 = 1024 * 1024;

#[derive(Debug, Clone, Args)]
pub struct MediaArgs {
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
