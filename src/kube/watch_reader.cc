#include "watch_reader.h"

#include <optional>
#include <utility>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/json/document.h"

#include "text.h"

namespace prow_coverage::kube {
namespace {

struct EventName {
  std::string_view name;
  WatchEvent::Type type;
};

constexpr EventName kEventNames[] = {
    {"ADDED", WatchEvent::Type::kAdded},
    {"MODIFIED", WatchEvent::Type::kModified},
    {"DELETED", WatchEvent::Type::kDeleted},
    {"BOOKMARK", WatchEvent::Type::kBookmark},
};

std::optional<WatchEvent::Type> ToType(std::string_view name) {
  for (const EventName& row : kEventNames) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

Error ErrorEvent(const Call& call, const json::Value& status) {
  const auto code = status.OptionalInteger("code").value_or(500);
  return StatusError(call, code >= 400 && code < 600 ? static_cast<int>(code) : 500, status.Text());
}

}  // namespace

WatchReader::WatchReader(Call call, OnEvent on_event, std::size_t max_line)
    : call_(std::move(call)), on_event_(std::move(on_event)), max_line_(max_line) {}

Result<void> WatchReader::Feed(std::string_view data) {
  while (!data.empty()) {
    const auto end = data.find('\n');
    const auto piece = data.substr(0, end);
    if (partial_.size() + piece.size() > max_line_) {
      return Error{ErrorCode::kTooLarge,
                   call_.verb + " " + call_.target + ": an event is over the limit of " +
                       std::to_string(max_line_) + " bytes",
                   {}};
    }
    if (end == std::string_view::npos) {
      partial_ += piece;
      return {};
    }
    data.remove_prefix(end + 1);
    const std::string begun = std::exchange(partial_, {});
    auto read = begun.empty() ? ReadLine(piece) : ReadLine(begun + std::string(piece));
    if (!read) return read;
  }
  return {};
}

Result<void> WatchReader::Finish() const {
  if (Trim(partial_).empty()) return {};
  return Error{ErrorCode::kUnavailable,
               call_.verb + " " + call_.target + ": the stream was cut in the middle of an event",
               {}};
}

Result<void> WatchReader::ReadLine(std::string_view line) {
  if (Trim(line).empty()) return {};
  const auto no_event = [&](std::string_view what) {
    return Error{ErrorCode::kUnavailable,
                 call_.verb + " " + call_.target +
                     ": a line of the stream is no event: " + std::string(what),
                 {}};
  };
  const auto document = json::Document::Parse(line);
  if (!document) return no_event(document.error().message);
  const auto name = document->root().String("type");
  if (!name) return no_event(name.error().message);
  const auto object = document->root().Object("object");
  if (!object) return no_event(object.error().message);
  if (*name == "ERROR") return ErrorEvent(call_, *object);
  const auto type = ToType(*name);
  if (!type) return no_event("its type is \"" + OneLine(*name, 40) + "\"");
  return on_event_(WatchEvent{*type, object->Text()});
}

}  // namespace prow_coverage::kube
