/* libpq, as C programs use it: see ../main.ts for what every program does. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static PGconn *db;

static void say(const char *step, PGresult *result) {
  printf("%s: %s %s %s", step, PQresStatus(PQresultStatus(result)), PQcmdStatus(result),
         PQresultErrorField(result, PG_DIAG_SQLSTATE) ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : "");
  for (int row = 0; row < PQntuples(result) && row < 30; row += 1)
    for (int column = 0; column < PQnfields(result); column += 1) printf(" %s", PQgetvalue(result, row, column));
  printf("\n");
  PQclear(result);
}

static void run(const char *sql) { PQclear(PQexec(db, sql)); }

int main(void) {
  const char *tls = getenv("TLS");
  setenv("PGSSLMODE", tls && tls[0] == '1' ? "require" : "disable", 1);
  setenv("PGGSSENCMODE", "disable", 1);
  db = PQconnectdb("");
  if (PQstatus(db) != CONNECTION_OK) return fputs(PQerrorMessage(db), stderr), 1;
  const char *values[2] = {"41", "ü"};
  say("simple", PQexec(db, "SELECT 1; SELECT 2, 'a''b'"));
  say("extended", PQexecParams(db, "SELECT $1::int + 1, $2::text", 2, NULL, values, NULL, NULL, 0));
  PQclear(PQprepare(db, "double", "SELECT $1::int * 2", 1, NULL));
  for (int n = 0; n < 20; n += 1) say("prepared", PQexecPrepared(db, "double", 1, values, NULL, NULL, 0));
  PQenterPipelineMode(db);
  for (int n = 0; n < 30; n += 1) PQsendQueryPrepared(db, "double", 1, values, NULL, NULL, 0);
  PQpipelineSync(db);
  for (int nulls = 0; nulls < 30;) {
    PGresult *result = PQgetResult(db);
    if (result == NULL) nulls += 1;
    else say("batch", result);
  }
  say("batch end", PQgetResult(db));
  PQexitPipelineMode(db);
  run("CREATE TEMP TABLE rows (id int, text text)");
  say("copy in", PQexec(db, "COPY rows FROM STDIN"));
  for (int n = 0; n < 3000; n += 1) {
    char line[80];
    int length = sprintf(line, "%d\t%050d\n", n, n);
    PQputCopyData(db, line, length);
  }
  PQputCopyEnd(db, NULL);
  for (PGresult *result; (result = PQgetResult(db)) != NULL;) say("copied in", result);
  say("copy out", PQexec(db, "COPY rows TO STDOUT"));
  long bytes = 0;
  char *buffer;
  for (int length; (length = PQgetCopyData(db, &buffer, 0)) > 0; PQfreemem(buffer)) bytes += length;
  printf("copy: %ld\n", bytes);
  for (PGresult *result; (result = PQgetResult(db)) != NULL;) say("copied out", result);
  run("BEGIN");
  run("DECLARE c CURSOR FOR SELECT id FROM rows ORDER BY id");
  long sum = 0;
  for (;;) {
    PGresult *result = PQexec(db, "FETCH 500 FROM c");
    int rows = PQntuples(result);
    for (int row = 0; row < rows; row += 1) sum += atol(PQgetvalue(result, row, 0));
    PQclear(result);
    if (rows == 0) break;
  }
  printf("cursor: %ld\n", sum);
  run("SAVEPOINT s");
  say("savepoint", PQexec(db, "SELECT 1/0"));
  run("ROLLBACK TO s");
  run("COMMIT");
  say("error", PQexec(db, "SELECT nothing FROM nowhere"));
  PQsendQuery(db, "SELECT pg_sleep(30)");
  usleep(500000);
  PGcancel *cancel = PQgetCancel(db);
  char reason[256];
  PQcancel(cancel, reason, sizeof reason);
  PQfreeCancel(cancel);
  for (PGresult *result; (result = PQgetResult(db)) != NULL;) say("cancel", result);
  run("LISTEN news");
  run("NOTIFY news, 'hello'");
  PGnotify *heard;
  while ((heard = PQnotifies(db)) == NULL) {
    struct pollfd ready = {PQsocket(db), POLLIN, 0};
    poll(&ready, 1, 5000);
    PQconsumeInput(db);
  }
  printf("notify: %s %s\n", heard->relname, heard->extra);
  say("last", PQexec(db, "SELECT count(*) FROM rows"));
  PQfinish(db);
  return 0;
}
