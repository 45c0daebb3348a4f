//! Scenes that are played in more than once.

use std::collections::BTreeMap;

use tokio::sync::Mutex;

use super::{Cast, Kind, Scene, Who};

/// For each kind of room and each caller the scene that was last left as it was.
pub(crate) struct Stage<'a> {
    cast: &'a Cast,
    kept: BTreeMap<(Kind, Who), Mutex<Option<Scene>>>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(cast: &'a Cast, kinds: &[Kind], callers: &[Who]) -> Self {
        let places = kinds
            .iter()
            .flat_map(|&kind| callers.iter().map(move |&who| (kind, who)));
        let kept = places.map(|place| (place, Mutex::default())).collect();
        Self { cast, kept }
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = (Kind, Who)> {
        self.kept.keys().copied()
    }

    /// Plays in a scene, which serves the next if `play` says that it has left it as it was.
    pub(crate) async fn play<T>(
        &self,
        kind: Kind,
        who: Who,
        play: impl AsyncFnOnce(&Scene) -> (bool, T),
    ) -> T {
        let mut place = self.kept[&(kind, who)].lock().await;
        let scene = match place.take() {
            Some(scene) => scene,
            None => self.cast.scene(kind, who).await,
        };
        let (unchanged, outcome) = play(&scene).await;
        if unchanged {
            *place = Some(scene);
        }
        outcome
    }
}
