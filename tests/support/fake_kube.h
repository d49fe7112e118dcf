#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "prow_coverage/kube/client.h"

#include "support/call_script.h"

namespace prow_coverage::testing {

// A Kubernetes API that stores objects by name, each with a resourceVersion that grows. Calls are
// journalled as create, get, list, patch, …
class FakeKube final : public kube::Client {
 public:
  CallScript script;
  std::map<std::string, nlohmann::ordered_json> objects;
  std::vector<kube::Resource> resources;  // of each create

  const std::string& server() const override { return server_; }

  Task<Result<std::string>> Create(const kube::Resource& resource, const std::string& object,
                                   bool) override {
    if (auto error = script.Begin("create")) co_return std::move(*error);
    resources.push_back(resource);
    auto parsed = nlohmann::ordered_json::parse(object);
    const std::string name = parsed["metadata"]["name"];
    if (objects.contains(name)) {
      co_return Error{ErrorCode::kAlreadyExists, name + " already exists", {}};
    }
    co_return Store(name, std::move(parsed));
  }
  Task<Result<std::string>> Get(const kube::Resource&, const std::string& name) override {
    if (auto error = script.Begin("get")) co_return std::move(*error);
    if (!objects.contains(name)) {
      co_return Error{ErrorCode::kNotFound, name + " not found", {}};
    }
    co_return objects[name].dump();
  }
  Task<Result<kube::ObjectList>> List(const kube::Resource&, const kube::ListOptions&) override {
    if (auto error = script.Begin("list")) co_return std::move(*error);
    kube::ObjectList list;
    for (const auto& [name, object] : objects) list.items.push_back(object.dump());
    list.resource_version = "1";
    co_return list;
  }
  Task<Result<std::string>> Replace(const kube::Resource&, const std::string& name,
                                    const std::string& object) override {
    if (auto error = script.Begin("replace")) co_return std::move(*error);
    auto parsed = nlohmann::ordered_json::parse(object);
    if (IsStale(name, parsed)) co_return Conflict(name);
    co_return Store(name, std::move(parsed));
  }
  Task<Result<std::string>> Patch(const kube::Resource&, const std::string& name, kube::PatchType,
                                  const std::string& patch) override {
    if (auto error = script.Begin("patch")) co_return std::move(*error);
    const auto parsed = nlohmann::ordered_json::parse(patch);
    if (IsStale(name, parsed)) co_return Conflict(name);
    auto object = objects[name];
    object.merge_patch(parsed);
    co_return Store(name, std::move(object));
  }
  Task<Result<void>> Delete(const kube::Resource&, const std::string& name,
                            const std::string&) override {
    if (auto error = script.Begin("delete")) co_return std::move(*error);
    objects.erase(name);
    co_return Result<void>();
  }
  Task<Result<void>> Watch(const kube::Resource&, const kube::WatchOptions&,
                           std::function<Result<void>(const kube::WatchEvent&)>) override {
    if (auto error = script.Begin("watch")) co_return std::move(*error);
    co_return Result<void>();
  }
  Task<Result<void>> Stream(const std::string&,
                            std::function<Result<void>(std::string_view)>) override {
    if (auto error = script.Begin("stream")) co_return std::move(*error);
    co_return Result<void>();
  }

 private:
  std::string Store(const std::string& name, nlohmann::ordered_json object) {
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    objects[name] = std::move(object);
    return objects[name].dump();
  }

  bool IsStale(const std::string& name, const nlohmann::ordered_json& write) {
    const nlohmann::ordered_json::json_pointer version("/metadata/resourceVersion");
    return write.contains(version) && objects[name].contains(version) &&
           write[version] != objects[name][version];
  }

  static Error Conflict(const std::string& name) {
    return {ErrorCode::kConflict, name + ": the object has been modified", {}};
  }

  int version_ = 0;
  std::string server_ = "https://fake";
};

}  // namespace prow_coverage::testing
