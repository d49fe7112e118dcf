#include "connection.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "prow_coverage/base/percent_encode.h"

namespace prow_coverage::inbox {
namespace {

struct Cause {
  int code;
  const char* advice;
};

// What an operator does about each primary result code that means "the database is out of order".
constexpr Cause kOutOfOrder[] = {
    {SQLITE_PERM, "give the user of this process access to the file and its directory"},
    {SQLITE_BUSY, "another process holds its lock; end that process or its transaction"},
    {SQLITE_LOCKED, "another connection holds its lock"},
    {SQLITE_NOMEM, "the process is out of memory"},
    {SQLITE_READONLY, "make the file, its directory and its file system writable"},
    {SQLITE_IOERR, "check the disk and the file system"},
    {SQLITE_CORRUPT,
     "move the file away and start anew, or rescue it with `sqlite3 FILE .recover`"},
    {SQLITE_FULL, "make room on the file system"},
    {SQLITE_CANTOPEN, "check that the file exists and that its directory is writable"},
    {SQLITE_PROTOCOL, "too many processes are opening it at once"},
    {SQLITE_SCHEMA, "its tables were changed by another program"},
    {SQLITE_NOTADB, "put the right file back, or name another one"},
    {SQLITE_AUTH, "access was denied"},
    {SQLITE_NOLFS, "the file system cannot hold a file of this size"},
};

// Where SQLite says "disk I/O error" alone, the system's error tells what it is about.
int WithoutDisguise(int code, int system_error) {
  const int primary = code & 0xff;
  if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) return primary;
  if (system_error == ENOSPC || system_error == EDQUOT) return SQLITE_FULL;
  return system_error == EROFS ? SQLITE_READONLY : primary;
}

const Cause* FindCause(int code) {
  for (const Cause& cause : kOutOfOrder) {
    if (cause.code == code) return &cause;
  }
  return nullptr;
}

// A full disk and a lock pass without harm to the connection. After any other fault what it holds
// of the file may be wrong.
bool NeedsNewConnection(int code) {
  const int primary = code & 0xff;
  return primary != SQLITE_FULL && primary != SQLITE_BUSY && primary != SQLITE_LOCKED &&
         primary != SQLITE_NOMEM;
}

bool IsDamage(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || code == SQLITE_IOERR_READ ||
         code == SQLITE_IOERR_CORRUPTFS;
}

int OpenFlags(Access access) {
  // Extended result codes: SQLITE_IOERR alone does not say whether it was a read or an fsync.
  constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (access) {
    case Access::kImmutable:
      return kCommon | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case Access::kReadOnly:
      return kCommon | SQLITE_OPEN_READONLY;
    case Access::kReadWrite:
    case Access::kOwn:
      return kCommon | SQLITE_OPEN_READWRITE;
    case Access::kCreate:
      return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return kCommon;
}

// Debian's SQLite takes a name that begins with "file:" for a URI; an absolute path is never one.
std::string FileName(const std::filesystem::path& path, Access access) {
  if (path == ":memory:") return path.string();
  const std::string absolute = std::filesystem::absolute(path).string();
  return access == Access::kImmutable ? "file:" + PercentEncode(absolute) + "?immutable=1"
                                      : absolute;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::Open(const std::filesystem::path& path,
                                                     Access access, const std::string& vfs) {
  std::unique_ptr<Connection> connection(new Connection(path));
  const int code = sqlite3_open_v2(FileName(path, access).c_str(), &connection->handle_,
                                   OpenFlags(access), vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) return connection->Fault(code);
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

Result<void> Connection::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Fault(code);
  return {};
}

Result<std::int64_t> Connection::Integer(const char* sql) {
  Query query(*this, sql);
  auto row = query.Step();
  if (!row) return row.error();
  return *row ? query.Integer(0) : 0;
}

Error Connection::Fault(int code) {
  std::string text = "inbox " + path_.string() + ": " + sqlite3_errstr(code & 0xff);
  const int system_error = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  const bool of_the_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (of_the_system && system_error != 0)
    text += std::string(" (") + std::generic_category().message(system_error) + ")";
  text += " [SQLite " + std::to_string(code) + "]";
  const Cause* cause = FindCause(WithoutDisguise(code, system_error));
  if (cause == nullptr) {
    if (handle_ != nullptr) text += std::string(": ") + sqlite3_errmsg(handle_);
    return {ErrorCode::kInternal, text, {}};
  }
  broken_ = broken_ || NeedsNewConnection(code);
  Error fault{ErrorCode::kUnavailable, text + ": " + cause->advice, {}};
  if (IsDamage(code)) damage_ = fault;
  return fault;
}

sqlite3_stmt* Connection::Prepare(const std::string& sql, int& code) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second;
  sqlite3_stmt* statement = nullptr;
  code = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size()) + 1,
                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) statements_.emplace(sql, statement);
  return statement;
}

Query::Query(Connection& connection, const std::string& sql)
    : connection_(connection), statement_(connection.Prepare(sql, code_)) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::BindNext(std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  Check(sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::BindNext(std::nullptr_t) { Check(sqlite3_bind_null(statement_, ++bound_)); }

void Query::BindNext(const Blob& blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  Check(sqlite3_bind_blob64(statement_, ++bound_, data, blob.bytes.size(), SQLITE_STATIC));
}

Result<bool> Query::Step() {
  if (code_ == SQLITE_OK) {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    code_ = code;
  }
  return connection_.Fault(code_);
}

Result<void> Query::Run() {
  auto row = Step();
  if (!row) return row.error();
  return {};
}

std::int64_t Query::Integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::Text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return data == nullptr
             ? std::string()
             : std::string(data,
                           static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t ToMicros(WallTime time) {
  return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
}

WallTime FromMicros(std::int64_t micros) {
  return WallTime(
      std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(micros)));
}

}  // namespace prow_coverage::inbox
