#include "json.h"

#include <utility>

namespace prow_coverage::sandbox {

std::optional<Json> ParseJson(std::string_view text) {
  constexpr int kMaxDepth = 200;
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth < kMaxDepth; };
  Json value = Json::parse(text, shallow, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

const Json& Member(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string Text(const Json& object, const char* key) {
  const Json& member = Member(object, key);
  return member.is_string() ? member.get<std::string>() : std::string();
}

Result<Json> Ok(Json value) { return {boost::system::in_place_value, std::move(value)}; }

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

server::Reply JsonReply(int status, std::string text) {
  server::Reply reply;
  reply.status = status;
  reply.content_type = "application/json; charset=utf-8";
  reply.body = std::move(text);
  return reply;
}

server::Reply JsonReply(int status, const char* text) {
  return JsonReply(status, std::string(text));
}

server::Reply JsonReply(int status, const Json& value) { return JsonReply(status, Dump(value)); }

}  // namespace prow_coverage::sandbox
