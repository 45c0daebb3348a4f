//! What stands in a form: each field has its label above it, and its hint or its error below.

use leptos::prelude::*;

use super::form::FormState;

/// A labelled line of text.
#[component]
pub fn Field(
    /// The field's name on the wire.
    name: &'static str,
    /// Its id in the page, where another field has the same name.
    #[prop(optional)]
    id: Option<&'static str>,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// What stands in it at first.
    #[prop(optional)]
    value: Option<String>,
) -> impl IntoView {
    let form = FormState::expect();
    let error = form.error_of(name);
    let value = form.typed(name).or(value);

    let id = id.unwrap_or(name);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=form.came_back_for(name)
                aria-invalid=move || error.read().is_some().to_string()
                aria-describedby=format!("{id}-note")
            />
            <FieldNote name=id hint error />
        </div>
    }
}

/// A labelled text of several lines.
#[component]
pub fn TextField(
    name: &'static str,
    /// Its id in the page, where another field has the same name.
    #[prop(optional)]
    id: Option<&'static str>,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(into)] value: String,
) -> impl IntoView {
    let form = FormState::expect();
    let error = form.error_of(name);
    // Leptos does not escape what stands between the tags of a textarea.
    let text = form.typed(name).unwrap_or(value);
    let text = html_escape::encode_text(&text).into_owned();

    let id = id.unwrap_or(name);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea
                id=id
                name=name
                rows="5"
                dir="auto"
                autocomplete="off"
                autofocus=form.came_back_for(name)
                aria-invalid=move || error.read().is_some().to_string()
                aria-describedby=format!("{id}-note")
                inner_html=text
            ></textarea>
            <FieldNote name=id hint error />
        </div>
    }
}

/// A labelled choice of one.
#[component]
pub fn Select(
    name: &'static str,
    /// Its id in the page, where another field has the same name.
    #[prop(optional)]
    id: Option<&'static str>,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    /// Each value on the wire with what people read.
    options: Vec<(String, String)>,
    /// More of them, under headings.
    #[prop(optional)]
    groups: Vec<(&'static str, Vec<(String, String)>)>,
    /// The value that is chosen at first.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let form = FormState::expect();
    let error = form.error_of(name);
    let chosen = form.typed(name).unwrap_or(value);
    let id = id.unwrap_or(name);
    let option = |(value, text): (String, String)| {
        let selected = value == chosen;
        view! {
            <option value=value selected=selected>
                {text}
            </option>
        }
    };
    let options = options.into_iter().map(option);
    let groups = groups.into_iter().map(|(heading, options)| {
        let options = options.into_iter().map(option);
        view! { <optgroup label=heading>{options.collect_view()}</optgroup> }
    });

    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                name=name
                autofocus=form.came_back_for(name)
                aria-invalid=move || error.read().is_some().to_string()
                aria-describedby=format!("{id}-note")
            >
                {options.collect_view()}
                {groups.collect_view()}
            </select>
            <FieldNote name=id hint error />
        </div>
    }
}

/// A box to check. It is `true` on the wire, and left out when it is not checked.
#[component]
pub fn Check(
    name: &'static str,
    /// Its id in the page, where another field has the same name.
    #[prop(optional)]
    id: Option<&'static str>,
    label: &'static str,
    hint: &'static str,
    /// Whether it is checked at first.
    checked: bool,
) -> impl IntoView {
    let form = FormState::expect();
    let error = form.error_of(name);
    let checked = form.checked(name, checked);
    let id = id.unwrap_or(name);

    view! {
        <div class="field check">
            <input
                id=id
                name=name
                type="checkbox"
                value="true"
                checked=checked
                autocomplete="off"
                aria-describedby=format!("{id}-note")
            />
            <label for=id>{label}</label>
            <FieldNote name=id hint=Some(hint) error />
        </div>
    }
}

/// A labelled choice of any number.
#[component]
pub fn Checks(
    /// The field's name on the wire, without the brackets that make it a list there.
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// Each value on the wire with what people read.
    options: Vec<(String, String)>,
    /// The values that are chosen at first.
    values: Vec<String>,
) -> impl IntoView {
    let form = FormState::expect();
    let error = form.error_of(name);
    let field = format!("{name}[]");
    let chosen = form.chosen(&field).unwrap_or(values);
    let boxes = options.into_iter().map(|(value, text)| {
        let checked = chosen.contains(&value);
        view! {
            <label>
                <input type="checkbox" name=field.clone() value=value checked=checked autocomplete="off"/>
                {text}
            </label>
        }
    });
    view! {
        <fieldset class="field checks" aria-describedby=format!("{name}-note")>
            <legend>{label}</legend>
            <div>{boxes.collect_view()}</div>
            <FieldNote name hint=Some(hint) error />
        </fieldset>
    }
}

#[component]
fn FieldNote(
    name: &'static str,
    hint: Option<&'static str>,
    error: Memo<Option<String>>,
) -> impl IntoView {
    view! {
        <p
            id=format!("{name}-note")
            class="note"
            class:error=move || error.read().is_some()
            aria-live="polite"
        >
            {move || error.get().or_else(|| hint.map(str::to_owned))}
        </p>
    }
}
