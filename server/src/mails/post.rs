//! The way out: SMTP, or a folder of files.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use app::accounts::{Email, Letter};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use uuid::Uuid;

use super::{MailConfig, MailWay};

/// How long a mail server may take for a step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why mails cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("SMTP_URL cannot be used: write smtp://host:port, or smtps://user:password@host")]
    Url(#[source] lettre::transport::smtp::Error),
    #[error("MAIL_FROM is no address: write Layover <layover@example.org>")]
    From(#[source] lettre::address::AddressError),
    #[error("the mail server did not take the mail")]
    Smtp(#[source] lettre::transport::smtp::Error),
    #[error("this address cannot be written to")]
    To(#[source] lettre::address::AddressError),
    #[error("the mail could not be put together")]
    Message(#[source] lettre::error::Error),
    #[error("the mail could not be written to {folder}")]
    Folder {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

#[derive(Clone)]
pub(super) struct Post {
    way: Way,
    from: Mailbox,
    /// Where people find Layover, without a slash at its end.
    address: Arc<str>,
}

impl Post {
    pub(super) fn open(config: &MailConfig, address: &str) -> Result<Self, MailError> {
        let way = match &config.way {
            MailWay::Smtp(url) => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(MailError::Url)?
                    .timeout(Some(PATIENCE))
                    .build(),
            ),
            MailWay::Folder(folder) => Way::Folder(folder.clone()),
        };
        Ok(Self {
            way,
            from: config.from.parse().map_err(MailError::From)?,
            address: address.into(),
        })
    }

    pub(super) async fn send(&self, to: &Email, letter: &Letter) -> Result<(), MailError> {
        let written = letter.write(&self.address);
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(
                None,
                to.as_str().parse().map_err(MailError::To)?,
            ))
            .subject(written.subject)
            .multipart(MultiPart::alternative_plain_html(
                written.text,
                written.html,
            ))
            .map_err(MailError::Message)?;
        match &self.way {
            Way::Smtp(smtp) => {
                smtp.send(message).await.map_err(MailError::Smtp)?;
            }
            Way::Folder(folder) => {
                let file = folder.join(format!("{}.eml", Uuid::now_v7()));
                let failed = |source| MailError::Folder {
                    folder: folder.clone(),
                    source,
                };
                // A link in a mail opens an account: the folder is for the server alone.
                let mut made = tokio::fs::DirBuilder::new();
                made.recursive(true).mode(0o700);
                made.create(folder).await.map_err(failed)?;
                // Renamed when it is whole.
                let draft = file.with_extension("draft");
                tokio::fs::write(&draft, message.formatted())
                    .await
                    .map_err(failed)?;
                tokio::fs::rename(&draft, &file).await.map_err(failed)?;
                tracing::info!(file = %file.display(), "a mail was written to a file: set SMTP_URL to have mails sent");
            }
        }
        Ok(())
    }
}
