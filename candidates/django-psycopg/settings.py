import os
from secrets import token_urlsafe

ALLOWED_HOSTS = ["*"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "urls"
# Nothing here is signed.
SECRET_KEY = token_urlsafe()
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

# Django sets the time zone of each new connection, unless the server calls its own "UTC" already. Asking
# for another name of it at first makes sure that the statement is always sent, as the others send theirs.
os.environ["PGTZ"] = "Etc/UTC"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["PGHOST"],
        "PORT": os.environ["PGPORT"],
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "PASSWORD": os.environ["PGPASSWORD"],
        # A new connection for each request: Django's default. libpq reads PGSSLMODE and PGSSLROOTCERT.
        "CONN_MAX_AGE": 0,
    }
}
