#include "link_header.h"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>

#include "prow_coverage/base/trim.h"

namespace prow_coverage::github {
namespace {

constexpr std::string_view kSpace = " \t";

// The part of `text` before the first `end` that stands outside quotes.
std::string_view Before(std::string_view text, char end) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    if (!quoted && text[i] == end) return text.substr(0, i);
  }
  return text;
}

// A relation is one word or a quoted list of words.
bool NamesNext(std::string_view relation) {
  if (relation.size() >= 2 && relation.front() == '"' && relation.back() == '"') {
    relation = relation.substr(1, relation.size() - 2);
  }
  while (!relation.empty()) {
    const auto word = relation.substr(0, relation.find_first_of(kSpace));
    if (boost::algorithm::iequals(word, "next")) return true;
    relation.remove_prefix(word.size());
    relation = Trim(relation, kSpace);
  }
  return false;
}

bool HasRelationNext(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = Before(parameters, ';');
    const auto equals = parameter.find('=');
    if (equals != std::string_view::npos &&
        boost::algorithm::iequals(Trim(parameter.substr(0, equals), kSpace), "rel")) {
      return NamesNext(Trim(parameter.substr(equals + 1), kSpace));
    }
    parameters.remove_prefix(std::min(parameters.size(), parameter.size() + 1));
  }
  return false;
}

}  // namespace

std::optional<std::string_view> NextLink(std::string_view link) {
  while (true) {
    const auto begin = link.find('<');
    if (begin == std::string_view::npos) return std::nullopt;
    const auto end = link.find('>', begin);
    if (end == std::string_view::npos) return std::nullopt;
    const auto target = link.substr(begin + 1, end - begin - 1);
    link.remove_prefix(end + 1);
    const auto parameters = Before(link, ',');
    if (HasRelationNext(parameters)) return target;
    link.remove_prefix(parameters.size());
  }
}

Result<std::optional<std::string>> NextPage(const http::Response& response,
                                            const std::vector<Endpoint>& endpoints) {
  const auto target = NextLink(response.header("link").value_or(""));
  if (!target) return std::optional<std::string>();
  auto path = ApiPath(*target, endpoints);
  if (!path) {
    return Error{ErrorCode::kInvalidArgument, "the answer's link to the next page is no path", {}};
  }
  return path;
}

}  // namespace prow_coverage::github
