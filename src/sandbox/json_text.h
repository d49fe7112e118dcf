#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prow_coverage::sandbox {

// `text` as a JSON string. It must be UTF-8.
[[nodiscard]] std::string Quote(std::string_view text);

// Writes one JSON object member by member. GitHub's objects hold each other over and over, so that
// texts are made once and put together; as trees they take a hundred times as long.
class ObjectText {
 public:
  ObjectText& String(std::string_view key, std::string_view value);
  ObjectText& Number(std::string_view key, std::int64_t value);
  ObjectText& Bool(std::string_view key, bool value);
  ObjectText& Null(std::string_view key);
  // `json` is a JSON text.
  ObjectText& Raw(std::string_view key, std::string_view json);

  [[nodiscard]] std::string Take();

 private:
  std::string text_ = "{";
};

}  // namespace prow_coverage::sandbox
