use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bb8::RunError;
use serde::Serialize;

/// Why a request gets no recipe.
pub enum Refusal {
    Unauthorized,
    NotFound,
    Failed(String),
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Refusal::Unauthorized => (StatusCode::UNAUTHORIZED, "a valid session is needed"),
            Refusal::NotFound => (StatusCode::NOT_FOUND, "there is no recipe to see"),
            Refusal::Failed(reason) => {
                tracing::error!("{reason}");
                (StatusCode::INTERNAL_SERVER_ERROR, "the request failed")
            }
        };
        (status, Json(Body { error })).into_response()
    }
}

impl From<tokio_postgres::Error> for Refusal {
    fn from(error: tokio_postgres::Error) -> Self {
        Refusal::Failed(error.to_string())
    }
}

impl From<RunError<tokio_postgres::Error>> for Refusal {
    fn from(error: RunError<tokio_postgres::Error>) -> Self {
        Refusal::Failed(error.to_string())
    }
}
