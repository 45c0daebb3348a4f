//! Pictures that tests make, sound ones and others.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// What nobody may find in what is kept.
pub(crate) const PLACE: &[u8] = b"N52.5200E13.4050";

/// Red on its left half, and blue on its right.
pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, _| {
        Rgb(if x < width / 2 {
            [250, 0, 0]
        } else {
            [0, 0, 250]
        })
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// As a phone writes it that is held upright: turned, and with the place where it was.
pub(crate) fn photo(width: u32, height: u32) -> Vec<u8> {
    let plain = picture(width, height, ImageFormat::Jpeg);
    let exif = exif();
    let mut bytes = plain[..2].to_vec();
    for (marker, body) in [(0xe1, &exif[..]), (0xfe, PLACE)] {
        bytes.extend([0xff, marker]);
        bytes.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        bytes.extend(body);
    }
    bytes.extend(&plain[2..]);
    bytes
}

/// To be turned by a quarter, and taken at a place.
fn exif() -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    exif.extend(2_u16.to_le_bytes());
    // Orientation: 6.
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    // Where the GPS stands.
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0");
    exif.extend([0; 4]);
    exif.extend(1_u16.to_le_bytes());
    let length = u8::try_from(PLACE.len()).unwrap();
    exif.extend([0x1d, 0, 2, 0, length, 0, 0, 0, 0x38, 0, 0, 0]);
    exif.extend([0; 4]);
    exif.extend(PLACE);
    exif
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a byte string is a reference"
)]
pub(crate) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(body);
    let mut sum = flate2::Crc::new();
    sum.update(&chunk[4..]);
    chunk.extend(sum.sum().to_be_bytes());
    chunk
}

/// A PNG that says of itself that it is so large.
pub(crate) fn huge_png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 6, 0, 0, 0]);
    png.extend(chunk(b"IHDR", &header));
    png.extend(chunk(b"IDAT", b"\x78\x9c\x03\0\0\0\0\x01"));
    png.extend(chunk(b"IEND", b""));
    png
}

/// The same as a JPEG, in all at once or in several passes.
pub(crate) fn huge_jpeg(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let mut jpeg = picture(16, 16, ImageFormat::Jpeg);
    let at = jpeg
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    if progressive {
        jpeg[at + 1] = 0xc2;
    }
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// What is in them, read back.
pub(crate) fn read(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

pub(crate) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
