//! What is measured: Layover and its peers.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum Target {
    /// Django 5, Channels 4, Daphne, `channels_redis`; each message stored through the ORM.
    Django,
    /// socket.io 4 with its Redis adapter; each message stored.
    SocketIo,
    /// The same without the storing.
    SocketIoUnstored,
    Layover,
}

impl Target {
    /// In the order in which they are measured: the load that Django bears is asked of all others.
    pub(crate) const ALL: [Self; 4] = [
        Self::Django,
        Self::SocketIo,
        Self::SocketIoUnstored,
        Self::Layover,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Django => "Django Channels",
            Self::SocketIo => "socket.io",
            Self::SocketIoUnstored => "socket.io, storing nothing",
            Self::Layover => "Layover",
        }
    }

    /// The name of its database and of its log.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Django => "django",
            Self::SocketIo => "socketio",
            Self::SocketIoUnstored => "socketio_unstored",
            Self::Layover => "layover",
        }
    }
}
