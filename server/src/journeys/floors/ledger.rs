//! What was published of a family of cells, and what may therefore still be.
//!
//! A cell has a path: its family's whole is `[]`, an office in it `[office]`, a quarter there
//! `[office, quarter]`. A path that begins another holds it.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    FEWEST,
    edition::{Edition, concerned, is_safe},
    rest::Rest,
};

type Path<K> = Vec<K>;

/// What becomes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Its new edition is published.
    Fresh,
    /// What was published stays: nothing has changed, or too little to be told yet.
    Kept,
    /// Nothing is shown. Either it was never published, or somebody in what was has left or withdrawn
    /// consent, and no new edition can be published yet.
    Withheld,
}

/// Everything that was published of one family of cells.
#[derive(Clone, Debug)]
pub struct Ledger<K> {
    cells: BTreeMap<Path<K>, Published>,
}

#[derive(Clone, Debug, Default)]
struct Published {
    /// In order, at least one.
    editions: Vec<Edition>,
    /// Itself, and all that it has ever held beyond the cells within it.
    rests: Vec<Rest>,
}

impl Published {
    fn latest(&self) -> &Edition {
        self.editions
            .last()
            .expect("a cell is recorded with its first edition")
    }
}

impl<K> Default for Ledger<K> {
    fn default() -> Self {
        Self {
            cells: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Clone> Ledger<K> {
    /// Takes down that a cell was published. A ledger is restored by recording what was, in its order.
    pub fn record(&mut self, path: &[K], edition: Edition) {
        let published = self.cells.entry(path.to_vec()).or_default();
        published.editions.push(edition);
        for (cell, rest) in self.rests_with(path, None) {
            if let Some(published) = self.cells.get_mut(&cell)
                && !published.rests.contains(&rest)
            {
                published.rests.push(rest);
            }
        }
    }

    /// Decides what becomes of every cell, and records what is published. `consents` tells whether
    /// an owner still has a journey that may be counted.
    ///
    /// Larger cells come first, since smaller ones fall back to them. Those that would tell too much
    /// beside what is published wait.
    pub fn publish(
        &mut self,
        current: &BTreeMap<Path<K>, Edition>,
        consents: impl Fn(Uuid) -> bool,
    ) -> BTreeMap<Path<K>, Decision> {
        let mut paths: Vec<_> = current.keys().chain(self.cells.keys()).cloned().collect();
        paths.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        paths.dedup();
        paths
            .into_iter()
            .map(|path| {
                let decision = self.decide(&path, current.get(&path), &consents);
                (path, decision)
            })
            .collect()
    }

    /// What stands published of a cell, whether or not it may still be shown.
    pub fn latest(&self, path: &[K]) -> Option<&Edition> {
        self.cells.get(path).map(Published::latest)
    }

    fn decide(
        &mut self,
        path: &[K],
        edition: Option<&Edition>,
        consents: impl Fn(Uuid) -> bool,
    ) -> Decision {
        let latest = self.latest(path);
        let is_new = |edition: &Edition| latest != Some(edition);
        if let Some(edition) = edition.filter(|edition| is_new(edition))
            && self.may_publish(path, edition)
        {
            self.record(path, edition.clone());
            return Decision::Fresh;
        }
        match latest {
            Some(latest) if latest.owners().all(consents) => Decision::Kept,
            _ => Decision::Withheld,
        }
    }

    /// Whether an edition tells of nobody, or of enough people, beside each that it can be held against.
    fn may_publish(&self, path: &[K], edition: &Edition) -> bool {
        edition.owners().take(FEWEST).count() == FEWEST
            && self
                .related(path)
                .flat_map(|published| &published.editions)
                .all(|earlier| is_safe(concerned(&[(edition, earlier)])))
            && self
                .rests_with(path, Some(edition))
                .iter()
                .all(|(cell, rest)| {
                    let earlier = self.cells.get(cell).map_or(&[][..], |cell| &cell.rests);
                    rest.may_be_seen() && earlier.iter().all(|earlier| rest.may_follow(earlier))
                })
    }

    /// The cell itself, those that hold it, and those within it.
    fn related<'a>(&'a self, path: &'a [K]) -> impl Iterator<Item = &'a Published> {
        self.cells
            .iter()
            .filter(move |(other, _)| other.starts_with(path) || path.starts_with(other))
            .map(|(_, published)| published)
    }

    /// What is left of the cell at `path`, and of the smallest published one around it, once `edition`
    /// stands there too: for each depth, less the cells within it down to there. From nothing on, since whoever
    /// holds the whole of one day against the rest of another sees the difference.
    fn rests_with(&self, path: &[K], edition: Option<&Edition>) -> Vec<(Path<K>, Rest)> {
        let around = (0..path.len())
            .rev()
            .map(|length| &path[..length])
            .find(|cell| self.cells.contains_key(*cell));
        let mut rests = Vec::new();
        for cell in [Some(path), around].into_iter().flatten() {
            let whole = if cell == path { edition } else { None };
            let Some(whole) = whole.or_else(|| self.latest(cell)) else {
                continue;
            };
            let mut within: BTreeMap<&[K], &Edition> = self
                .cells
                .iter()
                .filter(|(other, _)| other.len() > cell.len() && other.starts_with(cell))
                .map(|(other, published)| (other.as_slice(), published.latest()))
                .collect();
            if let Some(edition) = edition.filter(|_| cell != path) {
                within.insert(path, edition);
            }
            let deepest = within.keys().map(|other| other.len()).max();
            for depth in cell.len()..=deepest.unwrap_or(cell.len()) {
                let largest = within
                    .iter()
                    .filter(|(other, _)| {
                        other.len() <= depth
                            && (cell.len() + 1..other.len())
                                .all(|length| !within.contains_key(&other[..length]))
                    })
                    .map(|(_, edition)| *edition);
                let rest = Rest::of(whole, largest);
                if rests.last().is_none_or(|(_, last)| *last != rest) {
                    rests.push((cell.to_vec(), rest));
                }
            }
        }
        rests
    }
}
