#include "prow_coverage/pr_pod/target.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/url/parse.hpp>

#include "prow_coverage/base/commit_sha.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr std::string_view kGitHub = "https://github.com/";
constexpr std::size_t kMaxText = 255;  // of a ref: a file name's limit, which git inherits

Error Bad(const std::string& what) { return {ErrorCode::kInvalidArgument, what, {}}; }

bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool IsPlain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// An owner's or a repository's name at GitHub.
bool IsName(std::string_view text) {
  if (text.empty() || text.size() > 100 || text == "." || text == "..") return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsPlain(static_cast<unsigned char>(c)) || IsOneOf(c, "-_.");
  });
}

// git-check-ref-format's rules, so far as they matter to a name that is given to git as an
// argument.
bool IsRef(std::string_view text) {
  if (text.empty() || text.size() > kMaxText || IsOneOf(text.front(), "-/.")) return false;
  if (IsOneOf(text.back(), "/.") || text.ends_with(".lock")) return false;
  for (const std::string_view forbidden : {"..", "@{", "//", "/."}) {
    if (text.find(forbidden) != std::string_view::npos) return false;
  }
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F ||
           IsOneOf(c, "~^:?*[\\\"'`$;|&<>(){}");
  });
}

// "pull/5/head" and "branch" as git's server names them.
std::string FullRef(const std::string& ref) {
  if (IsCommitSha(ref) || ref.starts_with("refs/")) return ref;
  if (ref.starts_with("pull/") || ref.starts_with("heads/") || ref.starts_with("tags/")) {
    return "refs/" + ref;
  }
  return "refs/heads/" + ref;
}

std::optional<std::int64_t> ParseNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

// Splits at the first `separator`; what is behind it is "" when there is none.
std::pair<std::string_view, std::string_view> Split(std::string_view text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

Result<Target> PullTarget(const std::string& text) {
  const Error malformed = Bad(
      "--pr " + text.substr(0, kMaxText) +
      ": say https://github.com/org/repo/pull/5 or org/repo#5 (any other host: --repo and --ref)");
  std::string_view rest = text;
  const bool is_url = rest.starts_with(kGitHub);
  if (is_url) rest.remove_prefix(kGitHub.size());
  const auto [org, behind_org] = Split(rest, '/');
  auto [repo, number_text] = Split(behind_org, is_url ? '/' : '#');
  if (is_url) {
    const auto [word, number] = Split(number_text, '/');
    if (word != "pull") return malformed;
    // A browser's address may go on: /files, /commits/…, ?diff=split, #discussion_r1.
    number_text = number.substr(0, number.find_first_of("/?#"));
  }
  const auto number = ParseNumber(number_text);
  if (!IsName(org) || !IsName(repo) || !number) return malformed;
  Target target;
  target.org = org;
  target.repo = repo;
  target.repo_url = std::string(kGitHub) + target.org + "/" + target.repo;
  target.number = *number;
  target.head_ref = "refs/pull/" + std::to_string(*number) + "/head";
  return target;
}

Result<void> CheckRepoUrl(const std::string& text) {
  const auto url = boost::urls::parse_uri(text);
  const bool is_http = url && (url->scheme() == "https" || url->scheme() == "http");
  if (!is_http || url->host().empty() || url->path().size() < 2) {
    return Bad("--repo: this is no URL like https://github.com/org/repo");
  }
  if (url->has_userinfo()) {
    return Bad("--repo: leave user and password out of the URL; the token comes from GITHUB_PAT");
  }
  if (url->has_query() || url->has_fragment()) {
    return Bad("--repo: a repository's URL has neither ? nor #");
  }
  return {};
}

Result<Target> RefTarget(const TargetNames& names) {
  if (auto checked = CheckRepoUrl(names.repo); !checked) return checked.error();
  if (names.ref.empty()) return Bad("--repo needs --ref: a branch, pull/5/head, or a SHA");
  if (!IsRef(names.ref)) return Bad("--ref: this is no name that git accepts for a ref");
  Target target;
  target.repo_url = names.repo;
  while (target.repo_url.ends_with('/')) target.repo_url.pop_back();
  target.head_ref = FullRef(names.ref);
  if (IsCommitSha(names.ref)) target.head_sha = names.ref;
  return target;
}

}  // namespace

Result<Target> ParseTarget(const TargetNames& names) {
  if (names.pull.empty() == names.repo.empty()) {
    return Bad("say what to run: either --pr org/repo#5, or --repo URL --ref REF");
  }
  if (!names.pull.empty() && !names.ref.empty())
    return Bad("--ref goes with --repo, not with --pr");
  auto target = names.pull.empty() ? RefTarget(names) : PullTarget(names.pull);
  if (!target || names.base.empty()) return target;
  if (!IsRef(names.base)) return Bad("--base: this is no name that git accepts for a branch");
  target->base_ref = names.base;
  return target;
}

std::string Describe(const Target& target) {
  if (target.number == 0) return target.repo_url + " " + target.head_ref;
  return target.org + "/" + target.repo + "#" + std::to_string(target.number);
}

}  // namespace prow_coverage::pr_pod
