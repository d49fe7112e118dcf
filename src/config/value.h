#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/yaml/node.h"

#include "syntax.h"

namespace prow_coverage::config {

// A place in the file: a node with its path from the root, so that an error can name both. Refers
// to the document and to the name of its source.
class Value {
 public:
  Value(const yaml::Node& node, std::string path, std::string_view source)
      : node_(&node), path_(std::move(path)), source_(source) {}

  // "<source>:<line>: <path>: <what>", kInvalidArgument.
  [[nodiscard]] Error Fault(std::string_view what) const;

  // The same for a key that none of the `known` ones is, with the nearest of them.
  [[nodiscard]] Error UnknownKey(std::string_view key, std::vector<std::string> known) const;

  [[nodiscard]] const yaml::Node& node() const { return *node_; }
  [[nodiscard]] bool IsNull() const { return node_->kind == yaml::Node::Kind::kNull; }

  // A scalar as it stands in the file, whatever it would resolve to.
  [[nodiscard]] Result<std::string> Text(const Rule& rule) const;
  // The same, but not empty: an empty text cannot be told from one that nobody gave.
  [[nodiscard]] Result<std::string> NonEmptyText(const Rule& rule) const;
  [[nodiscard]] Result<bool> Bool() const;
  // A plain decimal number without sign.
  [[nodiscard]] Result<int> Integer(int min, int max) const;

  [[nodiscard]] Result<void> ForEachItem(
      const std::function<Result<void>(const Value& item)>& visit) const;
  [[nodiscard]] Result<void> ForEachMember(
      const std::function<Result<void>(const std::string& key, const Value& member)>& visit) const;

 private:
  const yaml::Node* node_;
  std::string path_;
  std::string_view source_;
};

// The text as a message shows it: in quotes, on one line, cut when it is long.
[[nodiscard]] std::string Shown(std::string_view text);

// A key of a mapping and what becomes of its value.
template <class T>
struct Field {
  std::string_view key;
  Result<void> (*set)(const Value& value, T& target);
};

// Sets what the mapping names and leaves the rest of `target` alone; a mapping that is null makes
// all of it unset.
// Errors: of the fields; kInvalidArgument for a key that is not in the table.
template <class T>
[[nodiscard]] Result<void> Apply(const Value& mapping, std::span<const Field<T>> fields,
                                 T& target) {
  if (mapping.IsNull()) {
    target = T{};
    return {};
  }
  return mapping.ForEachMember([&](const std::string& key, const Value& member) -> Result<void> {
    for (const Field<T>& field : fields) {
      if (field.key == key) return field.set(member, target);
    }
    std::vector<std::string> known;
    for (const Field<T>& field : fields) known.emplace_back(field.key);
    return member.UnknownKey(key, std::move(known));
  });
}

}  // namespace prow_coverage::config
