#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::json {

// A place in a parsed Document. Cheap to copy; it and every string_view from it live as long as
// the Document. One thread at a time.
//
// A path is a list of keys joined by dots ("pull_request.head.sha"), relative to this value; ""
// is the value itself. Error messages name the whole path from the root.
class Value {
 public:
  // Errors: kInvalidArgument, "pull_request.head.sha is missing" or "… is not a string".
  [[nodiscard]] Result<std::string_view> String(std::string_view path) const;
  [[nodiscard]] Result<std::int64_t> Integer(std::string_view path) const;
  [[nodiscard]] Result<double> Number(std::string_view path) const;
  [[nodiscard]] Result<bool> Bool(std::string_view path) const;
  [[nodiscard]] Result<Value> Object(std::string_view path) const;

  // Absent and null are both nothing; another type is nothing, too.
  [[nodiscard]] std::optional<std::string_view> OptionalString(std::string_view path) const;
  [[nodiscard]] std::optional<std::int64_t> OptionalInteger(std::string_view path) const;
  [[nodiscard]] std::optional<bool> OptionalBool(std::string_view path) const;
  [[nodiscard]] std::optional<Value> OptionalObject(std::string_view path) const;

  // Calls `visit` for each element until it returns an error, which is then returned.
  // Errors: as String, when there is no array at `path`.
  [[nodiscard]] Result<void> ForEach(std::string_view path,
                                     const std::function<Result<void>(const Value&)>& visit) const;

  // The same for an object's members, in the order of the text.
  [[nodiscard]] Result<void> ForEachMember(
      std::string_view path,
      const std::function<Result<void>(std::string_view key, const Value&)>& visit) const;

  [[nodiscard]] bool IsObject() const;
  [[nodiscard]] bool IsArray() const;
  [[nodiscard]] bool IsNull() const;

  // Compact JSON text of this value.
  [[nodiscard]] std::string Text() const;

 private:
  friend class Document;
  struct Position;
  explicit Value(std::shared_ptr<const Position> position);
  [[nodiscard]] std::shared_ptr<const Position> At(std::string_view path) const;

  std::shared_ptr<const Position> position_;
};

// Strictly parsed JSON: the whole text must be one valid UTF-8 document, nested at most 1,024 deep.
class Document {
 public:
  // Errors: kInvalidArgument with simdjson's reason.
  [[nodiscard]] static Result<Document> Parse(std::string_view text);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] Value root() const;

 private:
  struct Parsed;
  explicit Document(std::unique_ptr<Parsed> parsed);

  std::unique_ptr<Parsed> parsed_;
};

}  // namespace prow_coverage::json
