// pgx: see ../main.ts for what every program does.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func say(step string, values ...any) { fmt.Println(append([]any{step + ":"}, values...)...) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func state(err error) string {
	var failed *pgconn.PgError
	if errors.As(err, &failed) {
		return failed.Code
	}
	return fmt.Sprint(err)
}

func main() {
	ctx := context.Background()
	mode := "disable"
	if os.Getenv("TLS") == "1" {
		mode = "require"
	}
	db, err := pgx.Connect(ctx, "sslmode="+mode)
	must(err)
	var n int
	var text string
	must(db.QueryRow(ctx, "SELECT 1, 'a''b'", pgx.QueryExecModeSimpleProtocol).Scan(&n, &text))
	say("simple", n, text)
	must(db.QueryRow(ctx, "SELECT $1::int + 1, $2::text", pgx.QueryExecModeExec, 41, "ü").Scan(&n, &text))
	say("extended", n, text)
	for i := range 20 {
		must(db.QueryRow(ctx, "SELECT $1::int * 2", i).Scan(&n))
		say("prepared", n)
	}
	batch := &pgx.Batch{}
	for i := range 30 {
		batch.Queue("SELECT $1::int", i)
	}
	results := db.SendBatch(ctx, batch)
	for range 30 {
		must(results.QueryRow().Scan(&n))
		say("batch", n)
	}
	must(results.Close())
	_, err = db.Exec(ctx, "CREATE TEMP TABLE rows (id int, text text)")
	must(err)
	var rows [][]any
	for i := range 3000 {
		rows = append(rows, []any{i, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})
	}
	copied, err := db.CopyFrom(ctx, pgx.Identifier{"rows"}, []string{"id", "text"}, pgx.CopyFromRows(rows))
	must(err)
	say("copy in", copied)
	var out bytes.Buffer
	_, err = db.PgConn().CopyTo(ctx, &out, "COPY rows TO STDOUT")
	must(err)
	say("copy", out.Len())
	tx, err := db.Begin(ctx)
	must(err)
	_, err = tx.Exec(ctx, "DECLARE c CURSOR FOR SELECT id FROM rows ORDER BY id")
	must(err)
	sum := 0
	for {
		ids, err := tx.Query(ctx, "FETCH 500 FROM c")
		must(err)
		some, err := pgx.CollectRows(ids, pgx.RowTo[int])
		must(err)
		if len(some) == 0 {
			break
		}
		for _, id := range some {
			sum += id
		}
	}
	say("cursor", sum)
	inner, err := tx.Begin(ctx)
	must(err)
	_, err = inner.Exec(ctx, "SELECT 1/0")
	say("savepoint", state(err))
	must(inner.Rollback(ctx))
	must(tx.Commit(ctx))
	_, err = db.Exec(ctx, "SELECT nothing FROM nowhere")
	say("error", state(err))
	time.AfterFunc(500*time.Millisecond, func() { must(db.PgConn().CancelRequest(ctx)) })
	_, err = db.Exec(ctx, "SELECT pg_sleep(30)")
	say("cancel", state(err))
	_, err = db.Exec(ctx, "LISTEN news")
	must(err)
	_, err = db.Exec(ctx, "NOTIFY news, 'hello'")
	must(err)
	heard, err := db.WaitForNotification(ctx)
	must(err)
	say("notify", heard.Channel, heard.Payload)
	must(db.QueryRow(ctx, "SELECT count(*) FROM rows").Scan(&n))
	say("last", n)
	must(db.Close(ctx))
}
