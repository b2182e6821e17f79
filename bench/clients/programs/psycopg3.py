"""psycopg 3: see ../main.ts for what every program does."""
import os
import threading
import time

import psycopg

dsn = "host={PGHOST} port={PGPORT} user={PGUSER} password={PGPASSWORD} dbname={PGDATABASE} gssencmode=disable sslmode=".format(
    **os.environ
) + ("require" if os.environ["TLS"] == "1" else "disable")


def say(step, value):
    print(f"{step}: {value}", flush=True)


db = psycopg.connect(dsn, autocommit=True)
say("simple", psycopg.ClientCursor(db).execute("SELECT 1 AS one, 'a''b' AS text").fetchall())
say("extended", db.execute("SELECT %s::int + 1, %s::text", (41, "ü")).fetchall())
say("prepared", [db.execute("SELECT %s::int * 2", (n,), prepare=True).fetchone() for n in range(20)])
with db.pipeline():
    cursors = [db.execute("SELECT %s::int", (n,)) for n in range(30)]
    say("batch", [cursor.fetchone() for cursor in cursors])
db.execute("CREATE TEMP TABLE rows (id int, text text)")
with db.cursor() as cursor, cursor.copy("COPY rows FROM STDIN") as copy:
    for n in range(3000):
        copy.write_row((n, "x" * 50))
with db.cursor() as cursor, cursor.copy("COPY rows TO STDOUT") as copy:
    say("copy", sum(len(block) for block in copy))
with db.transaction():
    with db.cursor(name="c") as cursor:
        cursor.itersize = 500
        cursor.execute("SELECT id FROM rows ORDER BY id")
        say("cursor", sum(row[0] for row in cursor))
with db.transaction():
    db.execute("UPDATE rows SET text = 'y' WHERE id = 1")
    try:
        with db.transaction():
            db.execute("SELECT 1/0")
    except psycopg.errors.DivisionByZero as error:
        say("savepoint", error.sqlstate)
try:
    db.execute("SELECT nothing FROM nowhere")
except psycopg.Error as error:
    say("error", error.sqlstate)


def cancel_when_running():
    time.sleep(0.5)
    db.cancel()


thread = threading.Thread(target=cancel_when_running)
thread.start()
try:
    db.execute("SELECT pg_sleep(30)")
except psycopg.Error as error:
    say("cancel", error.sqlstate)
thread.join()
db.execute("LISTEN news")
db.execute("NOTIFY news, 'hello'")
say("notify", [(n.channel, n.payload) for n in db.notifies(timeout=5, stop_after=1)])
say("last", db.execute("SELECT count(*) FROM rows").fetchone())
db.close()
