#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::yaml {

// One node of a YAML document, with the place where it stands, so that an error can name it.
struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  std::string scalar;   // the text, for kScalar
  bool quoted = false;  // a quoted or block scalar is a string whatever it looks like
  std::vector<Node> items;                              // for kSequence
  std::vector<std::pair<std::string, Node>> members;    // for kMapping, in the order of the text
  std::size_t line = 0;                                 // from 1

  // The member of that name, or nullptr.
  [[nodiscard]] const Node* Find(std::string_view key) const;
};

// Reads one document; JSON is YAML, too. Aliases are expanded (bounded: a document that grows past
// 100,000 nodes is refused), merge keys (`<<`) are applied.
// Errors: kInvalidArgument, "<source>:<line>: <what>": syntax, a second document, a duplicate key, a
// key that is no scalar, nesting over 200.
[[nodiscard]] Result<Node> Parse(std::string_view text, std::string_view source);

// The node as JSON, plain scalars resolved as sigs.k8s.io/yaml does (null, true/false, integers,
// floats, everything else a string).
[[nodiscard]] nlohmann::ordered_json ToJson(const Node& node);

// JSON as block-style YAML, ending in a newline; a string that YAML would read as another type is
// quoted, so that any YAML 1.1 or 1.2 reader gets the same values back.
[[nodiscard]] std::string Emit(const nlohmann::ordered_json& value);

}  // namespace prow_coverage::yaml
