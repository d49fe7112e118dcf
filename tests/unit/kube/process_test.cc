#include "prow_coverage/kube/process.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace prow_coverage::kube {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

ProcessRequest Shell(const std::string& script) {
  ProcessRequest request;
  request.command = "sh";
  request.args = {"-c", script};
  return request;
}

TEST(Process, AnswersOutputAndExitCode) {
  const auto outcome = RunProcess(Shell("echo out; echo err >&2; exit 3"));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_EQ(outcome->output, "out\n");
  EXPECT_EQ(outcome->last_words, "err\n");
}

TEST(Process, HandsArgumentsOverUninterpreted) {
  ProcessRequest request;
  request.command = "printf";
  request.args = {"%s|", "$HOME", "a b", "; exit 7"};
  EXPECT_EQ(RunProcess(request)->output, "$HOME|a b|; exit 7|");
}

TEST(Process, AddsToTheEnvironmentAndReplacesInIt) {
  auto request = Shell("echo \"$ADDED:$HOME:${PATH:+path}\"");
  request.environment = {"ADDED=yes", "HOME=/other"};
  EXPECT_EQ(RunProcess(request)->output, "yes:/other:path\n");
}

TEST(Process, HasNothingToRead) { EXPECT_EQ(RunProcess(Shell("cat; echo end"))->output, "end\n"); }

TEST(Process, ReportsTheSignalThatEndedIt) {
  EXPECT_EQ(RunProcess(Shell("kill -TERM $$"))->exit_code, 128 + 15);
}

TEST(Process, KeepsTheEndOfALongComplaint) {
  const auto outcome =
      RunProcess(Shell("head -c 300000 /dev/zero | tr '\\0' x >&2; echo the reason >&2; exit 1"));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->last_words.size(), 4096U);
  EXPECT_TRUE(outcome->last_words.ends_with("the reason\n"));
}

TEST(Process, DoesNotWaitForWhatItLeavesBehind) {
  auto request = Shell("sleep 60 & echo done");
  const auto outcome = RunProcess(request);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->output, "done\n");
}

TEST(Process, IsKilledWithItsChildrenWhenItsTimeIsOver) {
  const prow_coverage::testing::TempDir dir;
  const auto pid_file = dir.path() / "pid";
  auto request = Shell("echo waiting for a person >&2; sleep 60 & echo $! > '" + pid_file.string() +
                       "'; wait");
  request.limit = milliseconds(300);
  const auto outcome = RunProcess(request);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(outcome.error().message, HasSubstr("waiting for a person"));
  const auto still_there =
      Shell("grep -sq sleep /proc/$(cat '" + pid_file.string() + "')/cmdline && echo yes");
  EXPECT_EQ(RunProcess(still_there)->output, "");
}

TEST(Process, IsKilledWhenItWritesWithoutEnd) {
  auto request = Shell("yes");
  request.max_output = 100000;
  const auto outcome = RunProcess(request);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kTooLarge);
}

TEST(Process, TellsAMissingProgramFromOneThatMayNotRun) {
  ProcessRequest request;
  request.command = "no-such-program-anywhere";
  EXPECT_EQ(RunProcess(request).error().code, ErrorCode::kNotFound);

  const prow_coverage::testing::TempDir dir;
  request.command = dir.Write("plain", "#!/bin/sh\n").string();
  EXPECT_EQ(RunProcess(request).error().code, ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace prow_coverage::kube
