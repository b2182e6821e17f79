"""asyncpg: see ../main.ts for what every program does. It has no pipeline: executemany is its batch."""
import asyncio
import io
import os

import asyncpg


def say(step, value):
    print(f"{step}: {value}", flush=True)


async def main():
    db = await asyncpg.connect(
        host=os.environ["PGHOST"],
        port=int(os.environ["PGPORT"]),
        user=os.environ["PGUSER"],
        password=os.environ["PGPASSWORD"],
        database=os.environ["PGDATABASE"],
        ssl="require" if os.environ["TLS"] == "1" else "disable",
    )
    say("simple", await db.execute("SELECT 1 AS one, 'a''b' AS text"))
    say("extended", [tuple(row) for row in await db.fetch("SELECT $1::int + 1, $2::text", 41, "ü")])
    statement = await db.prepare("SELECT $1::int * 2")
    say("prepared", [await statement.fetchval(n) for n in range(20)])
    await db.execute("CREATE TEMP TABLE rows (id int, text text)")
    await db.executemany("INSERT INTO rows VALUES ($1, $2)", [(n, "x") for n in range(500)])
    say("batch", await db.fetchval("SELECT sum(id) FROM rows"))
    say("copy in", await db.copy_records_to_table("rows", records=[(n, "x" * 50) for n in range(3000)]))
    out = io.BytesIO()
    say("copy", await db.copy_from_query("SELECT * FROM rows", output=out))
    say("copied", len(out.getvalue()))
    async with db.transaction():
        say("cursor", sum([row["id"] async for row in db.cursor("SELECT id FROM rows", prefetch=500)]))
    async with db.transaction():
        await db.execute("UPDATE rows SET text = 'y' WHERE id = 1")
        try:
            async with db.transaction():
                await db.fetch("SELECT 1/0")
        except asyncpg.PostgresError as error:
            say("savepoint", error.sqlstate)
    try:
        await db.fetch("SELECT nothing FROM nowhere")
    except asyncpg.PostgresError as error:
        say("error", error.sqlstate)
    try:
        await db.fetch("SELECT pg_sleep(30)", timeout=0.5)
    except asyncio.TimeoutError:
        say("cancel", "timeout")
    heard = asyncio.get_running_loop().create_future()
    await db.add_listener("news", lambda _db, _pid, channel, payload: heard.set_result((channel, payload)))
    await db.execute("NOTIFY news, 'hello'")
    say("notify", await asyncio.wait_for(heard, 5))
    say("last", await db.fetchval("SELECT count(*) FROM rows"))
    await db.close()


asyncio.run(main())
