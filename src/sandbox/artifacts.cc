#include "artifacts.h"

#include <utility>

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

struct TypeOfSuffix {
  std::string_view suffix;
  std::string_view type;
};

constexpr TypeOfSuffix kTypes[] = {
    {".json", "application/json"},
    {".html", "text/html; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
};

std::string_view TypeOf(std::string_view path) {
  for (const TypeOfSuffix& row : kTypes) {
    if (path.ends_with(row.suffix)) return row.type;
  }
  return "application/octet-stream";
}

std::string Join(const std::vector<std::string>& segments) {
  std::string joined;
  for (const std::string& segment : segments) joined += (joined.empty() ? "" : "/") + segment;
  return joined;
}

}  // namespace

Task<Reply> Artifacts::Answer(Call& call) {
  if (call.method != "GET" && call.method != "HEAD") co_return Failure(405, "MethodNotAllowed");
  const auto found = objects_.find(Join(call.segments));
  if (found == objects_.end()) co_return Failure(404, "NoSuchKey");
  Reply reply;
  reply.content_type = TypeOf(found->first);
  reply.body = found->second;
  co_return reply;
}

Reply Artifacts::Failure(int status, const std::string& message) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/xml; charset=UTF-8";
  reply.body = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>" + message + "</Code></Error>";
  return reply;
}

void Artifacts::Put(const std::string& path, std::string content) {
  objects_[path] = std::move(content);
  journal_.Add(Journal::Kind::kEffect, host(), 0, "stored " + path);
}

std::vector<std::string> Artifacts::List() const {
  std::vector<std::string> paths;
  for (const auto& [path, content] : objects_) paths.push_back(path);
  return paths;
}

}  // namespace prow_coverage::sandbox
