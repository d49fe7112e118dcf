#include "prow_coverage/pull_request/parse.h"

#include <algorithm>

#include "prow_coverage/base/commit_sha.h"
#include "prow_coverage/base/utf8.h"

namespace prow_coverage {
namespace {

// Far above what GitHub allows (a title of 256 characters, a ref of 255 bytes), far below what a
// ProwJob can hold.
constexpr std::size_t kMaxTextBytes = 16384;

bool IsAsciiAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The alphabet of GitHub's owner and repository names. They become part of request paths.
bool IsName(std::string_view text) {
  const auto allowed = [](char c) {
    return IsAsciiAlphanumeric(c) || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 100 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool HasSpaceOrControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c <= ' ' || c == 0x7F; });
}

bool IsRef(std::string_view text) {
  return !text.empty() && text.size() <= 1024 && !HasSpaceOrControl(text);
}

// "dependabot[bot]" is a login, too.
bool IsLogin(std::string_view text) {
  return !text.empty() && text.size() <= 100 && !HasSpaceOrControl(text);
}

bool IsUrl(std::string_view text) {
  return (text.starts_with("https://") || text.starts_with("http://")) && text.size() <= 2048 &&
         !HasSpaceOrControl(text);
}

bool IsState(std::string_view text) { return text == "open" || text == "closed"; }

bool IsTitle(std::string_view text) { return text.size() <= kMaxTextBytes; }

struct TextField {
  std::string_view path;
  std::string PullRequest::*target;
  bool (*is_plausible)(std::string_view);
  std::string_view kind;
  std::string_view fallback = "";  // "" for a field that must be there
};

constexpr TextField kTextFields[] = {
    {"base.repo.owner.login", &PullRequest::org, IsName, "owner name"},
    {"base.repo.name", &PullRequest::repo, IsName, "repository name"},
    {"base.repo.html_url", &PullRequest::repo_url, IsUrl, "URL"},
    {"title", &PullRequest::title, IsTitle, "title of at most 16384 bytes"},
    {"html_url", &PullRequest::url, IsUrl, "URL"},
    {"state", &PullRequest::state, IsState, "state, open or closed"},
    {"head.sha", &PullRequest::head_sha, IsCommitSha, "commit SHA"},
    {"head.ref", &PullRequest::head_ref, IsRef, "branch name"},
    {"base.ref", &PullRequest::base_ref, IsRef, "branch name"},
    {"base.sha", &PullRequest::base_sha, IsCommitSha, "commit SHA"},
    // GitHub answers `user: null` for a deleted account and shows it as "ghost".
    {"user.login", &PullRequest::author, IsLogin, "login", "ghost"},
    {"user.html_url", &PullRequest::author_url, IsUrl, "URL", "https://github.com/ghost"},
};

Error Implausible(std::string_view path, std::string_view value, std::string_view kind) {
  return {ErrorCode::kInvalidArgument,
          "pull request: " + std::string(path) + " is \"" + std::string(ClipUtf8(value, 80)) +
              "\", which is no " + std::string(kind),
          {}};
}

Result<std::string_view> ReadText(const json::Value& object, const TextField& field) {
  if (field.fallback.empty()) return object.String(field.path);
  return object.OptionalString(field.path).value_or(field.fallback);
}

}  // namespace

Result<PullRequest> ParsePullRequest(const json::Value& object) {
  PullRequest pull;
  for (const auto& field : kTextFields) {
    const auto text = ReadText(object, field);
    if (!text) return text.error();
    if (!field.is_plausible(*text)) return Implausible(field.path, *text, field.kind);
    pull.*field.target = *text;
  }
  const auto number = object.Integer("number");
  if (!number) return number.error();
  if (*number <= 0) return Implausible("number", std::to_string(*number), "pull request number");
  pull.number = *number;
  pull.draft = object.OptionalBool("draft").value_or(false);
  return pull;
}

}  // namespace prow_coverage
