//! Where a person may be sent on to.

/// A path of this site, and not the beginning of another's address.
pub fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|c: char| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_12_only_a_path_of_this_site_is_gone_on_to() {
        for good in ["/", "/rooms/new", "/rooms/1?before=2#end"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "//evil",
            "/\\evil",
            "https://evil",
            "javascript:1",
            "/\t/evil",
            "rooms",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }
}
