use serde_json::json;

use super::*;

const NOW: i64 = 1_800_000_000;

fn expected() -> Expected<'static> {
    Expected {
        issuer: "https://id.example",
        client: "layover",
        nonce: "n-1",
        now: NOW,
    }
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example", "aud": "layover", "sub": "248", "nonce": "n-1",
        "exp": NOW + 300, "iat": NOW - 5,
        "email": "ana@example.org", "email_verified": true, "given_name": "Ana",
    })
}

fn read(claims: &Value) -> Result<Profile, TokenError> {
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    read_id_token(&format!("e30.{payload}.c2ln"), &expected())
}

fn read_with(name: &str, value: Value) -> Result<Profile, TokenError> {
    let mut claims = claims();
    claims[name] = value;
    read(&claims)
}

fn read_without(name: &str) -> Result<Profile, TokenError> {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    read(&claims)
}

#[test]
fn a_token_for_this_sign_in_says_who_somebody_is() {
    let profile = read(&claims()).unwrap();
    assert_eq!(profile.subject, "248");
    assert_eq!(profile.given_name.as_deref(), Some("Ana"));
    assert_eq!(profile.verified_email.unwrap().as_str(), "ana@example.org");
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    for issuer in [
        json!("https://id.example/"),
        json!("https://evil.example"),
        json!(""),
    ] {
        assert_eq!(read_with("iss", issuer), Err(TokenError::Issuer));
    }
}

#[test]
fn a_token_is_for_this_client_and_nobody_else() {
    assert!(read_with("aud", json!(["layover"])).is_ok());
    assert!(read_with("azp", json!("layover")).is_ok());
    for other in [
        json!("other"),
        json!(""),
        json!([]),
        json!(["other"]),
        json!(["layover", "other"]),
    ] {
        assert_eq!(read_with("aud", other), Err(TokenError::Audience));
    }
    assert_eq!(read_with("azp", json!("other")), Err(TokenError::Audience));
}

#[test]
fn a_token_is_of_this_time() {
    assert!(read_with("exp", json!(NOW - LEEWAY + 1)).is_ok());
    for (name, time) in [
        ("exp", NOW - LEEWAY),
        ("iat", NOW + LEEWAY + 1),
        ("iat", NOW - OLDEST - LEEWAY - 1),
    ] {
        assert_eq!(read_with(name, json!(time)), Err(TokenError::Time));
    }
}

#[test]
fn row_10_a_token_of_another_sign_in_is_refused() {
    for other in [json!("n-2"), json!(""), Value::Null] {
        assert_eq!(read_with("nonce", other), Err(TokenError::Nonce));
    }
    assert_eq!(read_without("nonce"), Err(TokenError::Nonce));
}

#[test]
fn row_11_an_email_counts_only_where_it_is_said_to_be_verified() {
    for unverified in [json!(false), json!("true"), json!(1), Value::Null] {
        let profile = read_with("email_verified", unverified).unwrap();
        assert_eq!(profile.verified_email, None);
    }
    let profile = read_without("email_verified").unwrap();
    assert_eq!(profile.verified_email, None);
    let profile = read_with("email", json!("no address")).unwrap();
    assert_eq!(profile.verified_email, None);
}

#[test]
fn row_19_an_empty_or_partial_token_names_nobody() {
    let whole = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims().to_string()));
    for bad in ["", ".", "..", "e30.e30.", "a.b", "null", &whole[..40]] {
        let read = read_id_token(bad, &expected());
        assert_eq!(read, Err(TokenError::Unreadable), "{bad}");
    }
    let four = format!("{whole}.more");
    assert_eq!(
        read_id_token(&four, &expected()),
        Err(TokenError::Unreadable)
    );
    for missing in ["sub", "iss", "aud", "exp", "iat"] {
        assert_eq!(read_without(missing), Err(TokenError::Unreadable));
    }
    let long = "s".repeat(LONGEST_SUBJECT + 1);
    for nobody in ["", "a\0b", &long] {
        assert_eq!(read_with("sub", json!(nobody)), Err(TokenError::Subject));
    }
}

#[test]
fn userinfo_is_believed_of_the_same_person_only() {
    let body = json!({"sub": "248", "email": "ana@example.org", "email_verified": true});
    let body = body.to_string();
    let profile = read_userinfo(body.as_bytes(), "248").unwrap();
    assert_eq!(profile.verified_email.unwrap().as_str(), "ana@example.org");
    assert_eq!(
        read_userinfo(body.as_bytes(), "249"),
        Err(TokenError::Subject)
    );
    assert_eq!(read_userinfo(b"{}", "248"), Err(TokenError::Unreadable));
}
