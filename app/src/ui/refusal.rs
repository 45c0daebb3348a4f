//! A form that was posted without WebAssembly and refused: the page that answers shows it again,
//! with what is wrong and with what was typed.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What a page needs to show a refused form again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The path of the door, which is the `action` of the form.
    pub door: String,
    /// The path and query of the page that the form stands on.
    pub page: String,
    pub error: AppError,
    /// What was typed, by field; passwords excepted.
    pub typed: Vec<(String, String)>,
}

impl Refusal {
    /// What was typed into a field.
    pub fn typed(&self, field: &str) -> Option<&str> {
        self.typed
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value.as_str())
    }
}

/// The refusal that this page was rendered for, on the server and while it hydrates.
#[derive(Clone)]
struct Rendered(Option<Refusal>);

impl Refusal {
    /// Carries the refusal from the server to the browser, so that both render the same form.
    pub fn provide() {
        let rendered = SharedValue::new(|| {
            #[cfg(feature = "ssr")]
            return crate::context::refusal();
            #[cfg(not(feature = "ssr"))]
            None::<Self>
        });
        provide_context(Rendered(rendered.into_inner()));
    }
}

/// The refusal of this door that the page was rendered for.
pub fn refused(door: &str) -> Option<Refusal> {
    use_context::<Rendered>()?
        .0
        .filter(|refusal| refusal.door == door)
}
