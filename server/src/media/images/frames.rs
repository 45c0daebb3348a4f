//! What a JPEG says of itself before its picture begins.

use std::io::{self, BufRead, Seek};

/// What the frame header of a JPEG says.
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    components: u8,
    progressive: bool,
}

impl Frame {
    /// What decoding it takes.
    pub(super) fn bytes_a_pixel(&self) -> u64 {
        let components = u64::from(self.components.clamp(1, 4));
        // Until all of a progressive one has come, each value is kept in two bytes.
        components.min(3) + if self.progressive { 2 * components } else { 0 }
    }
}

/// Looks for the frame header, reading past what precedes it.
pub(super) fn frame(file: &mut (impl BufRead + Seek)) -> io::Result<Option<Frame>> {
    let mut start = [0; 2];
    file.read_exact(&mut start)?;
    loop {
        let mut marker = [0; 2];
        if file.read_exact(&mut marker).is_err() || marker[0] != 0xff {
            return Ok(None);
        }
        while marker[1] == 0xff {
            if file.read_exact(&mut marker[1..]).is_err() {
                return Ok(None);
            }
        }
        match marker[1] {
            0x01 | 0xd0..=0xd8 => {}
            // The picture itself, or its end.
            0xd9 | 0xda => return Ok(None),
            kind => {
                let mut head = [0; 8];
                if file.read_exact(&mut head).is_err() {
                    return Ok(None);
                }
                let [high, low, _, rest @ ..] = head;
                if matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
                    let [h1, h0, w1, w0, components] = rest;
                    return Ok(Some(Frame {
                        width: u16::from_be_bytes([w1, w0]).into(),
                        height: u16::from_be_bytes([h1, h0]).into(),
                        components,
                        progressive: !matches!(kind, 0xc0 | 0xc1),
                    }));
                }
                let length = i64::from(u16::from_be_bytes([high, low]));
                file.seek_relative(length - 8)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_says_how_large_it_is_behind_whatever_precedes_it() {
        let mut bytes = b"\xff\xd8\xff\xe1\x00\x08GARBAG".to_vec();
        bytes.extend(b"\xff\xff\xc2\x00\x11\x08\x01\x00\x02\x00\x03");
        let found = frame(&mut io::Cursor::new(bytes)).unwrap().unwrap();
        assert_eq!((found.width, found.height), (512, 256));
        assert!(found.progressive);
        assert_eq!(found.bytes_a_pixel(), 9);
    }
}
