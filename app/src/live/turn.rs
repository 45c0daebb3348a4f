//! Whose turn it is to send: of the tabs in which a person is signed in, the one that holds a lock of
//! the browser's. Whichever the person last wrote in or turned to takes it from the others, since a
//! browser may put the rest to sleep; when its tab is closed, another one gets it.
//!
//! Two tabs that send for a moment are no harm: the server takes each id once, and both send in order.
//! So where there are no locks (pages that are not secure have none), it is every tab's turn.

use std::{cell::Cell, rc::Rc};

use js_sys::{Object, Promise, Reflect, futures::JsFuture};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::prelude::*;

use super::Live;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, granted: &JsValue) -> Result<Promise, JsValue>;
}

impl Live {
    /// Waits for the turn, for as long as the page lives.
    pub(super) fn wait_for_turn(self) {
        spawn_local(async move { while self.wait_turn(false).await {} });
    }

    /// Whether it is this tab's turn.
    pub fn has_turn(self) -> bool {
        self.turns.get_value() > 0
    }

    /// Takes the turn from whichever tab has it.
    pub(super) fn take_turn(self) {
        if self.turns.get_value() == 0 {
            spawn_local(async move {
                self.wait_turn(true).await;
            });
        }
    }

    /// Has the turn until another tab takes it. Returns whether there is more to wait for.
    async fn wait_turn(self, at_once: bool) -> bool {
        let user = self.user.get_value().map(|user| user.to_string());
        let name = format!("layover.outbox.{}", user.unwrap_or_default());
        let options = Object::new();
        let _ = Reflect::set(&options, &"steal".into(), &at_once.into());
        let had = Rc::new(Cell::new(false));
        let granted = Closure::once_into_js({
            let had = had.clone();
            move || {
                had.set(true);
                self.begin_turn();
                // Never fulfilled: the lock is held until the page ends or it is taken.
                Promise::new(&mut |_, _| {})
            }
        });
        if let Ok(turn) = request(&name, &options, &granted) {
            let _ = JsFuture::from(turn).await;
        }
        if had.get() {
            self.turns.update_value(|turns| *turns -= 1);
        } else {
            // There are no locks here.
            self.begin_turn();
        }
        had.get()
    }

    fn begin_turn(self) {
        self.turns.update_value(|turns| *turns += 1);
        self.look_into_storage();
        self.flush();
    }
}
