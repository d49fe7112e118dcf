#include "lease.h"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "prow_coverage/json/document.h"

namespace prow_coverage::kube {
namespace {

std::string Text(const json::Value& root, std::string_view path) {
  return std::string(root.OptionalString(path).value_or(""));
}

}  // namespace

Result<Lease> ParseLease(std::string_view object) {
  const auto document = json::Document::Parse(object);
  if (!document) return WithContext(document.error(), "reading the Lease");
  const json::Value root = document->root();
  Lease lease;
  lease.holder = Text(root, "spec.holderIdentity");
  lease.renew_time = Text(root, "spec.renewTime");
  lease.acquire_time = Text(root, "spec.acquireTime");
  lease.duration_seconds = root.OptionalInteger("spec.leaseDurationSeconds").value_or(0);
  lease.transitions = root.OptionalInteger("spec.leaseTransitions").value_or(0);
  lease.resource_version = Text(root, "metadata.resourceVersion");
  return lease;
}

std::string RenderLease(const std::string& ns, const std::string& name, const Lease& lease) {
  nlohmann::ordered_json metadata = {{"name", name}, {"namespace", ns}};
  if (!lease.resource_version.empty()) metadata["resourceVersion"] = lease.resource_version;
  const nlohmann::ordered_json object = {{"apiVersion", "coordination.k8s.io/v1"},
                                         {"kind", "Lease"},
                                         {"metadata", std::move(metadata)},
                                         {"spec",
                                          {{"holderIdentity", lease.holder},
                                           {"leaseDurationSeconds", lease.duration_seconds},
                                           {"acquireTime", lease.acquire_time},
                                           {"renewTime", lease.renew_time},
                                           {"leaseTransitions", lease.transitions}}}};
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string ToMicroTime(WallTime time) {
  const auto since_epoch = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch());
  const auto micros = since_epoch % std::chrono::seconds(1);
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%06dZ", static_cast<int>(micros.count()));
  std::string text = ToRfc3339(time);
  text.pop_back();
  return text + fraction.data();
}

}  // namespace prow_coverage::kube
