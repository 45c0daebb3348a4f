//! The emoji that are offered, and what one types to get them.

/// How many of [`EMOJI`] are offered first.
pub(super) const QUICK: usize = 6;

/// What people answer with, the most wanted first.
pub(super) const EMOJI: [&str; 30] = [
    "👍", "❤️", "🎉", "😂", "😮", "🙏", "😢", "👏", "🔥", "💪", "🤞", "🤗", "😊", "😍", "🥳", "😅",
    "🤔", "😬", "😡", "😭", "💔", "👀", "✅", "❌", "⏳", "📬", "✈️", "🛂", "🏠", "💯",
];

/// Each with its name.
pub(super) const NAMED: [(&str, &str); 90] = [
    ("airplane", "✈️"),
    ("angry", "😡"),
    ("baby", "👶"),
    ("beers", "🍻"),
    ("birthday", "🎂"),
    ("blush", "😊"),
    ("boom", "💥"),
    ("bow", "🙇"),
    ("broken_heart", "💔"),
    ("bulb", "💡"),
    ("cake", "🍰"),
    ("calendar", "📅"),
    ("camera", "📷"),
    ("car", "🚗"),
    ("check", "✅"),
    ("clap", "👏"),
    ("clock", "🕐"),
    ("coffee", "☕"),
    ("computer", "💻"),
    ("confused", "😕"),
    ("cross", "❌"),
    ("crossed_fingers", "🤞"),
    ("cry", "😢"),
    ("dancer", "💃"),
    ("disappointed", "😞"),
    ("dizzy", "💫"),
    ("dog", "🐶"),
    ("email", "📧"),
    ("exclamation", "❗"),
    ("eyes", "👀"),
    ("facepalm", "🤦"),
    ("family", "👪"),
    ("fire", "🔥"),
    ("flag", "🚩"),
    ("flushed", "😳"),
    ("gift", "🎁"),
    ("globe", "🌍"),
    ("grimacing", "😬"),
    ("grin", "😁"),
    ("handshake", "🤝"),
    ("heart", "❤️"),
    ("heart_eyes", "😍"),
    ("hourglass", "⏳"),
    ("house", "🏠"),
    ("hug", "🤗"),
    ("hundred", "💯"),
    ("joy", "😂"),
    ("key", "🔑"),
    ("kiss", "😘"),
    ("laughing", "😆"),
    ("letter", "✉️"),
    ("lock", "🔒"),
    ("mailbox", "📬"),
    ("mask", "😷"),
    ("money", "💰"),
    ("moon", "🌙"),
    ("muscle", "💪"),
    ("note", "📝"),
    ("ok", "👌"),
    ("open_mouth", "😮"),
    ("party", "🎉"),
    ("partying", "🥳"),
    ("passport", "🛂"),
    ("pensive", "😔"),
    ("phone", "📱"),
    ("plane", "✈️"),
    ("pray", "🙏"),
    ("question", "❓"),
    ("rage", "😡"),
    ("rainbow", "🌈"),
    ("raised_hands", "🙌"),
    ("ring", "💍"),
    ("rocket", "🚀"),
    ("rofl", "🤣"),
    ("rose", "🌹"),
    ("scream", "😱"),
    ("shrug", "🤷"),
    ("sleeping", "😴"),
    ("smile", "😄"),
    ("sob", "😭"),
    ("sparkles", "✨"),
    ("star", "⭐"),
    ("sun", "☀️"),
    ("sweat_smile", "😅"),
    ("tada", "🎉"),
    ("thinking", "🤔"),
    ("thumbsdown", "👎"),
    ("thumbsup", "👍"),
    ("wave", "👋"),
    ("wink", "😉"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "ssr")]
    #[test]
    fn every_emoji_that_is_offered_is_one() {
        let named = NAMED.iter().map(|(_, emoji)| emoji);
        for emoji in EMOJI.iter().chain(named) {
            assert!(super::super::Emoji::parse(emoji).is_ok(), "{emoji}");
        }
    }

    #[test]
    fn names_are_in_order_and_each_is_once() {
        assert!(NAMED.is_sorted_by(|one, other| one.0 < other.0));
    }
}
