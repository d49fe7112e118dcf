#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/yaml/node.h"

namespace prow_coverage::kube {

// The text of a kubeconfig with typed access. Every error is kInvalidArgument and begins
// "<file>:<line>: ". A key that is absent or null reads as "", false or an empty list.
class KubeconfigFile {
 public:
  // Errors also: kNotFound.
  [[nodiscard]] static Result<KubeconfigFile> Read(const std::filesystem::path& path);

  [[nodiscard]] const yaml::Node& root() const { return root_; }

  [[nodiscard]] Error Broken(const yaml::Node& at, std::string_view what) const;

  // The node of `key`; nullptr when it is absent or null.
  [[nodiscard]] static const yaml::Node* Present(const yaml::Node& mapping, std::string_view key);

  // The node of `key`, or `mapping` itself, as the place of an error.
  [[nodiscard]] static const yaml::Node& Place(const yaml::Node& mapping, std::string_view key);

  using TextTargets = std::initializer_list<std::pair<std::string_view, std::string*>>;
  // Each key's text into its target. An error also for a control character in one: these texts
  // become header fields, URLs, arguments.
  [[nodiscard]] Result<void> ReadTexts(const yaml::Node& mapping, TextTargets targets) const;

  [[nodiscard]] Result<std::string> Text(const yaml::Node& mapping, std::string_view key) const;
  [[nodiscard]] Result<bool> Flag(const yaml::Node& mapping, std::string_view key) const;
  [[nodiscard]] Result<std::vector<std::string>> Texts(const yaml::Node& mapping,
                                                       std::string_view key) const;
  // The elements of the list, each a mapping.
  [[nodiscard]] Result<std::vector<const yaml::Node*>> Mappings(const yaml::Node& mapping,
                                                                std::string_view key) const;

  // PEM text, inline as base64 under "<key>-data" (which wins) or in the file named by `key`.
  [[nodiscard]] Result<std::string> Pem(const yaml::Node& mapping, const std::string& key) const;

  // What stands under `kind` in the entry of that name in the list `<kind>s`. The error stands at
  // `asked_by`, the node that refers to it, and lists the names that exist.
  [[nodiscard]] Result<const yaml::Node*> Named(std::string_view kind, std::string_view name,
                                                const yaml::Node& asked_by) const;

  // The names in the list `<kind>s` as "a, b", for a message; "none" when there is none.
  [[nodiscard]] std::string Names(std::string_view kind) const;

  // A path relative to the kubeconfig's directory.
  [[nodiscard]] std::filesystem::path Resolve(std::string_view path) const;

 private:
  KubeconfigFile(std::filesystem::path path, yaml::Node root);

  std::filesystem::path path_;
  yaml::Node root_;
};

}  // namespace prow_coverage::kube
