#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.h"
#include "support/temp_dir.h"

namespace prow_coverage::testing {

// The job's scripts on this machine, without a pod: a repository to clone, a workspace, and what
// each phase leaves.
class JobTest : public ::testing::Test {
 protected:
  // How a phase ended: its exit code, all that it printed, and its termination message.
  struct Outcome {
    int code = 0;
    std::string log;
    std::string message;
    nlohmann::json result;

    std::string summary() const { return result.value("summary", ""); }
    nlohmann::json details() const { return result.value("details", nlohmann::json::object()); }
  };

  JobTest() {
    for (const char* name : {"src", "workspace", "results"}) {
      std::filesystem::create_directory(dir_.path() / name);
    }
    Shell("git init -q -b main && git config user.name Ann && git config user.email ann@x");
  }

  // Runs a shell script in the repository's work tree; it must succeed.
  std::string Shell(const std::string& script) const { return ShellIn("src", script); }

  std::string ShellIn(const std::string& place, const std::string& script) const {
    Process shell({"/bin/sh", "-euc", "cd '" + (dir_.path() / place).string() + "'; " + script});
    const int code = shell.Wait(std::chrono::minutes(2));
    EXPECT_EQ(code, 0) << script << "\n" << shell.Err();
    std::string output = shell.Out();
    while (output.ends_with('\n')) output.pop_back();
    return output;
  }

  // A base branch with one commit, and pull request 5 with another on top.
  void MakePull(const std::string& base_script = "echo hi >README.md",
                const std::string& pull_script = "echo new >new.txt") const {
    Shell(base_script + "; git add -A; git commit -qm base");
    Shell("git checkout -qb work; " + pull_script + "; git add -A; git commit -qm change");
    Shell("git update-ref refs/pull/5/head HEAD; git checkout -q main");
  }

  Outcome Run(const std::string& phase) {
    const auto message = dir_.path() / "message";
    std::filesystem::remove(message);
    std::vector<std::string> arguments = {"/usr/bin/env",
                                          "-i",
                                          "PATH=" + path_ + std::string(std::getenv("PATH")),
                                          "HOME=" + dir_.path().string(),
                                          "PR_POD_WORKSPACE=" + workspace().string(),
                                          "PR_POD_RESULTS=" + results().string(),
                                          "PR_POD_TERMINATION_LOG=" + message.string(),
                                          "PR_POD_TOKEN_FILE=" + token_file().string(),
                                          "PR_POD_ALLOW_PROTOCOL=file:http"};
    for (const auto& [name, value] : variables_) arguments.push_back(name + "=" + value);
    arguments.push_back("sh");
    arguments.push_back(std::string(PROW_COVERAGE_JOB_SCRIPTS) + "/" + phase + ".sh");
    Process process(arguments);
    Outcome outcome;
    outcome.code = process.Wait(std::chrono::minutes(5));
    outcome.log = process.Out() + process.Err();
    outcome.message = Content(message);
    EXPECT_LE(outcome.message.size(), 4096U);
    outcome.result = nlohmann::json::parse(outcome.message, nullptr, false);
    EXPECT_TRUE(outcome.result.is_object()) << outcome.message << "\n" << outcome.log;
    EXPECT_EQ(outcome.result.value("ok", false), outcome.code == 0) << outcome.log;
    return outcome;
  }

  // Checkout and verify, as the phases behind them expect it.
  void CheckOut() {
    ASSERT_EQ(Run("checkout").code, 0);
    ASSERT_EQ(Run("verify").code, 0);
  }

  static std::string Content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string file_url() const { return "file://" + (dir_.path() / "src").string(); }
  std::filesystem::path workspace() const { return dir_.path() / "workspace"; }
  std::filesystem::path results() const { return dir_.path() / "results"; }
  std::filesystem::path token_file() const { return dir_.path() / "token"; }

  TempDir dir_;
  std::string path_;  // put before PATH: "dir:"
  std::map<std::string, std::string> variables_ = {
      {"PR_POD_REPO_URL", file_url()},
      {"PR_POD_HEAD_REF", "refs/pull/5/head"},
      {"PR_POD_BASE_REF", "main"},
      {"PR_POD_PULL", "5"},
  };
};

}  // namespace prow_coverage::testing
