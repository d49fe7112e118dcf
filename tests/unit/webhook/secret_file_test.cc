#include "prow_coverage/webhook/secret_file.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/recording_logger.h"
#include "support/temp_dir.h"

namespace prow_coverage::webhook {
namespace {

class SecretFileTest : public ::testing::Test {
 protected:
  std::unique_ptr<SecretFile> Open() { return OpenSecretFile(path_, clock_, logger_).value(); }

  void Write(std::string_view content) { dir_.Write("hmac", content); }

  static std::string Token(SecretFile& file) {
    const auto secrets = file.Current();
    const auto tokens = secrets->For("kubevirt", "project-infra");
    return tokens.empty() ? "" : tokens.front();
  }

  std::string TokenASecondLater(SecretFile& file) {
    clock_.Advance(std::chrono::seconds(1));
    return Token(file);
  }

  std::size_t Lines(LogLevel level) const {
    const auto lines = logger_.lines();
    return std::count_if(lines.begin(), lines.end(),
                         [&](const auto& line) { return line.level == level; });
  }

  testing::TempDir dir_;
  std::filesystem::path path_ = dir_.path() / "hmac";
  testing::FakeClock clock_;
  testing::RecordingLogger logger_;
};

TEST_F(SecretFileTest, DoesNotOpenWithoutAGoodContent) {
  struct Row {
    const char* name;
    std::string content;
    ErrorCode code;
  };
  const Row rows[] = {
      {"empty", " \n", ErrorCode::kInvalidArgument},
      {"empty value", "kubevirt: [{value: ''}]", ErrorCode::kInvalidArgument},
      {"over 1 MiB", std::string((1u << 20) + 1, 'x'), ErrorCode::kTooLarge},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Write(row.content);
    const auto file = OpenSecretFile(path_, clock_, logger_);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, row.code);
    EXPECT_NE(file.error().message.find(path_.native()), std::string::npos);
  }
}

TEST_F(SecretFileTest, DoesNotOpenWhatIsNotThereOrNoFile) {
  const auto missing = OpenSecretFile(path_, clock_, logger_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find(path_.native()), std::string::npos);
  EXPECT_EQ(OpenSecretFile(dir_.path(), clock_, logger_).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(SecretFileTest, LooksAtMostOnceASecond) {
  Write("one");
  const auto file = Open();
  Write("two");
  clock_.Advance(std::chrono::milliseconds(999));
  EXPECT_EQ(Token(*file), "one");
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Token(*file), "two");
}

TEST_F(SecretFileTest, FollowsTheSymlinkThatKubernetesSwaps) {
  dir_.Write("..2026_1/hmac", "one");
  dir_.Write("..2026_2/hmac", "two");
  std::filesystem::create_directory_symlink("..2026_1", dir_.path() / "..data");
  std::filesystem::create_symlink("..data/hmac", path_);
  const auto file = Open();
  EXPECT_EQ(Token(*file), "one");
  std::filesystem::create_directory_symlink("..2026_2", dir_.path() / "..data_tmp");
  std::filesystem::rename(dir_.path() / "..data_tmp", dir_.path() / "..data");
  EXPECT_EQ(TokenASecondLater(*file), "two");
}

TEST_F(SecretFileTest, LastGoodContentStaysInForce) {
  Write("one");
  const auto file = Open();
  Write("");
  EXPECT_EQ(TokenASecondLater(*file), "one");
  std::filesystem::remove(path_);
  EXPECT_EQ(TokenASecondLater(*file), "one");
  Write("two");
  EXPECT_EQ(TokenASecondLater(*file), "two");
}

TEST_F(SecretFileTest, SaysOnceThatAContentIsBroken) {
  Write("one");
  const auto file = Open();
  std::filesystem::remove(path_);
  for (int i = 0; i < 3; ++i) TokenASecondLater(*file);
  EXPECT_EQ(Lines(LogLevel::kError), 1u);
  Write("kubevirt: [{value: ''}]");
  for (int i = 0; i < 3; ++i) TokenASecondLater(*file);
  EXPECT_EQ(Lines(LogLevel::kError), 2u);
  EXPECT_TRUE(logger_.Has("the last good ones stay in force"));
}

TEST_F(SecretFileTest, WarnsWhenAMappingBecomesOneToken) {
  Write("kubevirt: [{value: one}]");
  const auto file = Open();
  Write("kubevirt: [{value: two}]");
  EXPECT_EQ(TokenASecondLater(*file), "two");
  EXPECT_EQ(Lines(LogLevel::kWarning), 0u);
  Write("kubevirt: [");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(TokenASecondLater(*file), "kubevirt: [");
  EXPECT_EQ(Lines(LogLevel::kWarning), 1u);
  EXPECT_TRUE(logger_.Has("are now read as one single token"));
  Write("another");
  EXPECT_EQ(TokenASecondLater(*file), "another");
  EXPECT_EQ(Lines(LogLevel::kWarning), 1u);
}

TEST_F(SecretFileTest, SaysThatTheSecretsHaveChanged) {
  Write("one");
  const auto file = Open();
  Write("one\n");  // the same secret
  TokenASecondLater(*file);
  EXPECT_FALSE(logger_.Has("webhook secrets have changed"));
  Write("kubevirt: [{value: two}]");
  TokenASecondLater(*file);
  ASSERT_TRUE(logger_.Has("webhook secrets have changed"));
  EXPECT_EQ(logger_.lines().back().fields.at("names"), "kubevirt");
}

TEST_F(SecretFileTest, NeverLogsASecret) {
  Write("hush-one");
  const auto file = Open();
  Write("kubevirt: [{value: hush-two}, {value: ''}]");
  TokenASecondLater(*file);
  Write("kubevirt: [{value: hush-two}]");
  TokenASecondLater(*file);
  for (const auto& line : logger_.lines()) {
    for (const auto& [key, value] : line.fields) {
      EXPECT_EQ(value.find("hush"), std::string::npos) << key;
    }
  }
}

TEST_F(SecretFileTest, SecretsInUseSurviveTheChange) {
  Write("one");
  const auto file = Open();
  const auto in_use = file->Current();
  Write("two");
  EXPECT_EQ(TokenASecondLater(*file), "two");
  EXPECT_EQ(in_use->For("a", "b").front(), "one");
}

}  // namespace
}  // namespace prow_coverage::webhook
