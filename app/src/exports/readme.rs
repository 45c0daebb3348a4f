//! The page of plain words that lies in the archive beside the data.

use crate::words::i18n::{Locale, t_string};

/// What is in the archive: a title, and a line for each file.
pub fn readme(locale: Locale, handle: &str, made_at: &str) -> String {
    let made = t_string!(locale, exports.made, handle, at = made_at).to_string();
    let lines: [&str; 25] = [
        t_string!(locale, exports.title),
        "",
        &made,
        "",
        t_string!(locale, exports.files),
        "",
        t_string!(locale, exports.file_account),
        t_string!(locale, exports.file_profile),
        t_string!(locale, exports.file_sessions),
        t_string!(locale, exports.file_devices),
        t_string!(locale, exports.file_rooms),
        t_string!(locale, exports.file_memberships),
        t_string!(locale, exports.file_messages),
        t_string!(locale, exports.file_media),
        t_string!(locale, exports.file_reactions),
        t_string!(locale, exports.file_mentions),
        t_string!(locale, exports.file_reads),
        t_string!(locale, exports.file_invites),
        t_string!(locale, exports.file_identities),
        t_string!(locale, exports.file_blocks),
        t_string!(locale, exports.file_reports),
        t_string!(locale, exports.file_journeys),
        t_string!(locale, exports.file_stages),
        "",
        t_string!(locale, exports.form),
    ];
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
