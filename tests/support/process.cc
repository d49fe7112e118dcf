#include "support/process.h"

#include <charconv>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

namespace prow_coverage::testing {
namespace {

using namespace std::chrono_literals;

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// As exec takes it; the texts must outlive it.
std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// This process' environment with `changes` in the place of what has the same names.
std::vector<std::string> Environment(std::vector<std::string> changes) {
  std::set<std::string> changed;
  for (const auto& change : changes) changed.insert(change.substr(0, change.find('=')));
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (!changed.contains(text.substr(0, text.find('=')))) changes.push_back(text);
  }
  return changes;
}

// A field of /proc/<pid>/status that is given in kB.
std::size_t StatusBytes(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string field;
  std::size_t kilobytes = 0;
  while (status >> field) {
    if (field == name && status >> kilobytes) break;
  }
  return kilobytes * 1024;
}

}  // namespace

Process::Process(std::vector<std::string> arguments, std::string_view standard_input,
                 std::vector<std::string> environment)
    : name_(arguments.front()) {
  const auto in = dir_.Write("in", standard_input);
  auto variables = Environment(std::move(environment));
  const auto argv = Pointers(arguments);
  const auto envp = Pointers(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY, 0);
  constexpr int kNew = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&actions, 1, (dir_.path() / "out").c_str(), kNew, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, (dir_.path() / "err").c_str(), kNew, 0600);
  const int problem = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) throw std::runtime_error("cannot start " + name_ + ": " + strerror(problem));
}

Process::~Process() {
  if (!Running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::Signal(int number) const { ::kill(pid_, number); }

bool Process::Running() {
  if (exit_code_ >= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Process::Wait(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (Running()) {
    if (std::chrono::steady_clock::now() > deadline) Fail("did not end");
    std::this_thread::sleep_for(2ms);
  }
  return exit_code_;
}

std::string Process::Out() const { return Slurp(dir_.path() / "out"); }

std::string Process::Err() const { return Slurp(dir_.path() / "err"); }

void Process::AwaitErr(std::string_view text) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (Err().find(text) == std::string::npos) {
    if (!Running()) Fail("ended without saying \"" + std::string(text) + "\"");
    if (std::chrono::steady_clock::now() > deadline) Fail("did not say \"" + std::string(text));
    std::this_thread::sleep_for(2ms);
  }
}

double Process::CpuSeconds() const {
  // In nanoseconds; /proc/<pid>/stat counts hundredths of a second, too coarse for an idle daemon.
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::size_t Process::ResidentBytes() const { return StatusBytes(pid_, "VmRSS:"); }

std::size_t Process::PeakResidentBytes() const { return StatusBytes(pid_, "VmHWM:"); }

void Process::Fail(const std::string& what) const {
  throw std::runtime_error(name_ + " " + what + "; it said:\n" + Out() + Err());
}

std::uint16_t NumberAfter(const std::string& text, const std::string& key) {
  const std::string mark = "\"" + key + "\":";
  const auto at = text.find(mark);
  std::uint16_t number = 0;
  if (at != std::string::npos) {
    std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), number);
  }
  return number;
}

}  // namespace prow_coverage::testing
