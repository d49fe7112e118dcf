#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::webhook {

// The webhook secrets of contracts 2: one token for everybody, or lists of tokens by `org/repo`,
// `org` and `*`, of which only the most specific level that exists counts.
class Secrets {
 public:
  // A YAML mapping of names to lists of {value, created_at} if and only if the whole text parses as
  // such; anything else is one token with the white space at its ends removed.
  // Errors: kInvalidArgument for an empty text, for an empty mapping and for a mapping in which a
  // `value` is missing, empty or no text: anyone can sign with an empty secret. Names the line.
  [[nodiscard]] static Result<Secrets> Parse(std::string_view text);

  // Every token that may have signed a delivery of `org`/`repo` (both may be ""). Empty: none may.
  // The span lives as long as this object.
  [[nodiscard]] std::span<const std::string> For(std::string_view org, std::string_view repo) const;

  // The names that have tokens, sorted, for a log line: "*, kubevirt/project-infra". One token for
  // everybody is "*".
  [[nodiscard]] std::string Names() const;

  // Whether the text was no mapping, and was taken as a whole.
  [[nodiscard]] bool is_single_token() const { return single_token_; }

  bool operator==(const Secrets&) const = default;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> by_name_;
  bool single_token_ = false;
};

}  // namespace prow_coverage::webhook
