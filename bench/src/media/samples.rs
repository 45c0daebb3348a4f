//! What is sent in: about 10 MB of each kind, and how it has to come back.

use std::io::Cursor;

use bytes::Bytes;
use image::{ImageReader, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Kind;
use crate::{Error, dice::Dice};

/// In bytes.
const LENGTH: usize = 10_000_000;

/// Of a picture, in pixels: 50 megapixels. What is kept of one is at most so long.
const SIDES: (u32, u32) = (8000, 6250);
const LARGE: u32 = 1600;

pub(super) struct Sample {
    kind: Kind,
    pub(super) bytes: Bytes,
    /// Of what comes back, where that is what was sent.
    digest: Vec<u8>,
}

/// Takes a while.
pub(super) fn sample(kind: Kind) -> Result<Sample, Error> {
    let bytes = match kind {
        Kind::Videos => film()?,
        Kind::Pictures => photo()?,
        Kind::Files => noise(LENGTH),
    };
    Ok(Sample {
        kind,
        digest: Sha256::digest(&bytes).to_vec(),
        bytes: bytes.into(),
    })
}

impl Sample {
    /// The form in which all of it is kept.
    pub(super) fn variant(&self) -> &'static str {
        match self.kind {
            Kind::Pictures => "large",
            Kind::Videos | Kind::Files => "original",
        }
    }

    /// Fails unless these bytes are what has to come back, and what is told of them is true.
    pub(super) fn is_kept_in(&self, bytes: &[u8], told: &Value) -> Result<(), Error> {
        let kind = match self.kind {
            Kind::Videos => "video",
            Kind::Pictures => "image",
            Kind::Files => "file",
        };
        if told["kind"] != kind {
            return Err(format!("it is taken for {}", told["kind"]).into());
        }
        if self.kind != Kind::Pictures {
            return if *Sha256::digest(bytes) == *self.digest {
                Ok(())
            } else {
                Err("other bytes come back".into())
            };
        }
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
        let image = reader.decode()?;
        let height = LARGE * SIDES.1 / SIDES.0;
        if (image.width(), image.height()) == (LARGE, height) {
            Ok(())
        } else {
            Err("another picture comes back".into())
        }
    }
}

/// What no disk and no network packs.
fn noise(length: usize) -> Vec<u8> {
    let mut dice = Dice::new(length as u64);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend(dice.roll().to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Coarse enough noise that a JPEG of it has about 10 MB.
fn photo() -> Result<Vec<u8>, Error> {
    let (width, height) = SIDES;
    let grain = noise(1 << 16);
    let image = RgbImage::from_fn(width, height, |x, y| {
        let at = (x / 11 * 31 + y / 11 * 1009) as usize % grain.len();
        let slope = |side: u32| u8::try_from(side / 40 % 256).unwrap_or_default();
        Rgb([grain[at] / 2 + 64, slope(x), slope(y)])
    });
    let mut bytes = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 80))?;
    Ok(bytes)
}

/// A video of one track and one sample, of which there is nothing to be taken out. Nobody decodes it.
fn film() -> Result<Vec<u8>, Error> {
    let mut file = boxed(b"ftyp", &[b"isom\0\0\x02\0isommp42"])?;
    let at = u32::try_from(file.len() + 8)?;
    let frames = noise(LENGTH);
    file.extend(boxed(b"mdat", &[&frames])?);
    let length = u32::try_from(frames.len())?;
    let one = 0x0001_0000;
    let header = boxed(b"mvhd", &[&numbers(&[0, 0, 0, 1000, 5000]), &[0; 80]])?;
    let matrix = numbers(&[one, 0, 0, 0, one, 0, 0, 0, 0x4000_0000]);
    let track = numbers(&[7, 0, 0, 1, 0, 5000, 0, 0, 0, 0]);
    let sides = numbers(&[1280 << 16, 720 << 16]);
    let track = boxed(b"tkhd", &[&track, &matrix, &sides])?;
    let clock = boxed(b"mdhd", &[&numbers(&[0, 0, 0, 1000, 5000, 0])])?;
    let handled = [numbers(&[0, 0]), b"vide".to_vec(), numbers(&[0; 3])].concat();
    let handled = boxed(b"hdlr", &[&handled, &[0]])?;
    let sides = [1280_u16.to_be_bytes(), 720_u16.to_be_bytes()].concat();
    let entry = boxed(b"avc1", &[&[0; 24], &sides, &[0; 50]])?;
    let tables = boxed(
        b"stbl",
        &[
            &boxed(b"stsd", &[&numbers(&[0, 1]), &entry])?,
            &boxed(b"stts", &[&numbers(&[0, 1, 1, 5000])])?,
            &boxed(b"stsc", &[&numbers(&[0, 1, 1, 1, 1])])?,
            &boxed(b"stsz", &[&numbers(&[0, 0, 1, length])])?,
            &boxed(b"stco", &[&numbers(&[0, 1, at])])?,
        ],
    )?;
    let info = boxed(b"minf", &[&tables])?;
    let media = boxed(b"mdia", &[&clock, &handled, &info])?;
    file.extend(boxed(
        b"moov",
        &[&header, &boxed(b"trak", &[&track, &media])?],
    )?);
    Ok(file)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a byte string is a reference"
)]
fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8)?;
    Ok([&length.to_be_bytes()[..], name, &body].concat())
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    let bytes = numbers.iter().flat_map(|number| number.to_be_bytes());
    bytes.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_comes_back_is_what_was_sent_or_a_picture_of_it() {
        let file = sample(Kind::Files).unwrap();
        let told = json!({"kind": "file"});
        assert_eq!(file.bytes.len(), LENGTH);
        assert!(file.is_kept_in(&file.bytes, &told).is_ok());
        assert!(file.is_kept_in(&file.bytes[1..], &told).is_err());
        assert!(
            file.is_kept_in(&file.bytes, &json!({"kind": "image"}))
                .is_err()
        );
        let picture = Sample {
            kind: Kind::Pictures,
            ..file
        };
        let mut bytes = Cursor::new(Vec::new());
        let small = RgbImage::new(1600, 1250);
        small
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .unwrap();
        let told = json!({"kind": "image"});
        assert!(picture.is_kept_in(bytes.get_ref(), &told).is_ok());
        assert!(picture.is_kept_in(b"no picture", &told).is_err());
    }

    #[test]
    fn samples_have_about_10_mb() {
        for kind in [Kind::Videos, Kind::Pictures] {
            let length = sample(kind).unwrap().bytes.len();
            assert!((8_000_000..13_000_000).contains(&length), "{length}");
        }
    }
}
