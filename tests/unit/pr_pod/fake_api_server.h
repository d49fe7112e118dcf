#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/kube/client.h"

namespace prow_coverage::pr_pod {

// An API server that gives each object a uid; objects are kept as "<plural>/<name>". `on_look` is
// called before each get and list, so that a test can let the world go on. A log stream is answered
// from `logs`, by container; each piece once.
class FakeApiServer final : public kube::Client {
 public:
  std::vector<std::string> calls;  // "create jobs/job"
  std::map<std::string, nlohmann::json> objects;
  std::map<std::string, Error> refuse;  // by call
  std::function<void()> on_look = [] {};
  std::map<std::string, std::deque<std::string>> logs;
  std::vector<std::string> streams;  // paths that were asked for

  const std::string& server() const override { return server_; }

  Task<Result<std::string>> Create(const kube::Resource& resource, const std::string& object,
                                   bool) override {
    nlohmann::json parsed = nlohmann::json::parse(object);
    const std::string key = resource.plural + "/" + parsed["metadata"]["name"].get<std::string>();
    if (auto error = Note("create " + key)) co_return *error;
    if (objects.contains(key)) co_return Error{ErrorCode::kAlreadyExists, key + " exists", {}};
    parsed["metadata"]["uid"] = "uid-" + std::to_string(++uids_);
    objects[key] = parsed;
    co_return parsed.dump();
  }
  Task<Result<std::string>> Get(const kube::Resource& resource, const std::string& name) override {
    on_look();
    const std::string key = resource.plural + "/" + name;
    if (auto error = Note("get " + key)) co_return *error;
    if (!objects.contains(key)) co_return Error{ErrorCode::kNotFound, key + " not found", {}};
    co_return objects[key].dump();
  }
  Task<Result<kube::ObjectList>> List(const kube::Resource& resource,
                                      const kube::ListOptions& of) override {
    kube::ObjectList list;
    for (const auto& [key, object] : objects) {
      if (!key.starts_with(resource.plural + "/") || !IsSelected(object, of)) continue;
      list.items.push_back(object.dump());
    }
    co_return list;
  }
  Task<Result<std::string>> Replace(const kube::Resource&, const std::string&,
                                    const std::string&) override {
    co_return Error{};
  }
  Task<Result<std::string>> Patch(const kube::Resource& resource, const std::string& name,
                                  kube::PatchType, const std::string& patch) override {
    const std::string key = resource.plural + "/" + name;
    if (auto error = Note("patch " + key)) co_return *error;
    objects[key].merge_patch(nlohmann::json::parse(patch));
    co_return objects[key].dump();
  }
  Task<Result<void>> Delete(const kube::Resource& resource, const std::string& name,
                            const std::string& uid) override {
    const std::string key = resource.plural + "/" + name;
    if (auto error = Note("delete " + key)) co_return *error;
    const auto found = objects.find(key);
    if (found == objects.end()) co_return Error{ErrorCode::kNotFound, key, {}};
    EXPECT_EQ(found->second["metadata"]["uid"], uid);
    objects.erase(found);
    co_return Result<void>();
  }
  Task<Result<void>> Watch(const kube::Resource&, const kube::WatchOptions&,
                           std::function<Result<void>(const kube::WatchEvent&)>) override {
    co_return Error{};
  }
  Task<Result<void>> Stream(const std::string& path,
                            std::function<Result<void>(std::string_view)> on_data) override {
    streams.push_back(path);
    const auto at = path.find("container=") + 10;
    auto& pieces = logs[path.substr(at, path.find('&', at) - at)];
    if (auto error = Note("stream")) co_return *error;
    if (pieces.empty()) co_return Result<void>();
    const std::string piece = pieces.front();
    pieces.pop_front();
    co_return on_data(piece);
  }

 private:
  // An object without labels is always meant.
  static bool IsSelected(const nlohmann::json& object, const kube::ListOptions& of) {
    const auto metadata = object.value("metadata", nlohmann::json::object());
    if (of.label_selector.empty() || !metadata.contains("labels")) return true;
    const auto equals = of.label_selector.find('=');
    return metadata["labels"].value(of.label_selector.substr(0, equals), "") ==
           of.label_selector.substr(equals + 1);
  }

  std::optional<Error> Note(const std::string& call) {
    calls.push_back(call);
    const auto found = refuse.find(call);
    if (found == refuse.end()) return std::nullopt;
    return found->second;
  }

  const std::string server_ = "https://127.0.0.1";
  int uids_ = 0;
};

}  // namespace prow_coverage::pr_pod
