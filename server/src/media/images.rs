//! Pictures are made anew: what is kept has the pixels of what came in, and nothing else of it.
//!
//! Invariant: what a picture takes is known, from its header, before any of it is decoded.

mod frames;

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use app::error::ErrorCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    imageops,
    metadata::Orientation,
};

use self::frames::frame;
use crate::error::Error;

/// What all pictures that are made anew at once may take, in MiB.
pub(super) const MEMORY: usize = 224;

const MIB: u64 = 1024 * 1024;

/// The most pixels of a picture, and the most on either side.
const MOST_PIXELS: u64 = 50_000_000;
const MOST_SIDE: u32 = 30_000;

/// The most bytes of one: some decoders read it whole.
pub(super) const MOST_BYTES: u64 = 48 * MIB;

/// What else a picture takes, in bytes: its smaller forms.
const BESIDES: u64 = 16 * MIB;

const LARGE: u32 = 1600;
/// What is longer than twice its breadth, such as a screenshot of a whole page, is kept as broad as this and as
/// long as that at most, with no more pixels than a square: it is to be read.
const STRIP: (u32, u32) = (LARGE / 2, 3 * LARGE);
const SMALL: u32 = 640;
const TINY: u32 = 12;

/// The sides of the forms of somebody's picture.
const PORTRAIT: u32 = 512;
const FACE: u32 = 128;

/// From 1 to 100.
const QUALITY: u8 = 82;

/// What is to be known of a picture before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    format: ImageFormat,
    /// What making it anew takes, in MiB.
    pub(super) cost: u32,
}

/// A picture as it was made anew.
pub(super) struct Picture {
    pub(super) large: PathBuf,
    pub(super) small: PathBuf,
    pub(super) mime: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) placeholder: String,
}

/// Reads the header of a picture. Refuses what is larger than any may be.
pub(super) fn look(path: &Path, format: ImageFormat) -> Result<Header, Error> {
    let bytes = File::open(path)?.metadata()?.len();
    if bytes > MOST_BYTES {
        return Err(ErrorCode::PictureLarge.into());
    }
    let (width, height, each) = if format == ImageFormat::Jpeg {
        let frame = frame(&mut BufReader::new(File::open(path)?))?;
        let frame = frame.ok_or(ErrorCode::PictureBroken)?;
        (frame.width, frame.height, frame.bytes_a_pixel())
    } else {
        // What precedes the picture takes no more than what stands beside it.
        let decoder = open(path, format, BESIDES).map_err(refusal)?;
        let (width, height) = decoder.dimensions();
        let each = u64::from(decoder.color_type().bytes_per_pixel());
        // What these keep besides the picture itself.
        let more = match format {
            ImageFormat::WebP => 4,
            ImageFormat::Gif => 5,
            _ => 0,
        };
        (width, height, each + more)
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(ErrorCode::PictureBroken.into());
    }
    if pixels > MOST_PIXELS || width.max(height) > MOST_SIDE {
        return Err(ErrorCode::PictureLarge.into());
    }
    let cost = (pixels * each + bytes + BESIDES).div_ceil(MIB);
    let cost = u32::try_from(cost).unwrap_or(u32::MAX);
    if cost as usize > MEMORY {
        return Err(ErrorCode::PictureLarge.into());
    }
    Ok(Header { format, cost })
}

/// The decoder takes at most so many bytes.
fn open(
    path: &Path,
    format: ImageFormat,
    most: u64,
) -> Result<impl ImageDecoder + use<>, ImageError> {
    let mut reader = ImageReader::open(path)?;
    reader.set_format(format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(most);
    reader.limits(limits);
    reader.into_decoder()
}

fn refusal(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => ErrorCode::PictureLarge.into(),
        ImageError::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            // Decoders say so, too, of what they cannot read.
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a picture is broken"
            );
            ErrorCode::PictureBroken.into()
        }
        _ => ErrorCode::PictureBroken.into(),
    }
}

/// Decodes a picture and writes its forms beside it: of a portrait the middle alone. Takes what [`look`]
/// has said of memory, and a while.
pub(super) fn make(path: &Path, header: Header, portrait: bool) -> Result<Picture, Error> {
    let most = u64::from(header.cost) * MIB;
    let mut decoder = open(path, header.format, most).map_err(refusal)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    let (whole, least) = if portrait {
        (middle(whole), FACE)
    } else {
        (fitted(whole), SMALL)
    };
    let mut large = plain(whole);
    large.apply_orientation(orientation);
    let mime = if large.color().has_alpha() {
        "image/webp"
    } else {
        "image/jpeg"
    };
    let large_path = path.with_extension("large");
    write(&large, &large_path)?;
    let (width, height) = (large.width(), large.height());
    let small = shrunk(large, least);
    let small_path = path.with_extension("small");
    write(&small, &small_path)?;
    Ok(Picture {
        large: large_path,
        small: small_path,
        mime,
        width,
        height,
        placeholder: placeholder(small)?,
    })
}

/// The square in the middle, shrunk, without a copy of it in its whole size.
fn middle(image: DynamicImage) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let side = width.min(height);
    let (x, y) = ((width - side) / 2, (height - side) / 2);
    let square = imageops::crop_imm(&image, x, y, side, side);
    let square = if side <= PORTRAIT {
        square.to_image()
    } else {
        imageops::thumbnail(&*square, PORTRAIT, PORTRAIT)
    };
    square.into()
}

/// The larger form.
fn fitted(image: DynamicImage) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let (short, long) = (width.min(height), width.max(height));
    if long <= 2 * short {
        return shrunk(image, LARGE);
    }
    let most = u64::from(LARGE).pow(2);
    let side = |of: u32, by: u32, longest: u32| {
        let side = (most * u64::from(of) / u64::from(by)).isqrt();
        u32::try_from(side).unwrap_or(longest).min(longest)
    };
    let (breadth, length) = (side(short, long, STRIP.0), side(long, short, STRIP.1));
    if short <= breadth && long <= length {
        image
    } else if width < height {
        image.thumbnail(breadth, length)
    } else {
        image.thumbnail(length, breadth)
    }
}

/// Averages pixels, without another copy of the whole.
fn shrunk(image: DynamicImage, side: u32) -> DynamicImage {
    if image.width().max(image.height()) <= side {
        image
    } else {
        image.thumbnail(side, side)
    }
}

/// Eight bits a channel, and transparency only where something is transparent.
fn plain(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        let image = image.into_rgba8();
        if image.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
            return image.into();
        }
        return DynamicImage::from(image).into_rgb8().into();
    }
    image.into_rgb8().into()
}

fn write(image: &DynamicImage, path: &Path) -> Result<(), Error> {
    let mut file = BufWriter::new(File::create(path)?);
    if image.color().has_alpha() {
        webp(image, &mut file)?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
        image.write_with_encoder(encoder).map_err(unwritten)?;
    }
    file.flush()?;
    Ok(())
}

fn webp(image: &DynamicImage, to: &mut impl Write) -> Result<(), Error> {
    let color = if image.color().has_alpha() {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    WebPEncoder::new_lossless(to)
        .encode(image.as_bytes(), image.width(), image.height(), color)
        .map_err(unwritten)
}

fn unwritten(error: ImageError) -> Error {
    match error {
        ImageError::IoError(error) => error.into(),
        error => io::Error::other(error).into(),
    }
}

/// A few pixels as a data URL.
fn placeholder(image: DynamicImage) -> Result<String, Error> {
    let mut bytes = Vec::new();
    webp(&shrunk(image, TINY), &mut bytes)?;
    Ok(format!("data:image/webp;base64,{}", STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};
    use tempfile::TempDir;

    use super::*;

    fn written(folder: &TempDir, image: DynamicImage, format: ImageFormat) -> PathBuf {
        let path = folder.path().join("picture");
        image.save_with_format(&path, format).unwrap();
        path
    }

    #[test]
    fn a_picture_is_made_in_two_sizes_and_hinted_at() {
        let folder = TempDir::new().unwrap();
        let image = RgbImage::from_fn(2000, 1000, |x, _| {
            Rgb(if x < 1000 { [250, 0, 0] } else { [0, 0, 250] })
        });
        let path = written(&folder, image.into(), ImageFormat::Png);
        let header = look(&path, ImageFormat::Png).unwrap();
        let made = make(&path, header, false).unwrap();
        assert_eq!(
            (made.width, made.height, made.mime),
            (1600, 800, "image/jpeg")
        );
        let read = |path: &Path| {
            let reader = ImageReader::open(path).unwrap();
            reader
                .with_guessed_format()
                .unwrap()
                .decode()
                .unwrap()
                .into_rgb8()
        };
        let small = read(&made.small);
        assert_eq!(small.dimensions(), (640, 320));
        assert!(small.get_pixel(10, 10).0[0] > 200 && small.get_pixel(630, 10).0[2] > 200);
        assert_eq!(read(&made.large).dimensions(), (1600, 800));
        assert!(made.placeholder.len() < 400, "{}", made.placeholder.len());
    }

    #[test]
    fn a_screenshot_of_a_long_page_can_still_be_read() {
        for (natural, kept) in [
            ((1080, 9000), (554, 4617)),
            ((1080, 2400), (800, 1778)),
            ((9000, 1080), (4617, 554)),
            ((700, 3600), (700, 3600)),
            ((2000, 1001), (1600, 801)),
        ] {
            let folder = TempDir::new().unwrap();
            let image = RgbImage::new(natural.0, natural.1);
            let path = written(&folder, image.into(), ImageFormat::Png);
            let header = look(&path, ImageFormat::Png).unwrap();
            let made = make(&path, header, false).unwrap();
            assert_eq!((made.width, made.height), kept, "{natural:?}");
            assert!(made.width * made.height <= LARGE * LARGE);
        }
    }

    #[test]
    fn of_a_portrait_the_middle_is_kept_as_a_square() {
        let folder = TempDir::new().unwrap();
        let image = RgbImage::from_fn(3000, 1000, |x, _| {
            Rgb(if (1000..2000).contains(&x) {
                [250, 0, 0]
            } else {
                [0, 0, 250]
            })
        });
        let path = written(&folder, image.into(), ImageFormat::Png);
        let header = look(&path, ImageFormat::Png).unwrap();
        let made = make(&path, header, true).unwrap();
        assert_eq!((made.width, made.height), (512, 512));
        let reader = ImageReader::open(&made.small).unwrap();
        let reader = reader.with_guessed_format().unwrap();
        let small = reader.decode().unwrap().into_rgb8();
        assert_eq!(small.dimensions(), (128, 128));
        for (x, y) in [(2, 2), (125, 125)] {
            assert!(small.get_pixel(x, y).0[0] > 200, "{x} {y}");
        }
    }

    #[test]
    fn what_shines_through_stays_so_and_what_does_not_becomes_a_jpeg() {
        let folder = TempDir::new().unwrap();
        for (alpha, mime) in [(100, "image/webp"), (255, "image/jpeg")] {
            let image = RgbaImage::from_pixel(30, 20, Rgba([9, 9, 9, alpha]));
            let path = written(&folder, image.into(), ImageFormat::Png);
            let header = look(&path, ImageFormat::Png).unwrap();
            assert_eq!(make(&path, header, false).unwrap().mime, mime);
        }
    }
}
