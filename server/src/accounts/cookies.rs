//! The cookies: of a session, and of a browser that accounts know.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, header};
use url::Url;

use super::Token;

/// How long a browser keeps the cookie. The session itself may end sooner.
const LIFETIME: Duration = Duration::days(90);

/// How long accounts know a browser by its cookie.
const DEVICE_LIFETIME: Duration = Duration::days(400);

const SESSION: &str = "session";
const DEVICE: &str = "device";

/// Writes and reads the cookies that carry tokens.
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
    pub(crate) fn name(&self, plain: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}{plain}")
    }

    /// A `Set-Cookie` value. Each cookie of Layover is made here.
    pub(crate) fn build(&self, plain: &str, value: &str, lifetime: Duration) -> String {
        Cookie::build((self.name(plain), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(lifetime)
            .to_string()
    }

    /// The `Set-Cookie` value that makes a browser keep the token.
    pub(super) fn set(&self, token: &Token) -> String {
        self.build(SESSION, token.as_str(), LIFETIME)
    }

    /// The `Set-Cookie` value by which accounts know the browser again.
    pub(super) fn set_device(&self, token: &str) -> String {
        self.build(DEVICE, token, DEVICE_LIFETIME)
    }

    /// The `Set-Cookie` value that makes a browser forget it.
    pub(super) fn forget(&self) -> String {
        self.build(SESSION, "", Duration::ZERO)
    }

    /// The token of the session that a request carries.
    pub(crate) fn read(&self, headers: &HeaderMap) -> Option<String> {
        self.find(SESSION, headers)
    }

    /// The token by which accounts know the browser that sends a request.
    pub(crate) fn read_device(&self, headers: &HeaderMap) -> Option<String> {
        self.find(DEVICE, headers)
    }

    /// The value of one of our cookies.
    pub(crate) fn find(&self, plain: &str, headers: &HeaderMap) -> Option<String> {
        let name = self.name(plain);
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        lines
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .find(|cookie| cookie.name() == name)
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
