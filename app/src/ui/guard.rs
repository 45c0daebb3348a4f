//! Holds case numbers back before a form leaves the browser.

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlFormElement, HtmlTextAreaElement},
};

use crate::journeys::Care;

/// Whether a form is not to be sent, for there is a case number in its text `field` on which nobody has
/// decided. What is to be hidden is hidden in the text itself.
pub(super) fn holds_back(event: &SubmitEvent, field: &str, held: RwSignal<bool>) -> bool {
    let form: HtmlFormElement = event_target(event);
    let within = |selector: String| form.query_selector(&selector).ok().flatten();
    let Some(area) = within(format!("textarea[name='{field}']"))
        .and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok())
    else {
        return false;
    };
    let button = event.submitter();
    let button = button.and_then(|button| button.get_attribute("name"));
    let says = |name: &str| {
        button.as_deref() == Some(name) || within(format!("[name='{name}']:checked")).is_some()
    };
    let text = area.value();
    let taken = Care::of(says("mask"), says("knowing")).take(text.clone());
    held.set(taken.is_err());
    if let Ok(taken) = &taken
        && *taken != text
    {
        area.set_value(taken);
    }
    taken.is_err()
}
