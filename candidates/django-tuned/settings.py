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

pool_size = int(os.environ["PITWALL_POOL"])

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["PGHOST"],
        "PORT": os.environ["PGPORT"],
        "NAME": os.environ["PGDATABASE"],
        "USER": os.environ["PGUSER"],
        "PASSWORD": os.environ["PGPASSWORD"],
        # libpq reads PGSSLMODE and PGSSLROOTCERT. The threads of a process share a pool, whose
        # connections are made and given their time zone once, and are not tested when handed out.
        "OPTIONS": {
            "pool": {"min_size": pool_size, "max_size": pool_size},
            # Statements go to the server with their parameters apart, and are prepared at their sixth use.
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }
}
