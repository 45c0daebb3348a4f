//! Which square of a picture is kept: pure.

/// A square inside a picture, by its middle, in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crop {
    width: f64,
    height: f64,
    zoom: f64,
    x: f64,
    y: f64,
}

impl Crop {
    /// How far one may zoom in.
    pub(super) const MOST_ZOOM: f64 = 5.0;

    /// The largest square, in the middle.
    pub(super) fn of(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            zoom: 1.0,
            x: width / 2.0,
            y: height / 2.0,
        }
    }

    pub(super) fn zoom(self) -> f64 {
        self.zoom
    }

    /// How long its sides are.
    pub(super) fn side(self) -> f64 {
        self.width.min(self.height) / self.zoom
    }

    /// Where it begins: from the left, and from above.
    pub(super) fn corner(self) -> (f64, f64) {
        let half = self.side() / 2.0;
        (self.x - half, self.y - half)
    }

    /// Where its middle is: from the left and from above, in percent of the picture.
    pub(super) fn middle(self) -> (String, String) {
        let percent = |at: f64, whole: f64| format!("{:.0}", at / whole * 100.0);
        (percent(self.x, self.width), percent(self.y, self.height))
    }

    /// The square moves over the picture, by parts of its own side, as far as there is picture.
    pub(super) fn moved(self, right: f64, down: f64) -> Self {
        let side = self.side();
        Self {
            x: self.x + right * side,
            y: self.y + down * side,
            ..self
        }
        .inside()
    }

    /// As large as `zoom` says, around the same middle as far as that is possible.
    pub(super) fn zoomed(self, zoom: f64) -> Self {
        let zoom = zoom.clamp(1.0, Self::MOST_ZOOM);
        Self { zoom, ..self }.inside()
    }

    fn inside(self) -> Self {
        let half = self.side() / 2.0;
        Self {
            x: self.x.clamp(half, self.width - half),
            y: self.y.clamp(half, self.height - half),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn at_first_it_is_the_largest_square_in_the_middle() {
        let crop = Crop::of(300.0, 100.0);
        assert_eq!((crop.side(), crop.corner()), (100.0, (100.0, 0.0)));
        assert_eq!(crop.middle(), ("50".into(), "50".into()));
        let moved = crop.moved(-1.0, 1.0);
        assert_eq!(moved.middle().0, "17");
        assert_eq!(moved.corner(), (0.0, 0.0));
        let near = crop.zoomed(2.0);
        assert_eq!((near.side(), near.corner()), (50.0, (125.0, 25.0)));
    }

    proptest! {
        #[test]
        fn it_never_leaves_the_picture(
            (width, height) in (1.0..9000.0_f64, 1.0..9000.0_f64),
            steps in prop::collection::vec((-3.0..3.0_f64, -3.0..3.0_f64, 0.0..9.0_f64), 0..20),
        ) {
            let mut crop = Crop::of(width, height);
            for (right, down, zoom) in steps {
                crop = crop.moved(right, down).zoomed(zoom);
                let ((left, top), side) = (crop.corner(), crop.side());
                let edge = -1e-6;
                prop_assert!(left >= edge && top >= edge && side > 0.0, "{crop:?}");
                prop_assert!(left + side <= width - edge && top + side <= height - edge, "{crop:?}");
            }
        }
    }
}
