//! AWS Signature Version 4, of requests without a query whose bodies are not signed. Pure.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

/// What stands for the hash of a body that is not signed.
pub(super) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The headers that are signed, in their order.
const SIGNED: &str = "host;x-amz-content-sha256;x-amz-date";

pub(super) struct Signer {
    region: String,
    key: String,
    secret: String,
}

/// What a request says to be believed.
pub(super) struct Signed {
    pub(super) date: String,
    pub(super) authorization: String,
}

impl Signer {
    pub(super) fn new(region: &str, key: &str, secret: &str) -> Self {
        Self {
            region: region.to_owned(),
            key: key.to_owned(),
            secret: secret.to_owned(),
        }
    }

    pub(super) fn sign(&self, method: &str, path: &str, host: &str, at: OffsetDateTime) -> Signed {
        let day = format!("{:04}{:02}{:02}", at.year(), u8::from(at.month()), at.day());
        let (hour, minute, second) = at.to_hms();
        let date = format!("{day}T{hour:02}{minute:02}{second:02}Z");
        let request = format!(
            "{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{UNSIGNED}\nx-amz-date:{date}\n\n\
             {SIGNED}\n{UNSIGNED}"
        );
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let digest = hex(&Sha256::digest(request));
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}");
        let secret = format!("AWS4{}", self.secret);
        let steps = [day.as_str(), &self.region, "s3", "aws4_request", &text];
        let signature = steps.iter().fold(secret.into_bytes(), |key, step| {
            keyed(&key, step.as_bytes()).to_vec()
        });
        Signed {
            authorization: format!(
                "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={SIGNED}, Signature={}",
                self.key,
                hex(&signature)
            ),
            date,
        }
    }
}

/// HMAC-SHA256 (RFC 2104).
fn keyed(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(text)
        .finalize();
    Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize()
        .into()
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
    fn a_keyed_hash_is_that_of_the_standard() {
        // RFC 4231, test cases 2 and 6.
        assert_eq!(
            hex(&keyed(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&keyed(
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_request_is_signed_as_amazons_own_library_signs_it() {
        let signer = Signer::new(
            "eu-1",
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        );
        let path = "/layover/media/01930000-0000-7000-8000-000000000001/original";
        let at = OffsetDateTime::from_unix_timestamp(1_772_600_767).unwrap();
        let signed = signer.sign("PUT", path, "s3.example.org:9000", at);
        assert_eq!(signed.date, "20260304T050607Z");
        assert_eq!(
            signed.authorization,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
             Signature=3d58d9841dbdcab650991b69d9f4aae8c11c74334ce1922c60efb043d057babb"
        );
    }
}
