//! tokio-postgres, which pipelines what is polled together: see ../main.ts for what every program does.
use futures_util::{future, pin_mut, stream, SinkExt, StreamExt, TryStreamExt};
use std::{env, time::Duration};
use tokio_postgres::{AsyncMessage, Client, Config, Error, NoTls};

fn state(error: Error) -> String {
    error.code().map(|code| code.code().to_string()).unwrap_or(error.to_string())
}

async fn talk(mut db: Client, mut heard: tokio::sync::mpsc::UnboundedReceiver<String>, tls: bool) -> Result<(), Error> {
    println!("simple: {:?}", db.simple_query("SELECT 1 AS one; SELECT 'a''b'").await?.len());
    let row = db.query_one("SELECT $1::int4 + 1, $2::text", &[&41i32, &"ü"]).await?;
    println!("extended: {} {}", row.get::<_, i32>(0), row.get::<_, String>(1));
    let double = db.prepare("SELECT $1::int4 * 2").await?;
    for n in 0..20i32 {
        println!("prepared: {}", db.query_one(&double, &[&n]).await?.get::<_, i32>(0));
    }
    let numbers: Vec<i32> = (0..30).collect();
    let rows = future::try_join_all(numbers.iter().map(|n| {
        let (db, double) = (&db, &double);
        async move { db.query_one(double, &[n]).await }
    }))
    .await?;
    println!("batch: {:?}", rows.iter().map(|row| row.get::<_, i32>(0)).collect::<Vec<_>>());
    db.batch_execute("CREATE TEMP TABLE rows (id int, text text)").await?;
    let sink = db.copy_in("COPY rows FROM STDIN").await?;
    pin_mut!(sink);
    let lines = (0..3000).map(|n| Ok::<_, Error>(bytes::Bytes::from(format!("{n}\t{}\n", "x".repeat(50)))));
    sink.send_all(&mut stream::iter(lines)).await?;
    println!("copy in: {}", sink.finish().await?);
    let out = db.copy_out("COPY rows TO STDOUT").await?;
    pin_mut!(out);
    let mut bytes = 0;
    while let Some(chunk) = out.try_next().await? {
        bytes += chunk.len();
    }
    println!("copy: {bytes}");
    let mut outer = db.transaction().await?;
    let portal = outer.bind("SELECT id FROM rows ORDER BY id", &[]).await?;
    let mut sum = 0i64;
    loop {
        let rows = outer.query_portal(&portal, 500).await?;
        if rows.is_empty() {
            break;
        }
        sum += rows.iter().map(|row| i64::from(row.get::<_, i32>(0))).sum::<i64>();
    }
    println!("cursor: {sum}");
    let inner = outer.savepoint("s").await?;
    println!("savepoint: {}", inner.batch_execute("SELECT 1/0").await.map_err(state).unwrap_err());
    inner.rollback().await?;
    outer.commit().await?;
    println!("error: {}", db.query("SELECT nothing FROM nowhere", &[]).await.map_err(state).unwrap_err());
    let token = db.cancel_token();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if tls {
            token.cancel_query(connector()).await
        } else {
            token.cancel_query(NoTls).await
        }
    });
    println!("cancel: {}", db.batch_execute("SELECT pg_sleep(30)").await.map_err(state).unwrap_err());
    db.batch_execute("LISTEN news").await?;
    db.batch_execute("NOTIFY news, 'hello'").await?;
    println!("notify: {}", heard.recv().await.unwrap());
    println!("last: {}", db.query_one("SELECT count(*) FROM rows", &[]).await?.get::<_, i64>(0));
    Ok(())
}

fn connector() -> postgres_native_tls::MakeTlsConnector {
    let builder = native_tls::TlsConnector::builder().danger_accept_invalid_certs(true).build().unwrap();
    postgres_native_tls::MakeTlsConnector::new(builder)
}

macro_rules! converse {
    ($config:expr, $tls:expr, $is_tls:expr) => {{
        let (client, mut connection) = $config.connect($tls).await?;
        let (tell, heard) = tokio::sync::mpsc::unbounded_channel();
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        let served = tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if let AsyncMessage::Notification(news) = message {
                    let _ = tell.send(format!("{} {}", news.channel(), news.payload()));
                }
            }
        });
        talk(client, heard, $is_tls).await?;
        served.await.unwrap();
    }};
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let get = |name: &str| env::var(name).unwrap();
    let mut config = Config::new();
    config.host(&get("PGHOST")).port(get("PGPORT").parse().unwrap()).user(&get("PGUSER"));
    config.password(get("PGPASSWORD")).dbname(&get("PGDATABASE"));
    if get("TLS") == "1" {
        config.ssl_mode(tokio_postgres::config::SslMode::Require);
        converse!(config, connector(), true);
    } else {
        config.ssl_mode(tokio_postgres::config::SslMode::Disable);
        converse!(config, NoTls, false);
    }
    Ok(())
}
