#include "router.h"

namespace prow_coverage::server {
namespace {

constexpr std::string_view kAnyPath = "*";

bool Answers(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

void AddMethod(std::string& allow, std::string_view method) {
  if ((", " + allow + ",").find(", " + std::string(method) + ",") != std::string::npos) return;
  if (!allow.empty()) allow += ", ";
  allow += method;
}

}  // namespace

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  if (const auto* row = FindRow(method, path)) return {row, {}};
  if (const auto* row = FindRow(method, kAnyPath)) return {row, {}};
  return {nullptr, Allow(path)};
}

const Route* Router::FindRow(std::string_view method, std::string_view path) const {
  for (const auto& route : routes_) {
    if (route.path == path && Answers(route, method)) return &route;
  }
  return nullptr;
}

std::string Router::Allow(std::string_view path) const {
  std::string allow;
  for (const auto& route : routes_) {
    if (route.path != path && route.path != kAnyPath) continue;
    AddMethod(allow, route.method);
    if (route.method == "GET") AddMethod(allow, "HEAD");
  }
  return allow;
}

}  // namespace prow_coverage::server
