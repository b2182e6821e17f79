use std::{env, fs};

use native_tls::{Certificate, TlsConnector};
use postgres_native_tls::MakeTlsConnector;
use tokio_postgres::{Config, config::SslMode};

use crate::{Error, connection::Manager};

pub type Pool = bb8::Pool<Manager>;

/// A pool that hands a connection out without asking the server whether it still works: a connection
/// that is known to be closed is not handed out, and a request on one that broke just now fails.
pub async fn connect() -> Result<Pool, Error> {
    let mut config = Config::new();
    config
        .host(env::var("PGHOST")?)
        .port(env::var("PGPORT")?.parse()?)
        .user(env::var("PGUSER")?)
        .password(env::var("PGPASSWORD")?)
        .dbname(env::var("PGDATABASE")?)
        .ssl_mode(match env::var("PGSSLMODE").as_deref() {
            Ok("disable") => SslMode::Disable,
            _ => SslMode::Require,
        });
    let tls = tls_connector()?;
    let size = env::var("PITWALL_POOL").unwrap_or_else(|_| "20".into());
    Ok(Pool::builder()
        .max_size(size.parse()?)
        .test_on_check_out(false)
        .build(Manager { config, tls })
        .await?)
}

/// Verifies the chain and the name; not used where PGSSLMODE is `disable`.
fn tls_connector() -> Result<MakeTlsConnector, Error> {
    let mut builder = TlsConnector::builder();
    if let Ok(path) = env::var("PGSSLROOTCERT") {
        builder.add_root_certificate(Certificate::from_pem(&fs::read(path)?)?);
    }
    Ok(MakeTlsConnector::new(builder.build()?))
}
