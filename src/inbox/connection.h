#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"

#include "file_lock.h"

namespace prow_coverage::inbox {

enum class Access {
  kImmutable,  // nobody can write it, so that nothing is kept of its locks and its log
  kReadOnly,   // beside the daemon that has it, if any
  kReadWrite,  // the same
  kOwn,        // as the one daemon; it must exist
  kCreate,     // the same; it need not exist
};

// A connection to one database with its prepared statements. One thread at a time.
class Connection {
 public:
  // `path` may be ":memory:"; `vfs` "" is SQLite's own.
  // Errors: kUnavailable, naming path and cause.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> Open(const std::filesystem::path& path,
                                                                Access access,
                                                                const std::string& vfs);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements that have no parameters; their rows are dropped. Errors: see Fault.
  [[nodiscard]] Result<void> Execute(const char* sql);
  // The first column of the first row; 0 when there is none. Errors: see Fault.
  [[nodiscard]] Result<std::int64_t> Integer(const char* sql);

  // The fault that SQLite has just reported: kUnavailable when the database is out of order,
  // kInternal when only the statement was wrong (a constraint, a text over SQLite's limit).
  [[nodiscard]] Error Fault(int code);

  // True after a fault that only a new connection can get over.
  [[nodiscard]] bool broken() const { return broken_; }

  // The fault by which what the file holds cannot be trusted: a page that makes no sense, or that
  // the disk does not give back.
  [[nodiscard]] const std::optional<Error>& damage() const { return damage_; }

  [[nodiscard]] sqlite3* handle() const { return handle_; }

  // Holds the lock for as long as the connection is open.
  void Keep(FileLock lock) { lock_ = std::move(lock); }

 private:
  friend class Query;
  explicit Connection(std::filesystem::path path) : path_(std::move(path)) {}

  // From the cache; sets `code` when SQLite refuses the text.
  sqlite3_stmt* Prepare(const std::string& sql, int& code);

  std::filesystem::path path_;
  FileLock lock_;
  sqlite3* handle_ = nullptr;
  bool broken_ = false;
  std::optional<Error> damage_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// One use of a prepared statement; the statement is free for the next use when this goes. Bound
// texts must outlive it.
class Query {
 public:
  Query(Connection& connection, const std::string& sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Binds all parameters, in order.
  template <class... Values>
  Query& Bind(const Values&... values) {
    (BindNext(values), ...);
    return *this;
  }

  // True when there is a row. Errors of binding and preparing are told here, too. Errors: see
  // Connection::Fault.
  [[nodiscard]] Result<bool> Step();
  // Steps a statement that has no rows.
  [[nodiscard]] Result<void> Run();

  // Columns of the row, from 0.
  [[nodiscard]] std::int64_t Integer(int column) const;
  [[nodiscard]] std::string Text(int column) const;  // also of a blob
  [[nodiscard]] bool IsNull(int column) const;

 private:
  template <std::integral T>
  void BindNext(T value) {
    Check(sqlite3_bind_int64(statement_, ++bound_, static_cast<sqlite3_int64>(value)));
  }
  void BindNext(std::string_view text);
  void BindNext(std::nullptr_t);
  void BindNext(const struct Blob& blob);
  void Check(int code) {
    if (code_ == SQLITE_OK) code_ = code;
  }

  Connection& connection_;
  int code_ = SQLITE_OK;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// Binds bytes as a BLOB.
struct Blob {
  std::string_view bytes;
};

// Times are stored as whole microseconds since the Unix epoch.
[[nodiscard]] std::int64_t ToMicros(WallTime time);
[[nodiscard]] WallTime FromMicros(std::int64_t micros);

}  // namespace prow_coverage::inbox
