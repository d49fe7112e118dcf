#include "prow_coverage/kube/process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prow_coverage/base/trim.h"

#include "text.h"

extern char** environ;

namespace prow_coverage::kube {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kMaxLastWords = 4096;
// A child is looked after this often: it may end without closing what its own children hold.
constexpr std::chrono::milliseconds kPollInterval{10};

Error SpawnError(const std::string& command, int number) {
  const auto code = number == ENOENT || number == ENOTDIR ? ErrorCode::kNotFound
                    : number == EACCES                    ? ErrorCode::kPermissionDenied
                                                          : ErrorCode::kInternal;
  return {code, "cannot start " + command + ": " + std::generic_category().message(number), {}};
}

// One of the child's outputs, as we read it.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_, O_CLOEXEC) == 0) ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    CloseWriter();
    CloseReader();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool IsOpen() const { return ends_[0] >= 0; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void CloseWriter() { Close(ends_[1]); }

  // Appends what is there now. The reader is closed at the end of the output.
  void Drain(std::string& into, std::size_t limit) {
    char chunk[16384];
    while (IsOpen() && into.size() <= limit) {
      const ssize_t n = ::read(ends_[0], chunk, sizeof chunk);
      if (n > 0) {
        into.append(chunk, static_cast<std::size_t>(n));
      } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        CloseReader();
      } else if (errno == EAGAIN) {
        return;
      }
    }
  }

 private:
  void CloseReader() { Close(ends_[0]); }
  static void Close(int& fd) {
    if (fd >= 0) ::close(std::exchange(fd, -1));
  }

  int ends_[2] = {-1, -1};
};

// Everything that posix_spawn is told about the child's surroundings.
class SpawnSettings {
 public:
  SpawnSettings(const Pipe& output, const Pipe& errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output.writer(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors.writer(), STDERR_FILENO);

    // Signals that this daemon blocks or ignores are the child's own affair.
    sigset_t none;
    sigset_t defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Our own environment with `added` in place of what has the same name.
std::vector<std::string> Environment(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto name = text.substr(0, text.find('=') + 1);
    const bool replaced = std::any_of(added.begin(), added.end(), [&](const std::string& other) {
      return other.starts_with(name);
    });
    if (!replaced) all.emplace_back(text);
  }
  return all;
}

// A child process. One that has not ended by the time this goes is killed with its whole group.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (!exit_code_) ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The exit code once it has ended.
  std::optional<int> ExitCode() {
    // Left as a zombie until the end, so that nobody else gets its number meanwhile.
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid_) {
      exit_code_ = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    }
    return exit_code_;
  }

 private:
  pid_t pid_;
  std::optional<int> exit_code_;
};

void WaitForOutput(const Pipe& output, const Pipe& errors, SteadyTime deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  // poll ignores a negative descriptor.
  const auto wait = std::clamp(left, std::chrono::milliseconds(0), kPollInterval);
  pollfd fds[] = {{output.reader(), POLLIN, 0}, {errors.reader(), POLLIN, 0}};
  ::poll(fds, 2, static_cast<int>(wait.count()));
}

void KeepLastWords(std::string& words) {
  if (words.size() > kMaxLastWords) words.erase(0, words.size() - kMaxLastWords);
}

Error OverTime(const ProcessRequest& request, const std::string& words) {
  const auto seconds = std::chrono::duration<double>(request.limit).count();
  std::string message = request.command + " did not end within " +
                        OneLine(std::to_string(seconds), 4) + " s and was killed";
  if (!Trim(words).empty()) message += "; its last words: " + LastWords(words, 500);
  return {ErrorCode::kUnavailable, std::move(message), {}};
}

Result<ProcessOutcome> Follow(Child& child, const ProcessRequest& request, Pipe& output,
                              Pipe& errors) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + request.limit;
  ProcessOutcome outcome;
  while (true) {
    // Before the pipes are drained, so that nothing is written after the last look.
    const auto exit_code = child.ExitCode();
    output.Drain(outcome.output, request.max_output);
    errors.Drain(outcome.last_words, std::size_t{1} << 20);
    KeepLastWords(outcome.last_words);
    if (outcome.output.size() > request.max_output) {
      return Error{ErrorCode::kTooLarge,
                   request.command + " wrote more than " + std::to_string(request.max_output) +
                       " bytes and was killed",
                   {}};
    }
    if (exit_code) {
      outcome.exit_code = *exit_code;
      return outcome;
    }
    if (std::chrono::steady_clock::now() >= deadline) return OverTime(request, outcome.last_words);
    WaitForOutput(output, errors, deadline);
  }
}

}  // namespace

Result<ProcessOutcome> RunProcess(const ProcessRequest& request) {
  Pipe output;
  Pipe errors;
  if (!output.IsOpen() || !errors.IsOpen()) return SpawnError(request.command, errno);
  std::vector<std::string> arguments = request.args;
  arguments.insert(arguments.begin(), request.command);
  std::vector<std::string> environment = Environment(request.environment);
  const SpawnSettings settings(output, errors);
  pid_t pid = 0;
  const int failed =
      ::posix_spawnp(&pid, request.command.c_str(), settings.actions(), settings.attributes(),
                     Pointers(arguments).data(), Pointers(environment).data());
  if (failed != 0) return SpawnError(request.command, failed);
  Child child(pid);
  output.CloseWriter();
  errors.CloseWriter();
  return Follow(child, request, output, errors);
}

}  // namespace prow_coverage::kube
