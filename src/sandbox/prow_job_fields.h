#pragma once

#include <span>
#include <string_view>

namespace prow_coverage::sandbox {

struct SchemaField {
  enum Type { kAny, kString, kTime, kInteger, kBoolean, kObject, kArray };

  std::string_view parent;  // path of the object; "[]" for an array's elements
  std::string_view name;
  Type type;
  bool required = false;
  std::string_view values = {};  // the only ones, between spaces; "" for any
};

[[nodiscard]] std::span<const SchemaField> ProwJobFields();

}  // namespace prow_coverage::sandbox
