#include "router.h"

namespace prow_coverage::sandbox {
namespace {

std::vector<std::string> Segments(std::string_view pattern) {
  std::vector<std::string> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const auto end = pattern.find('/');
    segments.emplace_back(pattern.substr(0, end));
    pattern = end == std::string_view::npos ? "" : pattern.substr(end);
  }
  return segments;
}

// "{name}" -> "name", "{name...}" -> "name..."; "" for a literal.
std::string_view Placeholder(std::string_view segment) {
  return segment.starts_with('{') ? segment.substr(1, segment.size() - 2) : std::string_view();
}

std::string JoinFrom(const std::vector<std::string>& segments, std::size_t first) {
  std::string joined = segments[first];
  for (std::size_t i = first + 1; i < segments.size(); ++i) joined += "/" + segments[i];
  return joined;
}

}  // namespace

Router::Router(std::vector<Row> rows) {
  for (Row& row : rows) {
    routes_.push_back({std::string(row.method), Segments(row.pattern), std::move(row.handle)});
  }
}

const Handler* Router::Find(Call& call) const {
  for (const Route& route : routes_) {
    call.places.clear();
    if (route.method == call.method && Matches(route, call)) return &route.handle;
  }
  return nullptr;
}

bool Router::Matches(const Route& route, Call& call) {
  for (std::size_t i = 0; i < route.pattern.size(); ++i) {
    if (i >= call.segments.size()) return false;
    const std::string_view name = Placeholder(route.pattern[i]);
    if (name.ends_with("...")) {
      call.places[std::string(name.substr(0, name.size() - 3))] = JoinFrom(call.segments, i);
      return true;
    }
    if (!name.empty()) {
      call.places[std::string(name)] = call.segments[i];
    } else if (route.pattern[i] != call.segments[i]) {
      return false;
    }
  }
  return route.pattern.size() == call.segments.size();
}

}  // namespace prow_coverage::sandbox
