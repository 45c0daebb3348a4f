//! How to reach a Redis server: its address, and how to prove who we are and check who it is.
//!
//! It never shows the URL. Invariant: a server whose certificate is not trusted is never talked to.

use std::{fs, path::Path};

use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, TlsCertificates,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::{super::BusError, RedisConfig};

pub(super) type Address = (String, u16);

pub(super) struct Server {
    info: ConnectionInfo,
    /// Of the cluster when it was last seen: any of them can tell what became of it.
    known: Vec<Address>,
    turn: usize,
}

impl Server {
    pub(super) fn new(config: &RedisConfig) -> Result<Self, BusError> {
        // The cause is left out: it may show the URL.
        let info = config
            .url
            .as_str()
            .into_connection_info()
            .map_err(|_| BusError::Url)?;
        let info = match (info.addr(), &config.ca) {
            (ConnectionAddr::TcpTls { insecure, .. }, ca) => {
                if *insecure {
                    return Err(BusError::Url);
                }
                // The redis crate panics without one. Whoever installed one before wins.
                let _ = rustls::crypto::ring::default_provider().install_default();
                match ca {
                    Some(ca) => trusting(info, ca)?,
                    None => info,
                }
            }
            (ConnectionAddr::Tcp(..), None) => info,
            (ConnectionAddr::Tcp(..), Some(_)) => return Err(BusError::CaWithoutTls),
            _ => return Err(BusError::Url),
        };
        // Messages arrive beside answers, on one connection, only in version 3 of the protocol.
        let settings = info.redis_settings().clone();
        let settings = settings.set_protocol(ProtocolVersion::RESP3);
        Ok(Self {
            info: info.set_redis_settings(settings),
            known: Vec::new(),
            turn: 0,
        })
    }

    /// Whom to ask for the whole: the URL's address, or in turn one that was known.
    pub(super) fn seed(&self) -> Address {
        match self.turn % (self.known.len() + 1) {
            0 => address(self.info.addr()),
            other => self.known[other - 1].clone(),
        }
    }

    /// What the seed said was right.
    pub(super) fn remember(&mut self, nodes: &[Address]) {
        self.known = nodes.to_vec();
        self.turn = 0;
    }

    /// The seed did not answer: the next one is asked.
    pub(super) fn pass(&mut self) {
        self.turn += 1;
    }

    /// How to connect to one address.
    pub(super) fn client(&self, (host, port): Address) -> redis::RedisResult<Client> {
        let addr = match self.info.addr() {
            ConnectionAddr::TcpTls { tls_params, .. } => ConnectionAddr::TcpTls {
                host,
                port,
                insecure: false,
                tls_params: tls_params.clone(),
            },
            _ => ConnectionAddr::Tcp(host, port),
        };
        Client::open(self.info.clone().set_addr(addr))
    }
}

fn address(addr: &ConnectionAddr) -> Address {
    match addr {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            (host.clone(), *port)
        }
        _ => unreachable!("only TCP passes `Server::new`"),
    }
}

/// Trusts the certificates of a file and no others.
fn trusting(info: ConnectionInfo, ca: &Path) -> Result<ConnectionInfo, BusError> {
    let path = || ca.to_owned();
    let pem = fs::read(ca).map_err(|source| BusError::CaFile {
        path: path(),
        source,
    })?;
    // The redis crate takes a file without any for one that trusts nobody.
    if CertificateDer::pem_slice_iter(&pem).next().is_none() {
        return Err(BusError::Ca { path: path() });
    }
    let certificates = TlsCertificates {
        client_tls: None,
        root_cert: Some(pem),
    };
    let client = Client::build_with_tls(info, certificates);
    let client = client.map_err(|_| BusError::Ca { path: path() })?;
    Ok(client.get_connection_info().clone())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn refused(url: &str, ca: Option<&str>) -> Option<BusError> {
        let config = RedisConfig {
            url: url.into(),
            ca: ca.map(PathBuf::from),
        };
        Server::new(&config).err()
    }

    #[test]
    fn settings_that_can_never_work_are_refused() {
        assert!(refused("redis://localhost", None).is_none());
        assert!(refused("rediss://ana:secret@redis.example:6380/0", None).is_none());
        for url in [
            "",
            "localhost:6379",
            "http://localhost",
            "redis://localhost/x",
        ] {
            assert!(matches!(refused(url, None), Some(BusError::Url)), "{url}");
        }
        assert!(matches!(
            refused("redis+unix:///run/redis.sock", None),
            Some(BusError::Url)
        ));
        assert!(matches!(
            refused("rediss://localhost/#insecure", None),
            Some(BusError::Url)
        ));
        assert!(matches!(
            refused("redis://localhost", Some("/dev/null")),
            Some(BusError::CaWithoutTls)
        ));
        assert!(matches!(
            refused("rediss://localhost", Some("/nowhere/ca.pem")),
            Some(BusError::CaFile { .. })
        ));
        assert!(matches!(
            refused("rediss://localhost", Some("/dev/null")),
            Some(BusError::Ca { .. })
        ));
    }

    #[test]
    fn the_password_is_not_shown() {
        let config = RedisConfig {
            url: "redis://ana:secret@:x".into(),
            ca: None,
        };
        let refusal = Server::new(&config).err().unwrap();
        assert!(!format!("{config:?} {refusal:?} {refusal}").contains("secret"));
    }
}
