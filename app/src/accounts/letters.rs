//! What mails about accounts say, as plain text and as HTML. How they leave is the server's.

use html_escape::encode_text;

use super::{Email, Handle};
use crate::words::i18n::{Locale, t_string};

/// Why somebody gets a mail, with the token of the link in it.
pub enum Occasion {
    /// They have given this address, and it is to be confirmed.
    Confirm(String),
    /// Somebody has given this address for another account.
    Known,
    /// They, we hope, want to set another password.
    Reset(String),
    PasswordChanged,
    /// Their account is to be deleted, on this day.
    DeletionAsked(String),
    /// This address is no longer that of their account.
    EmailChanged(Email),
    /// An account at a provider of this name signs them in from now on.
    IdentityAdded(String),
    /// An account at a provider of this name signs them in no more.
    IdentityRemoved(String),
}

/// A mail to somebody who is known by a handle.
pub struct Letter {
    pub to: Handle,
    pub occasion: Occasion,
}

/// A mail that is written out.
pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Letter {
    /// `address` is where people find Layover, without a slash at its end.
    pub fn write(&self, address: &str) -> Written {
        let words = Locale::default();
        let forgot = format!("{address}/account/forgot");
        let (subject, body, button) = match &self.occasion {
            Occasion::Confirm(token) => (
                t_string!(words, mails.confirm_subject),
                t_string!(words, mails.confirm_body).to_owned(),
                Some((
                    t_string!(words, mails.confirm_button),
                    format!("{address}/account/confirm?token={token}"),
                )),
            ),
            Occasion::Known => (
                t_string!(words, mails.known_subject),
                t_string!(words, mails.known_body).to_owned(),
                Some((t_string!(words, mails.reset_button), forgot)),
            ),
            Occasion::Reset(token) => (
                t_string!(words, mails.reset_subject),
                t_string!(words, mails.reset_body).to_owned(),
                Some((
                    t_string!(words, mails.reset_button),
                    format!("{address}/account/reset?token={token}"),
                )),
            ),
            Occasion::PasswordChanged => (
                t_string!(words, mails.password_subject),
                t_string!(words, mails.password_body).to_owned(),
                Some((t_string!(words, mails.reset_button), forgot)),
            ),
            Occasion::DeletionAsked(date) => (
                t_string!(words, mails.deletion_subject),
                t_string!(words, mails.deletion_body, date = date.clone()).to_string(),
                Some((
                    t_string!(words, mails.deletion_button),
                    format!("{address}/settings/data"),
                )),
            ),
            Occasion::EmailChanged(email) => (
                t_string!(words, mails.email_subject),
                t_string!(words, mails.email_body, email = email.to_string()).to_string(),
                None,
            ),
            Occasion::IdentityAdded(name) => (
                t_string!(words, mails.identity_subject),
                t_string!(words, mails.identity_body, name = name.clone()).to_string(),
                Some((
                    t_string!(words, mails.identity_button),
                    format!("{address}/settings/account"),
                )),
            ),
            Occasion::IdentityRemoved(name) => (
                t_string!(words, mails.identity_gone_subject),
                t_string!(words, mails.identity_gone_body, name = name.clone()).to_string(),
                Some((t_string!(words, mails.reset_button), forgot)),
            ),
        };
        let greeting = t_string!(words, mails.greeting, handle = self.to.to_string()).to_string();
        let footer = t_string!(words, mails.footer, address = address.to_owned()).to_string();
        Written {
            subject: subject.to_owned(),
            text: plain(&greeting, &body, button.as_ref(), &footer),
            html: html(&greeting, &body, button.as_ref(), &footer),
        }
    }
}

fn plain(greeting: &str, body: &str, button: Option<&(&str, String)>, footer: &str) -> String {
    let link = button.map(|(_, link)| format!("{link}\n\n"));
    let link = link.unwrap_or_default();
    format!("{greeting}\n\n{body}\n\n{link}-- \n{footer}\n")
}

fn html(greeting: &str, body: &str, button: Option<&(&str, String)>, footer: &str) -> String {
    let link = button.map(|(name, link)| {
        let link = html_escape::encode_double_quoted_attribute(link);
        format!("<p><a href=\"{link}\">{}</a></p>", encode_text(name))
    });
    format!(
        "<!DOCTYPE html><html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5\">\
         <p>{}</p><p>{}</p>{}<p style=\"color:#666\">{}</p></body></html>",
        encode_text(greeting),
        encode_text(body),
        link.unwrap_or_default(),
        encode_text(footer),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(occasion: Occasion) -> Written {
        let to = Handle::parse("ana").unwrap();
        Letter { to, occasion }.write("https://layover.example")
    }

    #[test]
    fn a_link_stands_in_both_forms_of_a_letter() {
        let link = "https://layover.example/account/reset?token=abc";
        let written = letter(Occasion::Reset("abc".into()));
        assert!(
            written.text.contains(&format!("\n{link}\n")),
            "{}",
            written.text
        );
        assert!(
            written.html.contains(&format!("href=\"{link}\"")),
            "{}",
            written.html
        );
        assert!(written.text.starts_with("Hello ana,"));
    }

    #[test]
    fn what_people_choose_is_no_markup() {
        let email = Email::parse("<b>a</b>@example.org").unwrap();
        let written = letter(Occasion::EmailChanged(email));
        assert!(!written.html.contains("<b>"), "{}", written.html);
        assert!(written.text.contains("<b>a</b>@example.org"));
    }
}
