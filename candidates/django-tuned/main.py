"""GET /api/v1/recipes with Django and psycopg2."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
app = get_wsgi_application()
