#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "prow_coverage/base/mutex.h"

namespace prow_coverage::testing {

// SQLite's default VFS on a disk that can be slow, full or broken, and that knows what it would
// hold after a power cut: what was synced for certain, and any part of what was written since.
// Thread-safe.
//
// A sync that fails loses what it was to write, though reading still shows it: so does Linux, whose
// page cache marks a page clean when its write has failed.
class FaultVfs {
 public:
  FaultVfs();
  // Connections that use it must be closed.
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // For inbox::Options::vfs.
  const std::string& name() const { return name_; }

  // Syncs of the write-ahead log so far.
  int log_syncs() const;

  // From now on every sync or write answers `code`, e.g. SQLITE_IOERR_FSYNC; SQLITE_OK ends it.
  void FailSyncs(int code);
  void FailWrites(int code);

  // Makes every sync wait until ReleaseSyncs.
  void HoldSyncs();
  void AwaitHeldSync();
  void ReleaseSyncs();

  // Writes the files as the disk would hold them if the power failed now into `directory`. Of what
  // was not synced, each write is lost, done or torn at a multiple of 512 bytes.
  void CutPower(const std::filesystem::path& directory, std::mt19937& random) const;

 private:
  struct Write {
    std::size_t offset;
    std::string bytes;
    bool truncates;  // the file ends at `offset`
  };
  struct Image {
    std::string durable;
    std::vector<Write> unsynced;
  };
  struct File;
  struct Calls;

  static void ApplyTo(std::string& image, const Write& write);
  Image* Track(const std::string& path);

  std::string name_;
  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Image> images_ GUARDED_BY(mutex_);
  int log_syncs_ GUARDED_BY(mutex_) = 0;
  int sync_code_ GUARDED_BY(mutex_) = SQLITE_OK;
  int write_code_ GUARDED_BY(mutex_) = SQLITE_OK;
  int held_ GUARDED_BY(mutex_) = 0;
  bool hold_ GUARDED_BY(mutex_) = false;
};

}  // namespace prow_coverage::testing
