//! What a file is, by its first bytes: what its sender says of it counts for nothing. Pure.

use image::ImageFormat;

/// How many bytes tell.
pub(super) const HEAD: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A picture that browsers send and show.
    Picture(ImageFormat),
    /// MP4, or `QuickTime`, from which it comes.
    Mp4,
    WebM,
    /// A picture that not every browser shows, and that may tell where it was taken.
    OtherPicture,
    /// Anything else, to be saved and not to be shown.
    File,
}

impl Kind {
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0xff, 0xd8, 0xff, ..] => Self::Picture(ImageFormat::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => {
                Self::Picture(ImageFormat::Png)
            }
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Picture(ImageFormat::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Self::Picture(ImageFormat::WebP),
            // TIFF and what cameras make of it, and JPEG XL.
            [b'I', b'I', b'*', 0, ..]
            | [b'M', b'M', 0, b'*', ..]
            | [0xff, 0x0a, ..]
            | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Self::OtherPicture,
            [_, _, _, _, kind @ ..] if kind.starts_with(b"ftyp") => Self::of_brand(&kind[4..]),
            // QuickTime had no brands at first.
            [_, _, _, _, kind @ ..]
                if [b"moov", b"mdat", b"wide"]
                    .iter()
                    .any(|name| kind.starts_with(*name)) =>
            {
                Self::Mp4
            }
            [0x1a, 0x45, 0xdf, 0xa3, rest @ ..] if is_webm(rest) => Self::WebM,
            _ => Self::File,
        }
    }

    fn of_brand(brand: &[u8]) -> Self {
        const PICTURES: [&[u8; 4]; 12] = [
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1",
            b"avif", b"avis", b"crx ",
        ];
        const SOUNDS: [&[u8; 4]; 3] = [b"M4A ", b"M4B ", b"M4P "];
        let is = |known: &&[u8; 4]| brand.starts_with(*known);
        if PICTURES.iter().any(is) {
            Self::OtherPicture
        } else if SOUNDS.iter().any(is) {
            Self::File
        } else {
            Self::Mp4
        }
    }
}

/// `DocType`, with a size of one byte, and its text.
fn is_webm(head: &[u8]) -> bool {
    head.windows(7).any(|window| window == b"\x42\x82\x84webm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_27_a_type_is_told_by_the_first_bytes_and_pages_are_files() {
        for (head, kind) in [
            (
                &b"\xff\xd8\xff\xe0\0\x10JFIF"[..],
                Kind::Picture(ImageFormat::Jpeg),
            ),
            (
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
                Kind::Picture(ImageFormat::Png),
            ),
            (b"GIF89a\x01\0\x01\0", Kind::Picture(ImageFormat::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::Picture(ImageFormat::WebP)),
            (b"RIFF\x10\0\0\0WAVEfmt ", Kind::File),
            (b"\0\0\0\x18ftypisom", Kind::Mp4),
            (b"\0\0\0\x14ftypqt  ", Kind::Mp4),
            (b"\0\0\0\x18ftypheic", Kind::OtherPicture),
            (b"\0\0\0\x18ftypM4A ", Kind::File),
            (b"II*\0\x08\0\0\0", Kind::OtherPicture),
            (
                b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
                Kind::WebM,
            ),
            (
                b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska",
                Kind::File,
            ),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", Kind::File),
            (b"<!doctype html><script>", Kind::File),
            (b"%PDF-1.7", Kind::File),
            (b"", Kind::File),
        ] {
            assert_eq!(Kind::of(head), kind, "{head:?}");
        }
    }
}
