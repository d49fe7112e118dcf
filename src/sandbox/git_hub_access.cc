#include "git_hub_access.h"

#include <algorithm>
#include <utility>

#include "prow_coverage/base/uuid.h"

#include "json.h"

namespace prow_coverage::sandbox {
namespace {

constexpr char kNotDecoded[] = "A JSON web token could not be decoded";

// "Bearer x" and "token x" -> "x"
std::string Credential(const std::string& authorization) {
  const auto space = authorization.find(' ');
  return space == std::string::npos ? authorization : authorization.substr(space + 1);
}

std::string DecodeBase64Url(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string decoded;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return {};
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>(bits >> count & 0xff);
  }
  return decoded;
}

std::optional<std::string> RefuseClaims(const Json& claims, std::int64_t now) {
  constexpr std::int64_t kSkew = 60;
  constexpr std::int64_t kLongest = 600;
  const Json& issued = Member(claims, "iat");
  const Json& expires = Member(claims, "exp");
  if (!issued.is_number() || issued.get<std::int64_t>() > now + kSkew) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion "
           "was issued";
  }
  if (!expires.is_number() || expires.get<std::int64_t>() <= now) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time "
           "at which the assertion expires";
  }
  if (expires.get<std::int64_t>() > now + kLongest) {
    return "'Expiration time' claim ('exp') is too far in the future";
  }
  if (!claims.contains("iss")) return "Missing 'issuer' claim ('iss') in assertion";
  return std::nullopt;
}

}  // namespace

GitHubAccess::GitHubAccess(const Clock& clock, std::vector<std::string> tokens)
    : clock_(clock), tokens_(std::move(tokens)) {}

std::optional<std::string> GitHubAccess::Refusal(const Call& call) const {
  const std::string token = Credential(call.authorization);
  if (!call.segments.empty() && call.segments[0] == "app") return RefuseJwt(token);
  if (token.starts_with("ghs_")) {
    const auto found = given_out_.find(token);
    if (found != given_out_.end() && clock_.Now() < found->second) return std::nullopt;
    return "Bad credentials";
  }
  if (tokens_.empty()) return std::nullopt;
  if (token.empty()) return "Requires authentication";
  if (std::find(tokens_.begin(), tokens_.end(), token) != tokens_.end()) return std::nullopt;
  return "Bad credentials";
}

std::string GitHubAccess::GiveOut() {
  std::string token = "ghs_" + RandomUuid();
  given_out_[token] = clock_.Now() + std::chrono::hours(1);
  return token;
}

// The form is checked, not the signature.
std::optional<std::string> GitHubAccess::RefuseJwt(const std::string& token) const {
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos || second + 1 == token.size()) {
    return kNotDecoded;
  }
  const auto header = ParseJson(DecodeBase64Url(token.substr(0, first)));
  const auto claims = ParseJson(DecodeBase64Url(token.substr(first + 1, second - first - 1)));
  if (!header || !claims || Text(*header, "alg") != "RS256") return kNotDecoded;
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.Now().time_since_epoch());
  return RefuseClaims(*claims, now.count());
}

}  // namespace prow_coverage::sandbox
