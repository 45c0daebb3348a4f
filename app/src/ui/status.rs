//! The HTTP status of a page.

use crate::error::ErrorCode;

/// Take it before the first `.await`; call it when the page turns out to be an error.
pub fn page_status() -> impl Fn(ErrorCode) + Clone + Send + Sync + 'static {
    #[cfg(feature = "ssr")]
    {
        let reply = crate::context::reply();
        move |code| reply.set_status(code)
    }
    #[cfg(not(feature = "ssr"))]
    |_| {}
}
