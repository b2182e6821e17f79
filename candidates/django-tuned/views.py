import orjson
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
    body = orjson.dumps(content, option=orjson.OPT_UTC_Z)
    return HttpResponse(body, content_type="application/json", status=status)
