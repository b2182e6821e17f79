//! GET /api/v1/recipes with axum, tokio-postgres and bb8: Postgres itself builds the document, in one
//! statement that is prepared once for each connection.

mod connection;
mod database;
mod queries;
mod refusal;
mod statement;

use std::env;

use axum::{
    Router, extract::State, http::header::CONTENT_TYPE, response::IntoResponse, routing::get,
};
use axum_extra::extract::cookie::CookieJar;
use tokio::{
    net::TcpListener,
    runtime,
    signal::unix::{SignalKind, signal},
};
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, TraceLayer};
use tracing::Level;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::{database::Pool, refusal::Refusal};

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter(filter)
        .init();
    let mut builder = runtime::Builder::new_multi_thread();
    if let Ok(threads) = env::var("PITWALL_THREADS") {
        builder.worker_threads(threads.parse()?);
    }
    builder.enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<(), Error> {
    // One line in the log for each request.
    let access_log = TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().level(Level::INFO))
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    let app = Router::new()
        .route("/api/v1/recipes", get(recipes))
        .layer(access_log)
        .with_state(database::connect().await?);
    let host = env::var("HOST").unwrap_or_else(|_| "127.0.0.1".into());
    let port: u16 = env::var("PORT")?.parse()?;
    let listener = TcpListener::bind((host, port)).await?;
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        served = axum::serve(listener, app) => Ok(served?),
        _ = terminated.recv() => Ok(()),
    }
}

async fn recipes(
    State(pool): State<Pool>,
    cookies: CookieJar,
) -> Result<impl IntoResponse, Refusal> {
    let session = cookies.get("sessionid").map(|cookie| cookie.value());
    let session = session.filter(|key| !key.is_empty());
    let session = session.ok_or(Refusal::Unauthorized)?;
    let document = queries::recipe_for(&pool, session).await?;
    Ok(([(CONTENT_TYPE, "application/json")], document))
}
