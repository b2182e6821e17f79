import json
from datetime import datetime, timezone

from django.http import HttpRequest, HttpResponse

from queries import NoRecipe, NoSession, recipe_for


def recipes(request: HttpRequest) -> HttpResponse:
    session_key = request.COOKIES.get("sessionid")
    if not session_key:
        return json_response({"error": "a valid session is needed"}, 401)
    try:
        return json_response(recipe_for(session_key))
    except NoSession:
        return json_response({"error": "a valid session is needed"}, 401)
    except NoRecipe:
        return json_response({"error": "there is no recipe to see"}, 404)


def json_response(content: object, status: int = 200) -> HttpResponse:
    """Compact UTF-8, so that the answer is as long as the others' are."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=time_text)
    return HttpResponse(body, content_type="application/json", status=status)


def time_text(value: object) -> str:
    # DjangoJSONEncoder would cut the microseconds off.
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value)} has no JSON form")
