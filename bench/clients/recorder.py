"""Forwards connections to a Postgres, records what passes, and counts it after the fact: the second opinion on the tap.

recorder.py UPSTREAM_PORT prints its port. When its input ends it prints the counts as JSON. It shares nothing with the
tap: it parses the whole stream at the end, and takes a round trip for a change of direction behind a message that asks.
"""
import json
import socket
import struct
import sys
import threading

timelines, lock = [], threading.Lock()
UNASKED = "NSA"
ASKS = "QSHFcfp"


def forward(source, target, way, timeline):
    try:
        while data := source.recv(65536):
            with lock:
                timeline.append((way, data))
            target.sendall(data)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def accept(listener, upstream):
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", upstream))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        timeline = []
        timelines.append(timeline)
        for args in ((client, server, "up"), (server, client, "down")):
            threading.Thread(target=forward, args=(*args, timeline), daemon=True).start()


def messages(timeline):
    """(way, type, body) of whole messages in the order in which they were complete."""
    rest = {"up": b"", "down": b""}
    started = False
    for way, data in timeline:
        rest[way] += data
        while True:
            have = rest[way]
            head = 0 if way == "up" and not started else 1
            if len(have) < head + 4:
                break
            size = head + struct.unpack("!I", have[head : head + 4])[0]
            if len(have) < size:
                break
            rest[way] = have[size:]
            if head == 0:
                code = struct.unpack("!I", have[4:8])[0]
                started = True
                yield way, "cancel" if code == 80877102 else "startup", b""
            else:
                yield way, have[:1].decode("latin1"), have[5:size]


def count(timeline, total):
    asked = False
    for way, kind, _body in messages(timeline):
        if kind == "cancel":
            total["messagesUp"] += 1
            total["cancels"] += 1
            return
        total["messagesUp" if way == "up" else "messagesDown"] += 1
        if way == "up":
            name = {"Q": "simpleQueries", "P": "prepares", "E": "executes"}.get(kind)
            asked = asked or kind == "startup" or kind in ASKS
        else:
            name = {"Z": "readyForQuery", "E": "errors", "G": "copies", "H": "copies"}.get(kind)
            if asked and kind not in UNASKED:
                asked = False
                total["roundTrips"] += 1
        if name:
            total[name] += 1


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=accept, args=(listener, int(sys.argv[1])), daemon=True).start()
    sys.stdin.read()
    names = "messagesUp messagesDown simpleQueries prepares executes readyForQuery errors copies cancels roundTrips"
    total = dict.fromkeys(names.split(), 0)
    for timeline in timelines:
        count(timeline, total)
    print(json.dumps(total))


main()
