#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>

#include "prow_coverage/yaml/node.h"

namespace prow_coverage::yaml {

// What NodeBuilder throws through yaml-cpp's parser, which has no other way to be stopped.
struct Refusal {
  std::size_t line = 0;
  std::string what;
};

// Builds a Node from yaml-cpp's events. yaml-cpp's own tree is not used: it expands nothing, counts
// nothing and keeps the later of two equal keys. Here every limit is checked before memory is
// taken.
class NodeBuilder final : public YAML::EventHandler {
 public:
  NodeBuilder() { root_.line = 1; }

  // The document; null when there was none.
  [[nodiscard]] Node Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { Close(); }

 private:
  // A sequence or mapping whose end has not been seen.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;  // of a mapping: the key whose value comes next
    std::size_t key_line = 0;
    bool merge = false;          // that key is `<<`
    std::optional<Node> merged;  // the value of `<<`
    std::unordered_set<std::string> keys;
  };

  void Push(Node node, YAML::anchor_t anchor);
  void Close();
  void Attach(Node node, YAML::anchor_t anchor);
  void AttachToMapping(Open& mapping, Node node);
  void Remember(const Node& node, YAML::anchor_t anchor);
  void Spend(std::size_t nodes, std::size_t line);
  void SpendCopy(const Node& node, std::size_t line);

  bool started_ = false;
  Node root_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Node> anchors_;
  std::size_t nodes_ = 0;
  std::size_t copied_bytes_ = 0;
};

}  // namespace prow_coverage::yaml
