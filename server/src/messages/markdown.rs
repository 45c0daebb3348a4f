//! Markdown as people write it in chats, made into HTML that is safe to show. Pure.
//!
//! Invariant: the HTML has no tags but those that are written here, whatever the text was: markup in
//! the text is text, and links lead to the web or a mailbox.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

use super::mentions::names;

/// Characters without which a text is plain.
const MARKS: &str = "*_`~[]#>|<&\\@:-+.)";

/// The HTML of a text; none where it is plain, and its lines say all.
pub(crate) fn render(text: &str) -> Option<String> {
    if !text.contains(|c| MARKS.contains(c)) {
        return None;
    }
    let mut plain = true;
    let mut events = Vec::new();
    // Depths: a link in a link is no link, and code names nobody.
    let (mut code, mut link) = (0, 0);
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => events.push(event),
            Event::SoftBreak | Event::HardBreak => events.push(Event::HardBreak),
            Event::Text(words) if code == 0 && link == 0 => {
                plain &= !push_words(&mut events, words);
            }
            // The parser gives HTML apart from words; here it is words.
            Event::Html(words) | Event::InlineHtml(words) | Event::Text(words) => {
                events.push(Event::Text(words));
            }
            Event::Start(tag) => {
                plain = false;
                match &tag {
                    Tag::CodeBlock(_) => code += 1,
                    Tag::Link { .. } | Tag::Image { .. } => link += 1,
                    _ => {}
                }
                events.push(opening(tag));
            }
            Event::End(tag) => {
                match tag {
                    TagEnd::CodeBlock => code -= 1,
                    TagEnd::Link | TagEnd::Image => link -= 1,
                    _ => {}
                }
                events.push(closing(tag));
            }
            Event::Code(words) => {
                plain = false;
                events.push(Event::Code(words));
            }
            Event::Rule => {
                plain = false;
                events.push(Event::Rule);
            }
            // Extensions that are not switched on.
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }
    if plain && !text.contains(['\\', '&', '<']) {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events.into_iter());
    Some(out.trim_end().to_owned())
}

/// A tag that may stand in a message in place of one that may not.
fn opening(tag: Tag<'_>) -> Event<'_> {
    match tag {
        // A heading would be one of the page.
        Tag::Heading { .. } => Event::InlineHtml("<p><strong>".into()),
        // Pictures are shown by sending them: this is a link to one.
        Tag::Link {
            dest_url,
            link_type,
            ..
        }
        | Tag::Image {
            dest_url,
            link_type,
            ..
        } => {
            let address = match link_type {
                LinkType::Email => format!("mailto:{dest_url}"),
                _ => dest_url.into_string(),
            };
            Event::InlineHtml(anchor(&address).into())
        }
        Tag::HtmlBlock => Event::InlineHtml("<p>".into()),
        // The language is a hint that nothing here takes.
        Tag::CodeBlock(_) => Event::InlineHtml("<pre dir=\"ltr\"><code>".into()),
        tag => Event::Start(tag),
    }
}

fn closing<'a>(tag: TagEnd) -> Event<'a> {
    match tag {
        TagEnd::Heading(_) => Event::InlineHtml("</strong></p>".into()),
        TagEnd::Link | TagEnd::Image => Event::InlineHtml("</a>".into()),
        TagEnd::HtmlBlock => Event::InlineHtml("</p>".into()),
        TagEnd::CodeBlock => Event::InlineHtml("</code></pre>".into()),
        tag => Event::End(tag),
    }
}

/// The opening tag of a link; one that leads nowhere when the address is not of the web or a mailbox.
fn anchor(address: &str) -> String {
    let known = ["https://", "http://", "mailto:"];
    let lower = address.trim_start().to_ascii_lowercase();
    if known.iter().any(|scheme| lower.starts_with(scheme)) {
        let address = html_escape::encode_double_quoted_attribute(address.trim());
        format!("<a href=\"{address}\" target=\"_blank\" rel=\"nofollow noopener ugc\">")
    } else {
        "<a>".to_owned()
    }
}

/// Words, with the addresses in them as links and the names of people set off. Returns whether there
/// were any.
fn push_words<'a>(events: &mut Vec<Event<'a>>, words: CowStr<'a>) -> bool {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut found: Vec<_> = finder
        .links(&words)
        .map(|link| (link.start()..link.end(), true))
        .collect();
    let in_link = |at: usize| found.iter().any(|(link, _)| link.contains(&at));
    let people: Vec<_> = names(&words)
        .filter(|name| !in_link(name.start))
        .map(|name| (name, false))
        .collect();
    found.extend(people);
    if found.is_empty() {
        events.push(Event::Text(words));
        return false;
    }
    found.sort_unstable_by_key(|(range, _)| range.start);
    let text = |range: std::ops::Range<usize>| {
        let words = words.get(range).unwrap_or_default();
        Event::Text(words.to_owned().into())
    };
    let mut done = 0;
    for (range, is_link) in found {
        events.push(text(done..range.start));
        let (open, close) = if is_link {
            (anchor(words.get(range.clone()).unwrap_or_default()), "</a>")
        } else {
            ("<b class=\"mention\">".to_owned(), "</b>")
        };
        events.push(Event::InlineHtml(open.into()));
        events.push(text(range.clone()));
        events.push(Event::InlineHtml(close.into()));
        done = range.end;
    }
    events.push(text(done..words.len()));
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn html(text: &str) -> String {
        render(text).unwrap_or_default()
    }

    #[test]
    fn plain_words_need_no_html() {
        for text in [
            "hello",
            "two\nlines",
            "in 2. or 3",
            "a - b",
            "is it 3:15? (yes)",
        ] {
            assert_eq!(render(text), None, "{text}");
        }
    }

    #[test]
    fn what_people_write_in_chats_is_shown_as_they_mean_it() {
        assert_eq!(
            html("**so** _it_ ~~was~~ `code`"),
            "<p><strong>so</strong> <em>it</em> <del>was</del> <code>code</code></p>"
        );
        assert_eq!(html("*one*\ntwo"), "<p><em>one</em><br />\ntwo</p>");
        assert_eq!(
            html("- one\n- two"),
            "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"
        );
        assert_eq!(html("> so\n"), "<blockquote>\n<p>so</p>\n</blockquote>");
        assert_eq!(
            html("```rust\nlet a = \"<b>\";\n```"),
            "<pre dir=\"ltr\"><code>let a = \"&lt;b&gt;\";\n</code></pre>"
        );
        assert_eq!(html("# Big"), "<p><strong>Big</strong></p>");
    }

    #[test]
    fn addresses_are_links_that_tell_the_other_side_nothing() {
        let link = r#"<a href="https://example.org/a?b=1&amp;c" target="_blank" rel="nofollow noopener ugc">"#;
        assert_eq!(
            html("see https://example.org/a?b=1&c."),
            format!("<p>see {link}https://example.org/a?b=1&amp;c</a>.</p>")
        );
        assert!(html("[here](https://example.org/a?b=1&c)").contains(link));
        assert!(html("![cat](https://example.org/a?b=1&c)").contains(link));
    }

    #[test]
    fn no_address_runs_anything() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//a.b",
            "vbscript:x",
        ] {
            assert_eq!(html(&format!("[a]({bad})")), "<p><a>a</a></p>", "{bad}");
        }
        assert!(!html("<javascript:alert(1)>").contains("href"));
    }

    #[test]
    fn names_are_set_off_unless_they_stand_in_code_or_an_address() {
        assert_eq!(html("hi @ana!"), "<p>hi <b class=\"mention\">@ana</b>!</p>");
        assert!(!html("`@ana`").contains("mention"));
        assert!(!html("https://example.org/@ana").contains("mention"));
    }

    #[test]
    fn markup_is_words() {
        assert_eq!(html("<b>a</b>"), "<p>&lt;b&gt;a&lt;/b&gt;</p>");
        assert_eq!(
            html("<script>alert(1)</script>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
        );
    }

    /// The tags and attributes that may be in a message.
    fn is_allowed(tag: &str) -> bool {
        let links = r#" target="_blank" rel="nofollow noopener ugc""#;
        let plain = [
            "p",
            "/p",
            "strong",
            "/strong",
            "em",
            "/em",
            "del",
            "/del",
            "code",
            "/code",
            "/pre",
            "pre dir=\"ltr\"",
            "br /",
            "hr /",
            "ul",
            "/ul",
            "ol",
            "/ol",
            "li",
            "/li",
            "blockquote",
            "/blockquote",
            "a",
            "/a",
            "b class=\"mention\"",
            "/b",
        ];
        let href = tag
            .strip_prefix("a href=\"")
            .and_then(|rest| rest.strip_suffix(links));
        let numbered = tag
            .strip_prefix("ol start=\"")
            .and_then(|rest| rest.strip_suffix('"'));
        plain.contains(&tag)
            || numbered.is_some_and(|number| number.parse::<u64>().is_ok())
            || href.is_some_and(|href| {
                let address = href
                    .strip_suffix('"')
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                ["https://", "http://", "mailto:"]
                    .iter()
                    .any(|scheme| address.starts_with(scheme))
                    && !address.contains(['"', '<', '>'])
            })
    }

    proptest! {
        #[test]
        fn whatever_is_written_only_known_tags_come_out(
            parts in prop::collection::vec(
                prop_oneof![
                    "[a-z<>\"'&\\[\\]()*_`~!#>@:/.\\\\ -]{0,12}".boxed(),
                    prop::sample::select(vec![
                        "<script>", "</p>", "<img src=x onerror=alert(1)>", "javascript:", "](", "![", "\n", "\n\n",
                        "https://a.b/\"onclick=", "<a href='javascript:x'>", "```\n", "<!--", "-->", "<?x", "1. ",
                        "[x]: javascript:a\n\n", "@ana", "<http://a.b>", "<x@y.zz>", "    ", "> ", "- ", "&lt;", "&#60;",
                    ]).prop_map(str::to_owned).boxed(),
                ],
                0..14,
            ),
        ) {
            let text = parts.concat();
            let out = html(&text);
            let mut rest = out.as_str();
            while let Some(start) = rest.find('<') {
                let inside = &rest[start + 1..];
                let end = inside.find('>');
                prop_assert!(end.is_some(), "{text:?} -> {out}");
                let end = end.unwrap();
                prop_assert!(is_allowed(&inside[..end]), "{text:?} -> {out}");
                rest = &inside[end + 1..];
            }
        }
    }
}
