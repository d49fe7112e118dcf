#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prow_coverage::sandbox {

using Labels = std::map<std::string, std::string, std::less<>>;

// Equality-based selectors: "a=b,c==d,e!=f,g,!h".
class LabelSelector {
 public:
  // nullopt for what is none.
  [[nodiscard]] static std::optional<LabelSelector> Parse(std::string_view text);

  [[nodiscard]] bool Matches(const Labels& labels) const;

 private:
  struct Term {
    enum class Operator { kEquals, kDiffers, kExists, kAbsent };
    std::string key;
    Operator op;
    std::string value;
  };

  std::vector<Term> terms_;
};

}  // namespace prow_coverage::sandbox
