//! What a request tells of the browser that sends it: its cookies, what it calls itself, and where it
//! is. The last is what it is connected from, unless that is a proxy that the settings name.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use app::accounts::Browser;
use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, header};
use ipnet::IpNet;

use crate::accounts::Cookies;

/// Where a proxy says whom it speaks for, each one adding to what it has got.
const FORWARDED: &str = "x-forwarded-for";

/// What browsers call themselves, the most special first: most of them also name others.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

pub(crate) fn browser(
    cookies: &Cookies,
    proxies: &[IpNet],
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Browser {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(Ipv6Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    Browser {
        session: cookies.read(headers),
        device: cookies.read_device(headers),
        name: name(agent.unwrap_or_default()),
        address: address(peer, proxies, headers),
    }
}

/// The browser and the system, as far as they are known.
fn name(agent: &str) -> String {
    let known = |all: &[(&str, &'static str)]| {
        let found = all.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(known), None) | (None, Some(known)) => known.to_owned(),
        (None, None) => String::new(),
    }
}

/// The last address of those that were passed on which is no proxy of ours: what stands before it
/// anybody could have written.
fn address(peer: IpAddr, proxies: &[IpNet], headers: &HeaderMap) -> IpAddr {
    let trusted = |address: &IpAddr| {
        let address = address.to_canonical();
        proxies.iter().any(|proxy| proxy.contains(&address))
    };
    if !trusted(&peer) {
        return peer;
    }
    let lines: Vec<_> = headers
        .get_all(FORWARDED)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    let mut nearest = peer;
    for said in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = said.trim().parse() else {
            break;
        };
        nearest = address;
        if !trusted(&address) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, proxies: &[&str], forwarded: &[&str]) -> String {
        let proxies: Vec<_> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        address(peer.parse().unwrap(), &proxies, &headers).to_string()
    }

    #[test]
    fn row_17_what_is_forwarded_counts_only_from_a_proxy_that_the_settings_name() {
        let own = ["10.0.0.0/8"];
        for (peer, proxies, forwarded, address) in [
            ("203.0.113.7", &[][..], &["198.51.100.1"][..], "203.0.113.7"),
            ("203.0.113.7", &own, &["198.51.100.1"], "203.0.113.7"),
            ("10.0.0.2", &own, &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.2", &own, &["198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(
                seen(peer, proxies, forwarded),
                address,
                "{peer} {forwarded:?}"
            );
        }
    }

    #[test]
    fn row_17_of_what_is_forwarded_only_what_our_proxies_have_added_counts() {
        let own = ["10.0.0.0/8"];
        for (forwarded, address) in [
            (&["1.1.1.1, 198.51.100.1"][..], "198.51.100.1"),
            (&["1.1.1.1", "198.51.100.1, 10.0.0.9"], "198.51.100.1"),
            (&["1.1.1.1, nonsense, 10.0.0.9"], "10.0.0.9"),
            (&[""], "10.0.0.2"),
            (&["10.0.0.3, 10.0.0.4"], "10.0.0.3"),
        ] {
            assert_eq!(seen("10.0.0.2", &own, forwarded), address, "{forwarded:?}");
        }
    }

    #[test]
    fn a_browser_is_called_by_what_it_and_its_system_are_known_as() {
        for (agent, known) in [
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Firefox · Linux",
            ),
            ("curl/8.5.0", ""),
            ("\u{1b}[31m", ""),
        ] {
            assert_eq!(name(agent), known, "{agent}");
        }
    }
}
