import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.sql.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** pgjdbc: see ../main.ts for what every program does. */
public class Pgjdbc {
  static void say(String step, Object value) { System.out.println(step + ": " + value); }

  static String state(Connection db, String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
      return "no error";
    } catch (SQLException error) {
      return error.getSQLState();
    }
  }

  static String one(Connection db, String sql) throws SQLException {
    try (Statement statement = db.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  static Connection open(String extra) throws SQLException {
    Map<String, String> env = System.getenv();
    return DriverManager.getConnection(
        "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE")
            + "?gssEncMode=disable&sslmode=" + (env.get("TLS").equals("1") ? "require" : "disable") + extra,
        env.get("PGUSER"), env.get("PGPASSWORD"));
  }

  public static void main(String[] args) throws Exception {
    try (Connection simple = open("&preferQueryMode=simple")) { say("simple", one(simple, "SELECT 'a''b'")); }
    Connection db = open("");
    say("extended", one(db, "SELECT 42"));
    try (PreparedStatement doubled = db.prepareStatement("SELECT ?::int * 2")) {
      for (int n = 0; n < 20; n += 1) {
        doubled.setInt(1, n);
        try (ResultSet rows = doubled.executeQuery()) {
          rows.next();
          say("prepared", rows.getInt(1));
        }
      }
    }
    try (Statement statement = db.createStatement()) { statement.execute("CREATE TEMP TABLE rows (id int, text text)"); }
    try (PreparedStatement insert = db.prepareStatement("INSERT INTO rows VALUES (?, ?)")) {
      for (int n = 0; n < 500; n += 1) {
        insert.setInt(1, n);
        insert.setString(2, "x");
        insert.addBatch();
      }
      say("batch", Arrays.stream(insert.executeBatch()).sum());
    }
    PGConnection own = db.unwrap(PGConnection.class);
    StringBuilder lines = new StringBuilder();
    for (int n = 0; n < 3000; n += 1) lines.append(n).append('\t').append("x".repeat(50)).append('\n');
    say("copy in", own.getCopyAPI().copyIn("COPY rows FROM STDIN", new StringReader(lines.toString())));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    own.getCopyAPI().copyOut("COPY rows TO STDOUT", out);
    say("copy", out.size());
    db.setAutoCommit(false);
    try (Statement statement = db.createStatement()) {
      statement.setFetchSize(500);
      long sum = 0;
      try (ResultSet rows = statement.executeQuery("SELECT id FROM rows ORDER BY id")) { while (rows.next()) sum += rows.getInt(1); }
      say("cursor", sum);
    }
    Savepoint savepoint = db.setSavepoint();
    say("savepoint", state(db, "SELECT 1/0"));
    db.rollback(savepoint);
    db.commit();
    db.setAutoCommit(true);
    say("error", state(db, "SELECT nothing FROM nowhere"));
    try (Statement statement = db.createStatement()) {
      Thread cancel = new Thread(() -> {
        try {
          Thread.sleep(500);
          statement.cancel();
        } catch (Exception error) {
          say("cancel", error);
        }
      });
      cancel.start();
      try {
        statement.execute("SELECT pg_sleep(30)");
      } catch (SQLException error) {
        say("cancel", error.getSQLState());
      }
      cancel.join();
    }
    say("listen", state(db, "LISTEN news"));
    say("notify", state(db, "NOTIFY news, 'hello'"));
    PGNotification[] heard = own.getNotifications(5000);
    say("heard", heard[0].getName() + " " + heard[0].getParameter());
    say("last", one(db, "SELECT count(*) FROM rows"));
    db.close();
  }
}
