#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "prow_coverage/base/error.h"

namespace prow_coverage::yaml {

// One node of a YAML document, with the place where it stands, so that an error can name it.
struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };
  struct Member;

  Kind kind = Kind::kNull;
  std::string scalar;           // the text, for kScalar
  bool quoted = false;          // a quoted or block scalar is a string whatever it looks like
  std::vector<Node> items;      // for kSequence
  std::vector<Member> members;  // for kMapping, in the order of the text
  std::size_t line = 0;         // from 1; that of its key for a mapping's member

  // The member of that name, or nullptr.
  [[nodiscard]] const Node* Find(std::string_view key) const;
};

struct Node::Member {
  std::string key;
  Node value;
};

// Reads one document; JSON is YAML, too. An empty text is null. Aliases are expanded (bounded: a
// document that grows past 100,000 nodes is refused), merge keys (`<<`) are applied; a key of the
// mapping itself wins over a merged one. Keys are text, never resolved: `yes: 1` has the key "yes".
// Errors: kInvalidArgument, "<source>:<line>: <what>": syntax, a second document, a duplicate key,
// a key that is no scalar, a tag other than !!str, !!seq and !!map, nesting over 200, invalid
// UTF-8, control characters, a text over 16 MiB.
[[nodiscard]] Result<Node> Parse(std::string_view text, std::string_view source);

// The node as JSON, plain scalars resolved as sigs.k8s.io/yaml does: null, YAML 1.1 booleans (yes,
// off, y, ... included), integers of any base, floats, everything else (dates, too) a string.
// `.inf` and `.nan` become doubles that JSON text cannot hold.
[[nodiscard]] nlohmann::ordered_json ToJson(const Node& node);

// JSON as block-style YAML, ending in a newline; a string that YAML would read as another type is
// quoted, so that any YAML 1.1 or 1.2 reader gets the same values back. Bytes that are not valid
// UTF-8 come out as U+FFFD.
[[nodiscard]] std::string Emit(const nlohmann::ordered_json& value);

}  // namespace prow_coverage::yaml
