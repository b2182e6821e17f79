use bb8::ManageConnection;
use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::{Client, Config, Error, Statement};

use crate::statement::RECIPE_DOCUMENT;

/// A connection whose one statement was prepared when it was made and lives as long as it does.
pub struct Connection {
    pub client: Client,
    pub recipe_document: Statement,
}

pub struct Manager {
    pub config: Config,
    pub tls: MakeTlsConnector,
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = Error;

    async fn connect(&self) -> Result<Connection, Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        tokio::spawn(connection);
        let recipe_document = client.prepare(RECIPE_DOCUMENT).await?;
        Ok(Connection {
            client,
            recipe_document,
        })
    }

    async fn is_valid(&self, connection: &mut Connection) -> Result<(), Error> {
        connection.client.check_connection().await
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.client.is_closed()
    }
}
