#include "node_builder.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>
#include <yaml-cpp/mark.h>

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::yaml {
namespace {

constexpr std::size_t kMaxDepth = 200;
constexpr std::size_t kMaxNodes = 100'000;
// Text that aliases and anchors repeat: a hundred thousand aliases of one long scalar stay small.
constexpr std::size_t kMaxCopiedBytes = std::size_t{16} << 20;

constexpr std::size_t kMaxShown = 100;
constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

std::size_t Line(const YAML::Mark& mark) { return static_cast<std::size_t>(mark.line) + 1; }

// In quotes on one line, cut when it is long.
std::string Shown(const std::string& text) {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  return nlohmann::json(text.substr(0, kMaxShown)).dump(-1, ' ', false, kReplace);
}

struct Extent {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
  std::size_t depth = 1;
};

void Add(Extent& whole, const Extent& part) {
  whole.nodes += part.nodes;
  whole.bytes += part.bytes;
  whole.depth = std::max(whole.depth, part.depth + 1);
}

Extent Measure(const Node& node) {
  Extent extent;
  extent.bytes = node.scalar.size();
  for (const Node& item : node.items) Add(extent, Measure(item));
  for (const auto& [key, value] : node.members) {
    extent.bytes += key.size();
    Add(extent, Measure(value));
  }
  return extent;
}

Node MakeNode(Node::Kind kind, const YAML::Mark& mark) {
  Node node;
  node.kind = kind;
  node.line = Line(mark);
  return node;
}

// "?" and "!" are YAML's names for "no tag" on plain and on other nodes.
void CheckTag(const std::string& tag, std::string_view core_name, const YAML::Mark& mark) {
  if (tag.empty() || tag == "?" || tag == "!") return;
  if (tag == std::string(kCoreTag).append(core_name)) return;
  throw Refusal{Line(mark), "the tag " + Shown(tag) + " is not supported, leave it out"};
}

// yaml-cpp 0.7 turns the escapes \N and \_ into the single bytes 0x85 and 0xA0. Its input is valid
// UTF-8, so a byte that is not can have come from nowhere else.
std::string RepairEscapes(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  while (!text.empty()) {
    const CodePoint front = FrontCodePoint(text);
    if (!front.valid) repaired += '\xC2';
    repaired.append(text, 0, front.size);
    text.remove_prefix(front.size);
  }
  return repaired;
}

// What `<<` brings, the most important first.
std::vector<Node> MergeSources(Node merged) {
  if (merged.kind == Node::Kind::kSequence) return std::move(merged.items);
  std::vector<Node> one;
  one.push_back(std::move(merged));
  return one;
}

void ApplyMerge(Node& mapping, std::unordered_set<std::string>& keys, Node merged) {
  const std::size_t line = merged.line;
  for (Node& source : MergeSources(std::move(merged))) {
    if (source.kind != Node::Kind::kMapping) {
      throw Refusal{line, "the value of << must be a mapping or a list of mappings"};
    }
    for (auto& member : source.members) {
      if (keys.insert(member.key).second) mapping.members.push_back(std::move(member));
    }
  }
}

}  // namespace

void NodeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (started_)
    throw Refusal{Line(mark),
                  "a second document begins, or a line that is indented like none before it"};
  started_ = true;
}

void NodeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Attach(MakeNode(Node::Kind::kNull, mark), anchor);
}

void NodeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  CheckTag(tag, "str", mark);
  Node node = MakeNode(Node::Kind::kScalar, mark);
  node.scalar = RepairEscapes(value);
  node.quoted = tag != "?";
  Attach(std::move(node), anchor);
}

void NodeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    throw Refusal{Line(mark), "an alias stands inside the node that it names"};
  }
  SpendCopy(found->second, Line(mark));
  Attach(found->second, 0);
}

void NodeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
  CheckTag(tag, "seq", mark);
  Push(MakeNode(Node::Kind::kSequence, mark), anchor);
}

void NodeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  CheckTag(tag, "map", mark);
  Push(MakeNode(Node::Kind::kMapping, mark), anchor);
}

void NodeBuilder::Push(Node node, YAML::anchor_t anchor) {
  if (open_.size() == kMaxDepth) {
    throw Refusal{node.line, "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  }
  Open& open = open_.emplace_back();
  open.node = std::move(node);
  open.anchor = anchor;
}

void NodeBuilder::Close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  if (done.merged) ApplyMerge(done.node, done.keys, std::move(*done.merged));
  Attach(std::move(done.node), done.anchor);
}

void NodeBuilder::Attach(Node node, YAML::anchor_t anchor) {
  Spend(1, node.line);
  if (anchor != 0) Remember(node, anchor);
  if (open_.empty()) {
    root_ = std::move(node);
  } else if (open_.back().node.kind == Node::Kind::kSequence) {
    open_.back().node.items.push_back(std::move(node));
  } else {
    AttachToMapping(open_.back(), std::move(node));
  }
}

void NodeBuilder::AttachToMapping(Open& mapping, Node node) {
  if (mapping.key) {
    node.line = mapping.key_line;
    if (mapping.merge) {
      mapping.merged = std::move(node);
    } else {
      mapping.node.members.push_back({std::move(*mapping.key), std::move(node)});
    }
    mapping.key.reset();
    return;
  }
  if (node.kind != Node::Kind::kScalar) {
    throw Refusal{node.line, "a key must be a name, not null, a list or a mapping"};
  }
  if (!mapping.keys.insert(node.scalar).second) {
    throw Refusal{node.line, "the key " + Shown(node.scalar) + " stands here a second time"};
  }
  mapping.key_line = node.line;
  mapping.merge = node.scalar == "<<" && !node.quoted;
  mapping.key = std::move(node.scalar);
}

void NodeBuilder::Remember(const Node& node, YAML::anchor_t anchor) {
  SpendCopy(node, node.line);
  anchors_[anchor] = node;
}

void NodeBuilder::Spend(std::size_t nodes, std::size_t line) {
  nodes_ += nodes;
  if (nodes_ > kMaxNodes) {
    throw Refusal{line, "the document has more than " + std::to_string(kMaxNodes) + " nodes"};
  }
}

void NodeBuilder::SpendCopy(const Node& node, std::size_t line) {
  const Extent extent = Measure(node);
  if (open_.size() + extent.depth > kMaxDepth) {
    throw Refusal{line, "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  }
  Spend(extent.nodes, line);
  copied_bytes_ += extent.bytes;
  if (copied_bytes_ > kMaxCopiedBytes) throw Refusal{line, "its aliases repeat too much text"};
}

}  // namespace prow_coverage::yaml
