//! Videos that tests make: files of which everything is there but the pictures.

/// What nobody may find in what is kept.
pub(crate) const SPOT: &[u8] = b"+52.5200+013.4050/";

/// What the frames of a track are.
pub(crate) const FRAMES: &[u8] = b"FRAMES-OF-THE-VIDEO";

/// What a video says of itself.
#[derive(Clone)]
pub(crate) struct Film {
    pub(crate) codec: &'static [u8; 4],
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// Whether a phone was held upright.
    pub(crate) turned: bool,
    pub(crate) seconds: u32,
    /// What its header says; its tables know better.
    pub(crate) said: u32,
    /// Whether it tells where it was taken, in each of the ways there are.
    pub(crate) located: bool,
}

impl Default for Film {
    fn default() -> Self {
        Self {
            codec: b"avc1",
            width: 640,
            height: 360,
            turned: false,
            seconds: 5,
            said: 5,
            located: false,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a byte string is a reference"
)]
pub(crate) fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut whole = u32::try_from(body.len() + 8)
        .unwrap()
        .to_be_bytes()
        .to_vec();
    whole.extend(name);
    whole.extend(body);
    whole
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

const SCALE: u32 = 1000;

fn header(seconds: u32) -> Vec<u8> {
    let times = numbers(&[0, 77, 77, SCALE, seconds * SCALE]);
    boxed(b"mvhd", &[&times, &[0; 80]])
}

/// A track whose one sample stands there in the file.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a byte string is a reference"
)]
fn track(film: &Film, id: u32, handler: &[u8; 4], entry: &[u8], at: u32, length: usize) -> Vec<u8> {
    let one = 0x0001_0000;
    let matrix = if film.turned {
        [0, one, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000]
    } else {
        [one, 0, 0, 0, one, 0, 0, 0, 0x4000_0000]
    };
    let sides = [u32::from(film.width) << 16, u32::from(film.height) << 16];
    let track = numbers(&[7, 77, 77, id, 0, film.said * SCALE, 0, 0, 0, 0]);
    let track = boxed(b"tkhd", &[&track, &numbers(&matrix), &numbers(&sides)]);
    let clock = boxed(
        b"mdhd",
        &[&numbers(&[0, 77, 77, SCALE, film.said * SCALE, 0])],
    );
    let before = [numbers(&[0, 0]), handler.to_vec(), numbers(&[0; 3])].concat();
    let handled = boxed(b"hdlr", &[&before, SPOT, &[0]]);
    let length = u32::try_from(length).unwrap();
    let tables = boxed(
        b"stbl",
        &[
            &boxed(b"stsd", &[&numbers(&[0, 1]), entry]),
            &boxed(b"stts", &[&numbers(&[0, 1, 1, film.seconds * SCALE])]),
            &boxed(b"stsc", &[&numbers(&[0, 1, 1, 1, 1])]),
            &boxed(b"stsz", &[&numbers(&[0, 0, 1, length])]),
            &boxed(b"stco", &[&numbers(&[0, 1, at])]),
        ],
    );
    let media = boxed(b"mdia", &[&clock, &handled, &boxed(b"minf", &[&tables])]);
    let mut parts = vec![track, media];
    if film.located {
        let spot = boxed(b"\xa9xyz", &[&[0, 18, 0x15, 0xc7], SPOT]);
        parts.push(boxed(b"udta", &[&spot]));
    }
    boxed(b"trak", &[&parts.concat()])
}

/// How a picture of a track is packed.
fn described(film: &Film) -> Vec<u8> {
    let sides = [film.width.to_be_bytes(), film.height.to_be_bytes()].concat();
    boxed(film.codec, &[&[0; 24], &sides, &[0; 50]])
}

pub(crate) fn mp4(film: &Film) -> Vec<u8> {
    let mut file = boxed(b"ftyp", &[b"isom\0\0\x02\0isommp42"]);
    let first = u32::try_from(file.len() + 8).unwrap();
    let frames = u32::try_from(FRAMES.len()).unwrap();
    let path: &[u8] = if film.located { SPOT } else { b"" };
    file.extend(boxed(b"mdat", &[FRAMES, path]));
    let mut movie = vec![header(film.said)];
    movie.push(track(
        film,
        1,
        b"vide",
        &described(film),
        first,
        FRAMES.len(),
    ));
    if film.located {
        let entry = boxed(b"mebx", &[&[0; 8]]);
        movie.push(track(film, 2, b"meta", &entry, first + frames, SPOT.len()));
        let spot = boxed(b"\xa9xyz", &[&[0, 18, 0x15, 0xc7], SPOT]);
        movie.push(boxed(b"udta", &[&spot]));
        movie.push(boxed(
            b"meta",
            &[b"com.apple.quicktime.location.ISO6709", SPOT],
        ));
        file.extend(boxed(b"uuid", &[&[7; 16], SPOT]));
        file.extend(boxed(b"free", &[SPOT]));
        file.extend(boxed(b"meta", &[SPOT]));
    }
    file.extend(boxed(b"moov", &[&movie.concat()]));
    file
}

fn element(id: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut whole = id.to_vec();
    whole.push(0x01);
    whole.extend(&(body.len() as u64).to_be_bytes()[1..]);
    whole.extend(body);
    whole
}

/// The same as `WebM`. Its end is told by its last block where `said` is nothing.
pub(crate) fn webm(film: &Film, codec: &[u8]) -> Vec<u8> {
    let [width, height] = [film.width.to_be_bytes(), film.height.to_be_bytes()];
    let mut info = vec![
        element(b"\x2a\xd7\xb1", &[&1_000_000_u32.to_be_bytes()]),
        element(b"\x4d\x80", &[b"tests"]),
        element(b"\x57\x41", &[b"tests"]),
    ];
    if film.said > 0 {
        let units = f64::from(film.said * SCALE);
        info.push(element(b"\x44\x89", &[&units.to_be_bytes()]));
    }
    let mut segment = Vec::new();
    if film.located {
        info.push(element(b"\x7b\xa9", &[SPOT]));
        let tag = element(b"\x73\x73", &[&element(b"\x67\xc8", &[SPOT])]);
        segment.push(element(b"\x12\x54\xc3\x67", &[&tag]));
        segment.push(element(b"\x19\x41\xa4\x69", &[SPOT]));
        segment.push(element(b"\xec", &[SPOT]));
    }
    segment.push(element(b"\x15\x49\xa9\x66", &[&info.concat()]));
    let sides = [element(b"\xb0", &[&width]), element(b"\xba", &[&height])].concat();
    let track = [
        element(b"\xd7", &[&[1]]),
        element(b"\x83", &[&[1]]),
        element(b"\x86", &[codec]),
        element(b"\xe0", &[&sides]),
    ];
    segment.push(element(
        b"\x16\x54\xae\x6b",
        &[&element(b"\xae", &[&track.concat()])],
    ));
    let time = film.seconds * SCALE;
    let cluster = [
        element(b"\xe7", &[&time.to_be_bytes()]),
        element(b"\xa3", &[b"\x81\0\0\x80", FRAMES]),
    ];
    segment.push(element(b"\x1f\x43\xb6\x75", &[&cluster.concat()]));
    let kind = [element(b"\x42\x86", &[&[1]]), b"\x42\x82\x84webm".to_vec()];
    let mut file = element(b"\x1a\x45\xdf\xa3", &[&kind.concat()]);
    file.extend(element(b"\x18\x53\x80\x67", &[&segment.concat()]));
    file
}
