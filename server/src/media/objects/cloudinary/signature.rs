//! What Cloudinary believes: calls of its API are signed by their parameters, and addresses of what it
//! delivers by what they name. Pure.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// The hash of an account's signatures. Addresses have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    Sha1,
    Sha256,
}

/// How many characters of an address are its signature.
const OF_ADDRESS: usize = 32;

/// The signature of a call with these parameters, whatever their order.
pub(super) fn of_call(parameters: &[(&str, &str)], secret: &str, digest: Digest) -> String {
    let pairs = parameters.iter();
    // One value must not pass for two parameters.
    let pairs = pairs.map(|(name, value)| format!("{name}={value}").replace('&', "%26"));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    let text = pairs.join("&") + secret;
    match digest {
        Digest::Sha1 => hex(&Sha1::digest(text)),
        Digest::Sha256 => hex(&Sha256::digest(text)),
    }
}

/// The part of an address that lets whoever knows it have what it names. The longer of two forms: of the
/// other, eight characters, many could be tried.
pub(super) fn of_address(public_id: &str, secret: &str) -> String {
    let digest = Sha256::digest(format!("{public_id}{secret}"));
    let mut text = URL_SAFE_NO_PAD.encode(digest);
    text.truncate(OF_ADDRESS);
    format!("s--{text}--")
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_signed_as_cloudinarys_own_library_signs_it() {
        let parameters = [
            ("timestamp", "1772600767"),
            ("public_id", "media/a&b"),
            ("type", "authenticated"),
        ];
        for (digest, signature) in [
            (Digest::Sha1, "4bdd7c175d68e307245548a681c6db674be86027"),
            (
                Digest::Sha256,
                "79e4531ddccd1ca80dbac95f7d5d79ed585e851f8cb5688ea71bfa196519b961",
            ),
        ] {
            assert_eq!(of_call(&parameters, "a secret", digest), signature);
        }
    }

    #[test]
    fn an_address_is_signed_as_cloudinarys_own_library_signs_it() {
        let public_id = "media/01930000-0000-7000-8000-000000000001/original";
        assert_eq!(
            of_address(public_id, "a secret"),
            "s--cPDehJS2PimHDN2HCeeU8fYDwqL17eso--"
        );
    }
}
