#include "support/fault_vfs.h"

#include <atomic>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>

namespace prow_coverage::testing {

// SQLite allocates szOsFile bytes: this struct and, behind it, the real VFS' own file.
struct FaultVfs::File {
  sqlite3_file base;
  FaultVfs* vfs;
  Image* image;  // nullptr: a temporary file, whose content a power cut may take
  bool is_log;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct FaultVfs::Calls {
  static FaultVfs& Of(sqlite3_vfs* vfs) { return *static_cast<FaultVfs*>(vfs->pAppData); }
  static File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static const sqlite3_io_methods& Real(sqlite3_file* file) { return *Of(file).real()->pMethods; }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    FaultVfs& self = Of(vfs);
    File& opened = *new (file) File{{nullptr}, &self, nullptr, (flags & SQLITE_OPEN_WAL) != 0};
    const int code = self.real_->xOpen(self.real_, name, opened.real(), flags, out);
    if (code != SQLITE_OK) return code;
    constexpr int kDurable = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    if ((flags & kDurable) != 0) opened.image = self.Track(name);
    opened.base.pMethods = &kMethods;
    return SQLITE_OK;
  }

  static int Delete(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    FaultVfs& self = Of(vfs);
    const MutexLock lock(self.mutex_);
    self.images_.erase(name);
    return self.real_->xDelete(self.real_, name, sync_directory);
  }

  static int Close(sqlite3_file* file) { return Real(file).xClose(Of(file).real()); }

  static int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
    return Real(file).xRead(Of(file).real(), to, size, offset);
  }

  static int DoWrite(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    File& self = Of(file);
    const MutexLock lock(self.vfs->mutex_);
    if (self.vfs->write_code_ != SQLITE_OK) return self.vfs->write_code_;
    if (self.image != nullptr) {
      self.image->unsynced.push_back(
          {static_cast<std::size_t>(offset),
           std::string(static_cast<const char*>(from), static_cast<std::size_t>(size)), false});
    }
    return Real(file).xWrite(self.real(), from, size, offset);
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    File& self = Of(file);
    const MutexLock lock(self.vfs->mutex_);
    if (self.image != nullptr) {
      self.image->unsynced.push_back({static_cast<std::size_t>(size), {}, true});
    }
    return Real(file).xTruncate(self.real(), size);
  }

  static int Sync(sqlite3_file* file, int) {
    File& self = Of(file);
    FaultVfs& vfs = *self.vfs;
    const MutexLock lock(vfs.mutex_);
    ++vfs.held_;
    vfs.changed_.notify_all();
    while (vfs.hold_) vfs.changed_.wait(vfs.mutex_);
    --vfs.held_;
    if (self.is_log) ++vfs.log_syncs_;
    if (self.image == nullptr) return vfs.sync_code_;
    if (vfs.sync_code_ == SQLITE_OK) {
      for (const Write& write : self.image->unsynced) ApplyTo(self.image->durable, write);
    }
    self.image->unsynced.clear();
    return vfs.sync_code_;
  }

  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    return Real(file).xFileSize(Of(file).real(), size);
  }
  static int Lock(sqlite3_file* file, int level) {
    return Real(file).xLock(Of(file).real(), level);
  }
  static int Unlock(sqlite3_file* file, int level) {
    return Real(file).xUnlock(Of(file).real(), level);
  }
  static int CheckReservedLock(sqlite3_file* file, int* reserved) {
    return Real(file).xCheckReservedLock(Of(file).real(), reserved);
  }
  static int FileControl(sqlite3_file* file, int operation, void* argument) {
    return Real(file).xFileControl(Of(file).real(), operation, argument);
  }
  static int SectorSize(sqlite3_file* file) { return Real(file).xSectorSize(Of(file).real()); }
  static int DeviceCharacteristics(sqlite3_file* file) {
    return Real(file).xDeviceCharacteristics(Of(file).real());
  }
  static int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** to) {
    return Real(file).xShmMap(Of(file).real(), region, size, extend, to);
  }
  static int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
    return Real(file).xShmLock(Of(file).real(), offset, n, flags);
  }
  static void ShmBarrier(sqlite3_file* file) { Real(file).xShmBarrier(Of(file).real()); }
  static int ShmUnmap(sqlite3_file* file, int remove) {
    return Real(file).xShmUnmap(Of(file).real(), remove);
  }

  static constexpr sqlite3_io_methods kMethods = {2,
                                                  Close,
                                                  Read,
                                                  DoWrite,
                                                  Truncate,
                                                  Sync,
                                                  FileSize,
                                                  Lock,
                                                  Unlock,
                                                  CheckReservedLock,
                                                  FileControl,
                                                  SectorSize,
                                                  DeviceCharacteristics,
                                                  ShmMap,
                                                  ShmLock,
                                                  ShmBarrier,
                                                  ShmUnmap,
                                                  nullptr,
                                                  nullptr};
};

FaultVfs::FaultVfs() : real_(sqlite3_vfs_find(nullptr)), shim_(*real_) {
  static std::atomic<int> number{0};
  name_ = "fault-" + std::to_string(++number);
  shim_.zName = name_.c_str();
  shim_.pAppData = this;
  shim_.pNext = nullptr;
  shim_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  shim_.xOpen = Calls::Open;
  shim_.xDelete = Calls::Delete;
  sqlite3_vfs_register(&shim_, 0);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&shim_); }

int FaultVfs::log_syncs() const {
  const MutexLock lock(mutex_);
  return log_syncs_;
}

void FaultVfs::FailSyncs(int code) {
  const MutexLock lock(mutex_);
  sync_code_ = code;
}

void FaultVfs::FailWrites(int code) {
  const MutexLock lock(mutex_);
  write_code_ = code;
}

void FaultVfs::HoldSyncs() {
  const MutexLock lock(mutex_);
  hold_ = true;
}

void FaultVfs::AwaitHeldSync() {
  const MutexLock lock(mutex_);
  while (held_ == 0) changed_.wait(mutex_);
}

void FaultVfs::ReleaseSyncs() {
  const MutexLock lock(mutex_);
  hold_ = false;
  changed_.notify_all();
}

void FaultVfs::CutPower(const std::filesystem::path& directory, std::mt19937& random) const {
  const MutexLock lock(mutex_);
  for (const auto& [path, image] : images_) {
    std::string left = image.durable;
    for (Write write : image.unsynced) {
      const auto fate = random() % 3;
      if (fate == 0) continue;
      if (fate == 1) write.bytes.resize(random() % (write.bytes.size() / 512 + 1) * 512);
      if (!write.truncates && write.bytes.empty()) continue;
      ApplyTo(left, write);
    }
    const auto name = std::filesystem::path(path).filename();
    std::ofstream(directory / name, std::ios::binary | std::ios::trunc) << left;
  }
}

void FaultVfs::ApplyTo(std::string& image, const Write& write) {
  if (write.truncates) return image.resize(write.offset);
  if (image.size() < write.offset + write.bytes.size()) {
    image.resize(write.offset + write.bytes.size());
  }
  image.replace(write.offset, write.bytes.size(), write.bytes);
}

// What a file holds when it is first seen is taken to be on disk.
FaultVfs::Image* FaultVfs::Track(const std::string& path) {
  const MutexLock lock(mutex_);
  const auto [place, fresh] = images_.try_emplace(path);
  if (fresh) {
    std::ifstream in(path, std::ios::binary);
    place->second.durable.assign(std::istreambuf_iterator<char>(in), {});
  }
  return &place->second;
}

}  // namespace prow_coverage::testing
