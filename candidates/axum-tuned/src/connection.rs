use bb8::ManageConnection;
use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::{Client, Config, Error, Statement};

use crate::statements;

/// A connection whose statements were prepared when it was made and live as long as it does.
pub struct Connection {
    pub client: Client,
    pub prepared: Prepared,
}

pub struct Prepared {
    pub set_time_zone: Statement,
    pub session: Statement,
    pub recipe: Statement,
    pub ingredients: Statement,
    pub steps: Statement,
    pub sections: Statement,
    pub notes: Statement,
    pub reactions: Statement,
    pub events: Statement,
}

impl Prepared {
    async fn on(client: &Client) -> Result<Prepared, Error> {
        Ok(Prepared {
            set_time_zone: client.prepare(statements::SET_TIME_ZONE).await?,
            session: client.prepare(statements::SESSION).await?,
            recipe: client.prepare(statements::RECIPE).await?,
            ingredients: client.prepare(statements::INGREDIENTS).await?,
            steps: client.prepare(statements::STEPS).await?,
            sections: client.prepare(statements::SECTIONS).await?,
            notes: client.prepare(statements::NOTES).await?,
            reactions: client.prepare(statements::REACTIONS).await?,
            events: client.prepare(statements::EVENTS).await?,
        })
    }
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
        let prepared = Prepared::on(&client).await?;
        Ok(Connection { client, prepared })
    }

    async fn is_valid(&self, connection: &mut Connection) -> Result<(), Error> {
        connection.client.check_connection().await
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.client.is_closed()
    }
}
