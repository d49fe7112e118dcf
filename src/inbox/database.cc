#include "database.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "file_header.h"
#include "schema.h"

namespace prow_coverage::inbox {
namespace {

namespace fs = std::filesystem;

// Nothing here depends on what the file holds.
constexpr const char* kConnectionPragmas = R"sql(
PRAGMA busy_timeout = 1000;
PRAGMA cache_size = -4096;
PRAGMA temp_store = MEMORY;
PRAGMA mmap_size = 0;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
)sql";

// auto_vacuum and page_size take effect in a database that is still empty only, and page_size not
// once WAL is on. secure_delete is on in Debian's build and would write every freed page once more.
// Checkpoints are made by the owner of the connection, after those who wait have been told.
constexpr const char* kWriterPragmas = R"sql(
PRAGMA page_size = 4096;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = OFF;
PRAGMA wal_autocheckpoint = 0;
PRAGMA journal_size_limit = 16777216;
)sql";

Error Refuse(ErrorCode code, const fs::path& path, std::string_view what) {
  return {code, "inbox " + path.string() + ": " + std::string(what), {}};
}

bool IsOwner(Access access) { return access == Access::kOwn || access == Access::kCreate; }

Result<void> CheckDirectory(const fs::path& path) {
  fs::path directory = path.parent_path();
  if (directory.empty()) directory = ".";
  std::error_code error;
  const auto status = fs::status(directory, error);
  if (status.type() == fs::file_type::directory) return {};
  if (status.type() == fs::file_type::not_found) {
    return Refuse(ErrorCode::kInvalidArgument, path,
                  "there is no directory " + directory.string() + "; create it");
  }
  if (error == std::errc::permission_denied) {
    return Refuse(ErrorCode::kPermissionDenied, path,
                  "no permission to look into " + directory.string());
  }
  return Refuse(ErrorCode::kInvalidArgument, path, directory.string() + " is no directory");
}

// What SQLite itself would answer with "unable to open database file" alone.
Result<void> CheckPath(const fs::path& path, Access access) {
  if (path.empty()) return Refuse(ErrorCode::kInvalidArgument, path, "the name is empty");
  if (auto directory = CheckDirectory(path); !directory) return directory;
  std::error_code error;
  const auto type = fs::status(path, error).type();
  if (type == fs::file_type::directory) {
    return Refuse(ErrorCode::kInvalidArgument, path, "it is a directory; name a file in it");
  }
  if (type == fs::file_type::not_found) {
    if (access != Access::kCreate)
      return Refuse(ErrorCode::kNotFound, path, "there is no such file");
    return {};
  }
  if (error == std::errc::permission_denied) {
    return Refuse(ErrorCode::kPermissionDenied, path, "no permission to look at it");
  }
  if (type != fs::file_type::regular) {
    return Refuse(ErrorCode::kInvalidArgument, path, "it is no regular file");
  }
  return {};
}

fs::path DirectoryOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// 0, EACCES or EROFS; other faults are told when it is opened. The effective user's rights, as
// open() sees them.
int Obstacle(const fs::path& path, int mode) {
  if (::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0) return 0;
  return errno == EACCES || errno == EROFS ? errno : 0;
}

// SQLite opens a file that may not be written for reading only, without a word; and a directory
// that may not be written leaves no place for the write-ahead log.
Result<void> CheckPermission(const fs::path& path, Access access) {
  const bool writes = access != Access::kReadOnly;
  const fs::path directory = DirectoryOf(path);
  if (writes && Obstacle(directory, W_OK) == EROFS) {
    return Refuse(ErrorCode::kUnavailable, path,
                  "its file system is mounted read-only; mount it writable, or name another file");
  }
  if (Obstacle(path, writes ? R_OK | W_OK : R_OK) != 0) {
    return Refuse(ErrorCode::kPermissionDenied, path,
                  std::string("no permission to ") + (writes ? "write" : "read") + " it");
  }
  if (writes && Obstacle(directory, W_OK | X_OK) != 0) {
    return Refuse(ErrorCode::kPermissionDenied, path,
                  "no permission to create files in " + directory.string());
  }
  return {};
}

// A reader needs a place for the log and its index, too, unless there is no log: then no daemon has
// the file open.
Result<Access> WaysToRead(const fs::path& path) {
  if (Obstacle(DirectoryOf(path), W_OK) == 0) return Access::kReadOnly;
  const auto exists = [&](const char* suffix) {
    std::error_code ignored;
    return fs::exists(path.string() + suffix, ignored);
  };
  if (!exists("-wal")) return Access::kImmutable;
  if (exists("-shm")) return Access::kReadOnly;
  return Refuse(ErrorCode::kPermissionDenied, path,
                "what its write-ahead log holds can only be read in a directory that may be "
                "written; copy the file and its -wal to one, and name the copy");
}

// A disk without room, or one that is read-only for the moment.
bool MayPass(int error) {
  constexpr int kPassing[] = {ENOSPC, EDQUOT, EROFS, EIO, EMFILE, ENFILE, ENOMEM, EINTR};
  return std::find(std::begin(kPassing), std::end(kPassing), error) != std::end(kPassing);
}

// Payloads of private repositories are nobody else's business; SQLite would ask for 0644. The log
// and its index take the mode of the file.
Result<void> CreatePrivately(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  if (fd >= 0 || errno == EEXIST) return {};
  const auto code = MayPass(errno) ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument;
  return Refuse(code, path,
                "it cannot be created: " + std::generic_category().message(errno) +
                    "; make room for it, or name another file");
}

// Before SQLite opens it: a daemon of another version must not migrate what is in use.
Result<FileLock> LockFor(const fs::path& path, Access access) {
  if (path == ":memory:" || !IsOwner(access)) return FileLock();
  auto lock = FileLock::Take(path);
  if (!lock) return Refuse(lock.error().code, path, lock.error().message);
  return lock;
}

Result<void> SetUpWriter(Connection& connection, const fs::path& path) {
  if (auto set = connection.Execute(kWriterPragmas); !set) return set;
  Query mode(connection, "PRAGMA journal_mode");
  if (auto row = mode.Step(); !row) return row.error();
  if (path != ":memory:" && mode.Text(0) != "wal") {
    return Refuse(ErrorCode::kInvalidArgument, path,
                  "its file system has no shared memory, which a write-ahead log needs; "
                  "use a local file system");
  }
  return {};
}

// A fault of SQLite's names the file already.
Error Naming(const fs::path& path, Error error) {
  const bool of_the_schema =
      error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound;
  return of_the_schema ? Refuse(error.code, path, error.message) : error;
}

Result<void> SetUp(Connection& connection, const fs::path& path, Access access) {
  if (auto set = connection.Execute(kConnectionPragmas); !set) return set;
  if (auto ours = CheckIdentity(connection); !ours) return Naming(path, ours.error());
  if (!IsOwner(access)) {
    if (auto current = CheckCurrent(connection); !current) return Naming(path, current.error());
  }
  if (access == Access::kReadOnly) return connection.Execute("PRAGMA query_only = ON");
  if (auto set = SetUpWriter(connection, path); !set) return set;
  return IsOwner(access) ? Migrate(connection) : Result<void>();
}

}  // namespace

Error AsContentFault(Error error, const Connection& connection) {
  const int code = sqlite3_errcode(connection.handle()) & 0xff;
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) error.code = ErrorCode::kInvalidArgument;
  return error;
}

Result<std::unique_ptr<Connection>> OpenDatabase(const fs::path& path, Access access,
                                                 const std::string& vfs) {
  if (path != ":memory:") {
    if (auto usable = CheckPath(path, access); !usable) return usable.error();
    if (auto allowed = CheckPermission(path, access); !allowed) return allowed.error();
    if (auto ours = CheckFileHeader(path); !ours) return Naming(path, ours.error());
    if (access == Access::kCreate) {
      if (auto created = CreatePrivately(path); !created) return created.error();
    }
  }
  auto lock = LockFor(path, access);
  if (!lock) return lock.error();
  auto way = access == Access::kReadOnly ? WaysToRead(path) : access;
  if (!way) return way.error();
  auto connection = Connection::Open(path, *way, vfs);
  if (!connection) return connection;
  (*connection)->Keep(*std::move(lock));
  if (auto ready = SetUp(**connection, path, access); !ready) {
    return AsContentFault(ready.error(), **connection);
  }
  return connection;
}

}  // namespace prow_coverage::inbox
