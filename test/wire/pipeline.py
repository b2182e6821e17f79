"""CONNINFO COUNT PROTOCOL: runs COUNT queries in one pipeline of libpq's; prints the rows, and what libpq says of itself."""

import json
import sys

import psycopg

conninfo, count, protocol = sys.argv[1], int(sys.argv[2]), sys.argv[3]
libpq = psycopg.pq.version()
# Older ones speak 3.0 and don't know the word.
if libpq >= 180000:
    conninfo += f" max_protocol_version={protocol}"
with psycopg.connect(conninfo, autocommit=True) as connection:
    with connection.pipeline():
        cursors = [connection.execute("SELECT %s::int * 2", (number,)) for number in range(count)]
        rows = [cursor.fetchone()[0] for cursor in cursors]
    print(json.dumps({"libpq": libpq, "protocol": connection.pgconn.protocol_version, "rows": rows}))
