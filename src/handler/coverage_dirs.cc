#include "prow_coverage/handler/coverage_dirs.h"

#include <algorithm>
#include <utility>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/base/utf8.h"

namespace prow_coverage::handler {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kRootFiles[] = {"go.mod", "go.sum", "go.work", "go.work.sum"};

Error Invalid(std::string_view pattern, std::string_view why) {
  const std::string shown = ToValidUtf8(ClipUtf8(pattern, 200));
  return {
      ErrorCode::kInvalidArgument, "coverage directory \"" + shown + "\" " + std::string(why), {}};
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "a/b/c.go" is {"a/b", "c.go"}; the root directory is "".
std::pair<std::string_view, std::string_view> SplitName(std::string_view file) {
  const auto slash = file.rfind('/');
  if (slash == std::string_view::npos) return {{}, file};
  return {file.substr(0, slash), file.substr(slash + 1)};
}

}  // namespace

CoverageDirs::CoverageDirs(std::vector<Directory> directories)
    : directories_(std::move(directories)) {}

Result<CoverageDirs::Directory> CoverageDirs::ParsePattern(std::string_view pattern) {
  if (pattern.empty()) return Invalid(pattern, "is empty: leave it out, or write ./... for all");
  if (pattern.find_first_of(kSpace) != std::string_view::npos) {
    return Invalid(pattern, "has white space in it: separate directories with commas, one each");
  }
  if (pattern.front() == '/') {
    return Invalid(pattern, "is absolute: write it relative to the repository, as in ./dir/...");
  }
  Directory directory;
  for (const auto element : Split(pattern, '/')) {
    if (directory.below && !element.empty()) {
      return Invalid(pattern, "has ... in its middle: it can only come last, as in ./dir/...");
    }
    if (element.empty() || element == ".") continue;
    if (element == "...") {
      directory.below = true;
      continue;
    }
    if (element == "..") return Invalid(pattern, "leaves the repository: remove the ..");
    if (element.find("...") != std::string_view::npos ||
        element.find('*') != std::string_view::npos) {
      return Invalid(pattern, "has a wildcard in a name: only a last element ... is one");
    }
    if (!directory.path.empty()) directory.path += '/';
    directory.path += element;
  }
  return directory;
}

Result<CoverageDirs> CoverageDirs::Parse(std::span<const std::string> patterns) {
  if (patterns.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "the list of coverage directories is empty: name one, or write ./... for all",
                 {}};
  }
  std::vector<Directory> directories;
  for (const auto& pattern : patterns) {
    auto directory = ParsePattern(Trim(pattern));
    if (!directory) return directory.error();
    directories.push_back(std::move(*directory));
  }
  return CoverageDirs(std::move(directories));
}

Result<CoverageDirs> CoverageDirs::ParseFlag(std::string_view list) {
  const auto parts = Split(list, ',');
  const std::vector<std::string> patterns(parts.begin(), parts.end());
  return Parse(patterns);
}

CoverageDirs CoverageDirs::Everything() { return CoverageDirs({Directory{"", true}}); }

bool CoverageDirs::Covers(std::string_view directory) const {
  return std::any_of(directories_.begin(), directories_.end(), [&](const Directory& covered) {
    if (directory == covered.path) return true;
    if (!covered.below) return false;
    const std::size_t length = covered.path.size();
    return length == 0 || (directory.starts_with(covered.path) && directory[length] == '/');
  });
}

bool CoverageDirs::Counts(std::string_view file) const {
  const auto [directory, name] = SplitName(file);
  if (directory.empty() &&
      std::find(std::begin(kRootFiles), std::end(kRootFiles), file) != std::end(kRootFiles)) {
    return true;
  }
  const bool is_go = name.ends_with(".go") || name == "go.mod" || name == "go.sum";
  return is_go && Covers(directory);
}

bool CoverageDirs::Matches(std::string_view file, std::string_view previous_name) const {
  return Counts(file) || (!previous_name.empty() && Counts(previous_name));
}

FileVerdict CoverageDirs::Judge(const github::ChangedFiles& changed) const {
  for (const auto& file : changed.files) {
    if (Counts(file.name)) return {true, file.name, file.name + " changed"};
    if (!file.previous_name.empty() && Counts(file.previous_name)) {
      return {true, file.previous_name, file.previous_name + " was renamed to " + file.name};
    }
  }
  const std::string count = std::to_string(changed.files.size());
  if (changed.truncated) {
    return {true, "", "GitHub lists no more than " + count + " files, so any may have changed"};
  }
  return {false, "", "none of the " + count + " changed files is Go code in a coverage directory"};
}

}  // namespace prow_coverage::handler
