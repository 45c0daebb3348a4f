//! The session's cookie.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, header};
use url::Url;

use super::Token;

/// How long a browser keeps the cookie. The session itself may end sooner.
const LIFETIME: Duration = Duration::days(90);

/// Writes and reads the cookie that carries a session's token.
#[derive(Debug, Clone)]
pub(crate) struct Cookies {
    /// False only for plain HTTP on this machine, where browsers would drop a secure cookie.
    secure: bool,
}

impl Cookies {
    pub(crate) fn new(public_url: &Url) -> Self {
        Self {
            secure: public_url.scheme() == "https",
        }
    }

    /// With the prefix, browsers take it from this host alone, over TLS alone, for the whole site.
    fn name(&self) -> &'static str {
        if self.secure {
            "__Host-session"
        } else {
            "session"
        }
    }

    fn build(&self, value: &str, lifetime: Duration) -> String {
        Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(lifetime)
            .to_string()
    }

    /// The `Set-Cookie` value that makes a browser keep the token.
    pub(super) fn set(&self, token: &Token) -> String {
        self.build(token.as_str(), LIFETIME)
    }

    /// The `Set-Cookie` value that makes a browser forget it.
    pub(super) fn forget(&self) -> String {
        self.build("", Duration::ZERO)
    }

    /// The token that a request carries.
    pub(crate) fn read(&self, headers: &HeaderMap) -> Option<String> {
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        lines
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .find(|cookie| cookie.name() == self.name())
            .map(|cookie| cookie.value().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(url: &str) -> Cookies {
        Cookies::new(&Url::parse(url).unwrap())
    }

    #[test]
    fn row_4_the_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
        let token = Token::new().unwrap();
        let set = cookies("https://layover.example").set(&token);
        assert!(
            set.starts_with(&format!("__Host-session={};", token.as_str())),
            "{set}"
        );
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(set.split("; ").any(|have| have == part), "{part} in {set}");
        }
        assert!(!set.contains("Domain"));
    }

    #[test]
    fn row_4_only_plain_http_on_this_machine_does_without_secure() {
        let token = Token::new().unwrap();
        let set = cookies("http://localhost:3000").set(&token);
        assert!(
            set.starts_with("session=") && !set.contains("Secure"),
            "{set}"
        );
        assert!(
            set.contains("HttpOnly") && set.contains("SameSite=Lax"),
            "{set}"
        );
    }

    #[test]
    fn only_the_cookie_of_this_name_is_read() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            "a=1; session=plain; __Host-session=bound".parse().unwrap(),
        );
        assert_eq!(
            cookies("https://x.example").read(&headers).as_deref(),
            Some("bound")
        );
        assert_eq!(
            cookies("http://localhost").read(&headers).as_deref(),
            Some("plain")
        );
        assert_eq!(cookies("http://localhost").read(&HeaderMap::new()), None);
    }
}
