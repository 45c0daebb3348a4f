//! From picture to picture: pure.

/// How far a pointer goes to turn to another picture, or to put it away, in CSS pixels.
const FAR: i32 = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Back,
    On,
    First,
    Last,
    /// Back to the page.
    Away,
}

impl Move {
    /// What a key means. `mirrored`: the page runs from right to left.
    pub(super) fn of_key(key: &str, mirrored: bool) -> Option<Self> {
        Some(match (key, mirrored) {
            ("ArrowLeft", false) | ("ArrowRight", true) => Self::Back,
            ("ArrowRight", false) | ("ArrowLeft", true) => Self::On,
            ("Home", _) => Self::First,
            ("End", _) => Self::Last,
            _ => return None,
        })
    }
}

/// What a pointer means that has gone this far: the picture follows it.
pub(super) fn moved(x: i32, y: i32, mirrored: bool) -> Option<Move> {
    if x.abs() >= FAR && x.abs() > 2 * y.abs() {
        Some(if (x > 0) == mirrored {
            Move::On
        } else {
            Move::Back
        })
    } else if y >= FAR && y > 2 * x.abs() {
        Some(Move::Away)
    } else {
        None
    }
}

/// Where a move leads in a list of `count`, if it leads anywhere else.
pub(super) fn place_after(to: Move, at: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let next = match to {
        Move::Back => at.checked_sub(1)?,
        Move::On => at + 1,
        Move::First => 0,
        Move::Last => last,
        Move::Away => return None,
    };
    (next != at && next <= last).then_some(next)
}

/// Where a point of an image is in the picture that is drawn in it, from 0 to 1 of its sides. None where
/// the image is wider or higher than the picture.
pub(super) fn drawn(
    point: (i32, i32),
    image: (i32, i32),
    natural: (i32, i32),
) -> Option<(f64, f64)> {
    let [x, y, w, h, width, height] =
        [point.0, point.1, image.0, image.1, natural.0, natural.1].map(f64::from);
    let scale = (w / width).min(h / height);
    let of = |at: f64, shown: f64, side: f64| {
        let drawn = side * scale;
        let part = (at - (shown - drawn) / 2.0) / drawn;
        (0.0..=1.0).contains(&part).then_some(part)
    };
    Some((of(x, w, width)?, of(y, h, height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_lead_from_picture_to_picture_and_not_beyond() {
        for (to, at, expected) in [
            (Move::Back, 2, Some(1)),
            (Move::Back, 0, None),
            (Move::On, 2, Some(3)),
            (Move::On, 4, None),
            (Move::First, 2, Some(0)),
            (Move::First, 0, None),
            (Move::Last, 2, Some(4)),
            (Move::Away, 2, None),
        ] {
            assert_eq!(place_after(to, at, 5), expected, "{to:?} from {at}");
        }
        assert_eq!(place_after(Move::On, 0, 0), None);
    }

    #[test]
    fn keys_and_fingers_lead_the_way_that_the_page_runs() {
        assert_eq!(Move::of_key("ArrowRight", false), Some(Move::On));
        assert_eq!(Move::of_key("ArrowRight", true), Some(Move::Back));
        assert_eq!(Move::of_key("End", true), Some(Move::Last));
        assert_eq!(Move::of_key("a", false), None);
        assert_eq!(moved(-80, 10, false), Some(Move::On));
        assert_eq!(moved(80, 10, false), Some(Move::Back));
        assert_eq!(moved(80, 10, true), Some(Move::On));
        assert_eq!(moved(10, 90, false), Some(Move::Away));
        for still in [(0, 0), (59, 0), (80, 70), (10, -90)] {
            assert_eq!(moved(still.0, still.1, false), None, "{still:?}");
        }
    }

    #[test]
    fn what_is_beside_the_picture_is_not_the_picture() {
        let wide = |x, y| drawn((x, y), (400, 400), (800, 400));
        assert_eq!(wide(200, 200), Some((0.5, 0.5)));
        assert_eq!(wide(0, 100), Some((0.0, 0.0)));
        assert_eq!(wide(200, 50), None, "above it");
        assert_eq!(wide(200, 350), None, "below it");
        let high = |x, y| drawn((x, y), (400, 400), (200, 400));
        assert_eq!(high(50, 200), None, "beside it");
    }
}
