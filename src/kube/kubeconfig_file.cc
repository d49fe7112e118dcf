#include "kubeconfig_file.h"

#include <utility>

#include "prow_coverage/base/file.h"

#include "base64.h"
#include "text.h"

namespace prow_coverage::kube {
namespace {

using yaml::Node;

// A kubeconfig of hundreds of clusters has a few MiB.
constexpr std::size_t kMaxBytes = std::size_t{8} << 20;

std::string Quoted(std::string_view text) { return "\"" + OneLine(text, 80) + "\""; }

}  // namespace

KubeconfigFile::KubeconfigFile(std::filesystem::path path, Node root)
    : path_(std::move(path)), root_(std::move(root)) {}

Result<KubeconfigFile> KubeconfigFile::Read(const std::filesystem::path& path) {
  const auto text = ReadFile(path, kMaxBytes);
  if (!text) return WithContext(text.error(), "kubeconfig (--kubeconfig names it)");
  auto root = yaml::Parse(*text, path.string());
  if (!root) return WithContext(root.error(), "kubeconfig");
  KubeconfigFile file(path, std::move(*root));
  if (file.root_.kind != Node::Kind::kMapping) {
    return file.Broken(file.root_, "this is no kubeconfig: no mapping with clusters and contexts");
  }
  return file;
}

Error KubeconfigFile::Broken(const Node& at, std::string_view what) const {
  return {ErrorCode::kInvalidArgument,
          path_.string() + ":" + std::to_string(at.line) + ": " + std::string(what),
          {}};
}

const Node* KubeconfigFile::Present(const Node& mapping, std::string_view key) {
  const Node* node = mapping.Find(key);
  return node == nullptr || node->kind == Node::Kind::kNull ? nullptr : node;
}

const Node& KubeconfigFile::Place(const Node& mapping, std::string_view key) {
  const Node* node = mapping.Find(key);
  return node == nullptr ? mapping : *node;
}

Result<void> KubeconfigFile::ReadTexts(const Node& mapping, TextTargets targets) const {
  for (const auto& [key, target] : targets) {
    auto text = Text(mapping, key);
    if (!text) return text.error();
    if (HasControlCharacter(*text)) {
      return Broken(Place(mapping, key),
                    std::string(key) + " has a line end or another control character in it");
    }
    *target = std::move(*text);
  }
  return {};
}

Result<std::string> KubeconfigFile::Text(const Node& mapping, std::string_view key) const {
  const Node* node = Present(mapping, key);
  if (node == nullptr) return std::string();
  if (node->kind != Node::Kind::kScalar) return Broken(*node, std::string(key) + " must be text");
  return node->scalar;
}

Result<bool> KubeconfigFile::Flag(const Node& mapping, std::string_view key) const {
  const auto text = Text(mapping, key);
  if (!text) return text.error();
  if (*text == "true") return true;
  if (text->empty() || *text == "false") return false;
  return Broken(*mapping.Find(key), std::string(key) + " must be true or false");
}

Result<std::vector<std::string>> KubeconfigFile::Texts(const Node& mapping,
                                                       std::string_view key) const {
  std::vector<std::string> texts;
  const Node* list = Present(mapping, key);
  if (list == nullptr) return texts;
  const auto must_be_list = [&](const Node& at) {
    return Broken(at, std::string(key) + " must be a list of texts");
  };
  if (list->kind != Node::Kind::kSequence) return must_be_list(*list);
  for (const Node& item : list->items) {
    if (item.kind != Node::Kind::kScalar) return must_be_list(item);
    texts.push_back(item.scalar);
  }
  return texts;
}

Result<std::vector<const Node*>> KubeconfigFile::Mappings(const Node& mapping,
                                                          std::string_view key) const {
  std::vector<const Node*> mappings;
  const Node* list = Present(mapping, key);
  if (list == nullptr) return mappings;
  const auto must_be_list = [&](const Node& at) {
    return Broken(at, std::string(key) + " must be a list of mappings");
  };
  if (list->kind != Node::Kind::kSequence) return must_be_list(*list);
  for (const Node& item : list->items) {
    if (item.kind != Node::Kind::kMapping) return must_be_list(item);
    mappings.push_back(&item);
  }
  return mappings;
}

Result<std::string> KubeconfigFile::Pem(const Node& mapping, const std::string& key) const {
  const std::string data_key = key + "-data";
  const auto data = Text(mapping, data_key);
  if (!data) return data.error();
  const auto file = Text(mapping, key);
  if (!file) return file.error();
  if (data->empty() && file->empty()) return std::string();
  const std::string& used = data->empty() ? key : data_key;
  const auto broken = [&](std::string_view what) {
    return Broken(*mapping.Find(used), used + " " + std::string(what));
  };

  std::string pem;
  if (data->empty()) {
    auto content = ReadFile(Resolve(*file));
    if (!content) return broken("cannot be used: " + content.error().message);
    pem = std::move(*content);
  } else {
    auto decoded = DecodeBase64(*data);
    if (!decoded) return broken("is no base64: encode the PEM file with `base64 -w0`");
    pem = std::move(*decoded);
  }
  if (pem.find("-----BEGIN ") == std::string::npos) {
    return broken("holds no PEM text (-----BEGIN …)");
  }
  return pem;
}

Result<const Node*> KubeconfigFile::Named(std::string_view kind, std::string_view name,
                                          const Node& asked_by) const {
  const auto entries = Mappings(root_, std::string(kind) + "s");
  if (!entries) return entries.error();
  for (const Node* entry : *entries) {
    const auto entry_name = Text(*entry, "name");
    if (!entry_name) return entry_name.error();
    if (*entry_name != name) continue;
    const Node* content = entry->Find(kind);
    if (content == nullptr) return Broken(*entry, "this entry has no " + std::string(kind));
    if (content->kind == Node::Kind::kMapping || content->kind == Node::Kind::kNull) return content;
    return Broken(*content, std::string(kind) + " must be a mapping");
  }
  return Broken(asked_by, "there is no " + std::string(kind) + " named " + Quoted(name) +
                              "; there is: " + Names(kind));
}

std::string KubeconfigFile::Names(std::string_view kind) const {
  std::string names;
  const auto entries = Mappings(root_, std::string(kind) + "s");
  if (!entries) return "none";
  for (const Node* entry : *entries) {
    const auto name = Text(*entry, "name");
    if (!name || name->empty()) continue;
    if (!names.empty()) names += ", ";
    names += *name;
  }
  return names.empty() ? "none" : OneLine(names, 500);
}

std::filesystem::path KubeconfigFile::Resolve(std::string_view path) const {
  return (path_.parent_path() / path).lexically_normal();
}

}  // namespace prow_coverage::kube
