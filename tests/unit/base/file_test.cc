#include "prow_coverage/base/file.h"

#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace prow_coverage {
namespace {

class File : public ::testing::Test {
 protected:
  ErrorCode CodeOf(const std::filesystem::path& path, std::size_t limit = 1024) {
    const auto content = ReadFile(path, limit);
    if (content) {
      ADD_FAILURE() << path << " was read";
      return ErrorCode::kInternal;
    }
    EXPECT_NE(content.error().message.find(path.string()), std::string::npos)
        << content.error().message;
    return content.error().code;
  }

  testing::TempDir dir_;
};

TEST_F(File, ReadsEveryByte) {
  const std::string bytes("a\0b\n\xFF", 5);
  EXPECT_EQ(ReadFile(dir_.Write("f", bytes)).value(), bytes);
}

TEST_F(File, ReadsAnEmptyFile) { EXPECT_EQ(ReadFile(dir_.Write("f", "")).value(), ""); }

TEST_F(File, FollowsASymlinkAsKubernetesMountsSecrets) {
  dir_.Write("..2026/token", "secret");
  std::filesystem::create_symlink("..2026/token", dir_.path() / "token");
  EXPECT_EQ(ReadFile(dir_.path() / "token").value(), "secret");
}

TEST_F(File, TakesAFileOfExactlyTheLimit) {
  EXPECT_EQ(ReadFile(dir_.Write("f", std::string(100000, 'x')), 100000).value().size(), 100000u);
}

TEST_F(File, RefusesOneByteOverTheLimit) {
  EXPECT_EQ(CodeOf(dir_.Write("f", std::string(1025, 'x'))), ErrorCode::kTooLarge);
}

TEST_F(File, MissingFileIsNotFound) {
  EXPECT_EQ(CodeOf(dir_.path() / "none"), ErrorCode::kNotFound);
}

TEST_F(File, FileInPlaceOfADirectoryIsNotFound) {
  EXPECT_EQ(CodeOf(dir_.Write("f", "") / "below"), ErrorCode::kNotFound);
}

TEST_F(File, RefusesADirectory) { EXPECT_EQ(CodeOf(dir_.path()), ErrorCode::kInvalidArgument); }

TEST_F(File, RefusesAFifoWithoutWaitingForItsWriter) {
  const auto fifo = dir_.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(CodeOf(fifo), ErrorCode::kInvalidArgument);
}

TEST_F(File, RefusesADevice) { EXPECT_EQ(CodeOf("/dev/zero"), ErrorCode::kInvalidArgument); }

TEST_F(File, RefusesASocket) {
  const auto path = dir_.path() / "socket";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  EXPECT_EQ(CodeOf(path), ErrorCode::kInvalidArgument);
}

TEST_F(File, RefusesALoopOfSymlinks) {
  std::filesystem::create_symlink("loop", dir_.path() / "loop");
  EXPECT_EQ(CodeOf(dir_.path() / "loop"), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace prow_coverage
