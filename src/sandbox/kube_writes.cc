#include <algorithm>
#include <utility>

#include "prow_coverage/base/uuid.h"

#include "kube.h"
#include "kube_status.h"
#include "lease_check.h"
#include "object_check.h"
#include "prow_job_schema.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

// etcd's default limit of one value.
constexpr std::size_t kMaxObject = std::size_t{1536} << 10;

constexpr char kModified[] =
    "the object has been modified; please apply your changes to the latest version and try again";

Reply BadRequest(const std::string& message) {
  return KubeFailureReply(400, "BadRequest", message);
}

Reply RefuseUndecodable(const ResourceType& type, const std::string& why) {
  const std::string kind(type.kind);
  return BadRequest(kind + " in version \"" + std::string(type.version) +
                    "\" cannot be handled as a " + kind + ": " + why);
}

std::optional<Reply> RefuseUnknown(const Call& call, const ResourceType& type,
                                   const std::vector<std::string>& unknown) {
  if (unknown.empty() || call.Query("fieldValidation") != "Strict") return std::nullopt;
  std::string fields;
  for (const std::string& field : unknown) {
    fields += (fields.empty() ? "" : ", ") + ("unknown field \"" + field + "\"");
  }
  return RefuseUndecodable(type, "strict decoding error: " + fields);
}

// The checks that every write must pass.
std::optional<Reply> Refuse(const Call& call, const ResourceType& type, Json& object) {
  if (!Member(object, "metadata").is_object()) {
    return BadRequest("the object provided has no metadata");
  }
  if (Text(object, "apiVersion") != type.ApiVersion() || Text(object, "kind") != type.kind) {
    return BadRequest("the API version or kind in the data does not match the expected " +
                      type.ApiVersion() + " " + std::string(type.kind));
  }
  std::vector<Cause> causes;
  if (type.kind == "ProwJob") {
    auto findings = CheckProwJob(object);
    if (auto refusal = RefuseUnknown(call, type, findings.unknown)) return refusal;
    causes = std::move(findings.causes);
  } else {
    auto findings = CheckLease(object);
    if (!findings.undecodable.empty()) return RefuseUndecodable(type, findings.undecodable);
    if (auto refusal = RefuseUnknown(call, type, findings.unknown)) return refusal;
    causes = std::move(findings.causes);
  }
  const auto wrong = CheckMetadata(object["metadata"]);
  causes.insert(causes.begin(), wrong.begin(), wrong.end());
  if (!causes.empty()) return InvalidReply(type, Text(object["metadata"], "name"), causes);
  return std::nullopt;
}

bool IsDryRun(const Call& call) { return call.Query("dryRun") == "All"; }

std::optional<Json> Patched(const std::string& content_type, Json object, const Json& patch) {
  if (content_type.starts_with("application/merge-patch+json")) {
    object.merge_patch(patch);
    return object;
  }
  try {
    return object.patch(patch);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Reply Kube::Create(const Call& call, const Target& target) {
  if (call.content_type.find("json") == std::string::npos) {
    return KubeFailureReply(415, "UnsupportedMediaType",
                            "the body of the request was in an unknown format");
  }
  auto object = ParseJson(call.body);
  if (!object || !object->is_object()) return BadRequest("the body is no JSON object");
  const std::string ns = Text(Member(*object, "metadata"), "namespace");
  if (!ns.empty() && ns != target.ns) {
    return BadRequest(
        "the namespace of the provided object does not match the namespace sent on "
        "the request");
  }
  if (!namespaces_.contains(target.ns)) {
    return KubeFailureReply(404, "NotFound", "namespaces \"" + target.ns + "\" not found",
                            Json{{"name", target.ns}, {"kind", "namespaces"}});
  }
  if (auto refusal = Refuse(call, *target.type, *object)) return *refusal;
  return Insert(call, target, std::move(*object));
}

Reply Kube::Insert(const Call& call, const Target& target, Json object) {
  Json& metadata = object["metadata"];
  const std::string name = Text(metadata, "name");
  if (store_.Find(*target.type, target.ns, name)) return AlreadyExistsReply(*target.type, name);
  if (call.body.size() > kMaxObject) {
    return KubeFailureReply(500, "", "etcdserver: request is too large");
  }
  metadata["namespace"] = target.ns;
  metadata["uid"] = RandomUuid();
  metadata["creationTimestamp"] = ToRfc3339(clock_.Now());
  metadata["generation"] = 1;
  metadata.erase("resourceVersion");
  if (IsDryRun(call)) return JsonReply(201, object);
  const auto stored = store_.Put(*target.type, std::move(object));
  NoteEffect(call, "created", *stored);
  return JsonReply(201, stored->text);
}

Reply Kube::Replace(const Call& call, const Target& target) {
  auto object = ParseJson(call.body);
  if (!object || !object->is_object()) return BadRequest("the body is no JSON object");
  const auto old = store_.Find(*target.type, target.ns, target.name);
  if (!old) return NotFoundReply(*target.type, target.name);
  if (Text(Member(*object, "metadata"), "resourceVersion").empty()) {
    return InvalidReply(*target.type, target.name,
                        {{"FieldValueInvalid", "Invalid value: 0: must be specified for an update",
                          "metadata.resourceVersion"}});
  }
  return Update(call, target, old, std::move(*object));
}

Reply Kube::Patch(const Call& call, const Target& target) {
  const bool known = call.content_type.starts_with("application/merge-patch+json") ||
                     call.content_type.starts_with("application/json-patch+json");
  if (!known) {
    return KubeFailureReply(415, "UnsupportedMediaType",
                            "the body of the request was in an unknown format - accepted media "
                            "types include: application/json-patch+json, "
                            "application/merge-patch+json");
  }
  const auto patch = ParseJson(call.body);
  if (!patch) return BadRequest("the body is no JSON");
  const auto old = store_.Find(*target.type, target.ns, target.name);
  if (!old) return NotFoundReply(*target.type, target.name);
  auto object = Patched(call.content_type, ParseJson(old->text).value(), *patch);
  if (!object || !object->is_object()) {
    return Failure(422, "the server rejected our request due to an error in our request");
  }
  return Update(call, target, old, std::move(*object));
}

Reply Kube::Update(const Call& call, const Target& target, const KubeObjectPointer& old,
                   Json object) {
  if (auto refusal = Refuse(call, *target.type, object)) return *refusal;
  Json& metadata = object["metadata"];
  if (Text(metadata, "name") != target.name) {
    return BadRequest("the name of the object does not match the name on the URL");
  }
  if (Text(metadata, "resourceVersion") != std::to_string(old->revision)) {
    return ConflictReply(*target.type, target.name, kModified);
  }
  const Json before = ParseJson(old->text).value();
  for (const char* fixed : {"namespace", "uid", "creationTimestamp", "generation"}) {
    metadata[fixed] = before["metadata"][fixed];
  }
  // As on the real server, a write that changes nothing is no new revision.
  if (object == before || IsDryRun(call)) return JsonReply(200, object);
  const auto stored = store_.Put(*target.type, std::move(object));
  NoteEffect(call, "changed", *stored);
  return JsonReply(200, stored->text);
}

Reply Kube::Delete(const Call& call, const Target& target) {
  const auto old = store_.Find(*target.type, target.ns, target.name);
  if (!old) return NotFoundReply(*target.type, target.name);
  const auto options = ParseJson(call.body).value_or(Json());
  const std::string uid = Text(Member(options, "preconditions"), "uid");
  if (!uid.empty() && uid != old->uid) {
    return ConflictReply(
        *target.type, target.name,
        "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + old->uid);
  }
  if (!IsDryRun(call)) NoteEffect(call, "deleted", *store_.Remove(old));
  return JsonReply(200, Json{{"kind", "Status"},
                             {"apiVersion", "v1"},
                             {"metadata", Json::object()},
                             {"status", "Success"},
                             {"details",
                              {{"name", target.name},
                               {"group", target.type->group},
                               {"kind", target.type->plural},
                               {"uid", old->uid}}}});
}

void Kube::NoteEffect(const Call& call, std::string_view what, const KubeObject& object) {
  journal_.Add(
      Journal::Kind::kEffect, host(), call.number,
      std::string(what) + " " + object.type->QualifiedName() + " " + object.ns + "/" + object.name);
}

}  // namespace prow_coverage::sandbox
