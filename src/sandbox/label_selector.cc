#include "label_selector.h"

#include <algorithm>

namespace prow_coverage::sandbox {
namespace {

std::string Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

std::optional<LabelSelector> LabelSelector::Parse(std::string_view text) {
  using Operator = Term::Operator;
  if (text.find_first_of("()") != std::string_view::npos) return std::nullopt;
  LabelSelector selector;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string term = Trim(text.substr(0, comma));
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
    const auto equals = term.find('=');
    if (equals == std::string::npos) {
      const bool absent = term.starts_with('!');
      selector.terms_.push_back(
          {term.substr(absent ? 1 : 0), absent ? Operator::kAbsent : Operator::kExists, ""});
    } else {
      const bool differs = equals > 0 && term[equals - 1] == '!';
      const bool twice = term.find("==") == equals;
      selector.terms_.push_back({Trim(term.substr(0, equals - (differs ? 1 : 0))),
                                 differs ? Operator::kDiffers : Operator::kEquals,
                                 Trim(term.substr(equals + (twice ? 2 : 1)))});
    }
    if (selector.terms_.back().key.empty()) return std::nullopt;
  }
  return selector;
}

bool LabelSelector::Matches(const Labels& labels) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const auto found = labels.find(term.key);
    const bool there = found != labels.end();
    switch (term.op) {
      case Term::Operator::kEquals:
        return there && found->second == term.value;
      case Term::Operator::kDiffers:
        return !there || found->second != term.value;
      case Term::Operator::kExists:
        return there;
      case Term::Operator::kAbsent:
        return !there;
    }
    return false;
  });
}

}  // namespace prow_coverage::sandbox
