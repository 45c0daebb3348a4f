//! What a word that is being typed can be completed to: `@` a member, `#` a room, `:` an emoji.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::{Actions, Ask, Press},
    emoji::NAMED,
    writing::SIGNS,
};
use crate::{
    rooms::{about_room, list_rooms},
    words::i18n::{t_string, use_i18n},
};

/// How many are offered.
const MOST: usize = 8;

/// A word that asks to be completed: its sign, and what follows that.
fn asking(before: &str) -> Option<(char, &str)> {
    let at = before.rfind(SIGNS)?;
    let (text, word) = before.split_at(at);
    let sign = word.chars().next()?;
    let query = word.strip_prefix(sign)?;
    let begins = text
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || c == '(');
    let whole = query.chars().all(|c| c.is_alphanumeric() || c == '_');
    // A colon and one letter is a face that somebody types.
    let enough = sign != ':' || query.chars().count() > 1;
    (begins && whole && enough).then_some((sign, query))
}

/// Something to complete a word with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    /// What people read.
    label: String,
    /// What stands in place of the word then.
    words: String,
}

/// Those of `choices` that a word begins, whatever its case.
fn matching(choices: &[Choice], query: &str) -> Vec<Choice> {
    let query = query.to_lowercase();
    let begun = |choice: &&Choice| {
        let label = choice.label.to_lowercase();
        label
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|word| !word.is_empty() && word.starts_with(&query))
    };
    choices.iter().filter(begun).take(MOST).cloned().collect()
}

fn emoji() -> Vec<Choice> {
    let choices = NAMED.iter().map(|(name, emoji)| Choice {
        label: format!("{emoji} {name}"),
        words: (*emoji).to_owned(),
    });
    choices.collect()
}

/// The choices of each sign, fetched when they are first asked for.
#[derive(Clone, Copy)]
struct Known {
    people: RwSignal<Option<Vec<Choice>>>,
    rooms: RwSignal<Option<Vec<Choice>>>,
}

impl Known {
    fn of(self, sign: char, actions: Actions) -> Vec<Choice> {
        let (known, people) = match sign {
            ':' => return emoji(),
            '@' => (self.people, true),
            _ => (self.rooms, false),
        };
        if known.read_untracked().is_none() {
            known.set(Some(Vec::new()));
            spawn_local(async move {
                let fetched = if people {
                    people_of(actions).await
                } else {
                    rooms().await
                };
                known.try_set(fetched);
            });
        }
        known.get().unwrap_or_default()
    }
}

/// None when they could not be fetched: the next word asks again.
async fn people_of(actions: Actions) -> Option<Vec<Choice>> {
    let about = about_room(actions.room).await.ok()?;
    let people = about.people.into_iter().map(|member| Choice {
        words: format!("@{}", member.user.handle),
        label: member.user.handle.to_string(),
    });
    Some(people.collect())
}

async fn rooms() -> Option<Vec<Choice>> {
    let origin = window().location().origin().unwrap_or_default();
    let rooms = list_rooms().await.ok()?.into_iter().map(|summary| {
        let name = summary.room.name.as_str().to_owned();
        // A bracket would end the link's words.
        let shown = name.replace(['[', ']'], "");
        Choice {
            words: format!("[#{shown}]({origin}/rooms/{})", summary.room.id),
            label: name,
        }
    });
    Some(rooms.collect())
}

#[component]
pub(super) fn Completion(actions: Actions) -> impl IntoView {
    let i18n = use_i18n();
    let known = Known {
        people: RwSignal::new(None),
        rooms: RwSignal::new(None),
    };
    let dismissed = RwSignal::new(false);
    let choices = Memo::new(move |_| {
        let _ = actions.typed.get();
        if dismissed.get() {
            return Vec::new();
        }
        let before = actions.writing.before_caret();
        let asking = asking(&before).map(|(sign, query)| (sign, query.to_owned()));
        asking.map_or_else(Vec::new, |(sign, query)| {
            matching(&known.of(sign, actions), &query)
        })
    });
    let chosen = RwSignal::new(0);
    // Typing on offers again what Escape has put away.
    Effect::new(move || {
        let _ = actions.typed.get();
        dismissed.set(false);
        chosen.set(0);
    });
    Effect::new(move || {
        let open = !choices.read().is_empty();
        actions.completing.set(open);
        let option = open.then(|| format!("choice-{}", chosen.get()));
        actions.writing.describe_offer("choices", option);
    });
    on_cleanup(move || {
        actions.completing.try_set(false);
    });
    let take = move |at: usize| {
        let words =
            choices.with_untracked(|choices| choices.get(at).map(|choice| choice.words.clone()));
        let before = actions.writing.before_caret();
        if let (Some(words), Some((_, query))) = (words, asking(&before)) {
            let kept = before.len() - query.len() - 1;
            let kept = before.get(..kept).unwrap_or_default();
            actions
                .writing
                .replace_before_caret(&format!("{kept}{words} "));
            actions.writing.focus();
        }
        dismissed.set(true);
    };
    Effect::new(move || {
        let Some(Ask::Complete(press)) = actions.asked.get() else {
            return;
        };
        actions.asked.set(None);
        let count = choices.with_untracked(Vec::len).max(1);
        match press {
            Press::Down => chosen.update(|at| *at = (*at + 1) % count),
            Press::Up => chosen.update(|at| *at = (*at + count - 1) % count),
            Press::PutAway => dismissed.set(true),
            Press::Take => take(chosen.get_untracked()),
        }
    });
    let options = move || {
        let options = choices.get().into_iter().enumerate();
        let options = options.map(|(at, choice)| {
            view! {
                <li
                    role="option"
                    id=format!("choice-{at}")
                    aria-selected=move || (chosen.get() == at).to_string()
                    // The box keeps the focus.
                    on:mousedown=move |event| event.prevent_default()
                    on:click=move |_| take(at)
                    dir="auto"
                >
                    {choice.label}
                </li>
            }
        });
        options.collect_view()
    };
    view! {
        <ul
            class="choices"
            id="choices"
            role="listbox"
            aria-label=t_string!(i18n, messages.completion)
            hidden=move || choices.read().is_empty()
        >
            {options}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_sign_at_its_beginning_asks() {
        assert_eq!(asking("@"), Some(('@', "")));
        assert_eq!(asking("so, @an"), Some(('@', "an")));
        assert_eq!(asking("(@an"), Some(('@', "an")));
        assert_eq!(asking("#K1"), Some(('#', "K1")));
        assert_eq!(asking(":smi"), Some((':', "smi")));
    }

    #[test]
    fn what_only_looks_like_it_does_not() {
        for text in [
            "",
            "ana",
            "ana@example",
            "@ana ",
            "at 10:30",
            ":)",
            ":D",
            "a:b",
            "@an a",
        ] {
            assert_eq!(asking(text), None, "{text}");
        }
    }

    #[test]
    fn whatever_word_of_a_name_is_begun_offers_it() {
        let choice = |label: &str| Choice {
            label: label.to_owned(),
            words: String::new(),
        };
        let choices = [choice("K-1 Manila"), choice("Manila_2"), choice("Lagos")];
        let labels = |query| {
            let found = matching(&choices, query).into_iter();
            found.map(|choice| choice.label).collect::<Vec<_>>()
        };
        assert_eq!(labels("man"), ["K-1 Manila", "Manila_2"]);
        assert_eq!(labels(""), ["K-1 Manila", "Manila_2", "Lagos"]);
        assert!(labels("x").is_empty());
    }
}
