#include "prow_coverage/pr_pod/token.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "prow_coverage/base/file.h"
#include "prow_coverage/base/trim.h"
#include "prow_coverage/pr_pod/env_file.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr std::size_t kMaxEnvFile = std::size_t{1} << 20;

Result<Token> Checked(std::string_view value, std::string source) {
  value = Trim(value);
  if (value.empty()) return Token{};
  // A newline would end the header or the credential helper's line that it stands in.
  const bool whole = std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7F;
  });
  if (!whole) {
    return Error{ErrorCode::kInvalidArgument,
                 source +
                     ": the token has white space, a line end or a control character in it: "
                     "copy it anew",
                 {}};
  }
  return Token{std::string(value), std::move(source)};
}

Result<Token> FromFile(const std::filesystem::path& path) {
  const auto text = ReadFile(path, kMaxEnvFile);
  if (!text) return text.error();
  const auto values = ParseEnvFile(*text, path.string());
  if (!values) return values.error();
  const auto found = values->find(kTokenVariable);
  return found == values->end() ? Token{} : Checked(found->second, path.string());
}

}  // namespace

Result<Token> FindToken(const TokenSources& sources) {
  auto token = Checked(sources.environment, kTokenVariable);
  if (!token || !token->value.empty()) return token;
  if (!sources.env_file.empty()) {
    token = FromFile(sources.env_file);
    if (!token) return WithContext(token.error(), "--env-file");
    if (!token->value.empty()) return token;
    return Error{ErrorCode::kInvalidArgument,
                 "--env-file " + sources.env_file.string() + " has no " + kTokenVariable,
                 {}};
  }
  for (const auto& path : sources.default_files) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) continue;
    token = FromFile(path);
    if (!token || !token->value.empty()) return token;
  }
  return Token{};
}

}  // namespace prow_coverage::pr_pod
