#include "decoration.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/prow/go_duration.h"

#include "built_in.h"
#include "json_fields.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

// A string field, and where its value comes from.
struct TextField {
  std::string_view name;
  const std::string& configured;
  std::string_view built_in;
};

// The configured text, else Prow's unless it is empty, else the built-in one ("": none).
Result<void> FillText(Json& object, const TextField& field) {
  auto prows = TextOf(object, field.name);
  if (!prows) return prows.error();
  std::string value = field.configured;
  if (value.empty()) value = std::move(*prows);
  if (value.empty()) value = field.built_in;
  if (!value.empty()) object[field.name] = std::move(value);
  return {};
}

Result<void> FillTexts(Json& object, std::initializer_list<TextField> fields) {
  for (const TextField& field : fields) {
    if (auto filled = FillText(object, field); !filled) return filled.error();
  }
  return {};
}

// What `name` holds as an object; an empty one when it is absent or null.
Result<Json> TakeObject(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return Success(Json::object());
  if (!found->is_object()) return InvalidField(name, "is not an object: see Prow's configuration");
  return Success(*found);
}

Result<void> FillUtilityImages(Json& decoration, const config::UtilityImages& images) {
  auto object = TakeObject(decoration, "utility_images");
  if (!object) return object.error();
  const auto filled = FillTexts(*object, {{"clonerefs", images.clonerefs, kBuiltInCloneRefs},
                                          {"initupload", images.initupload, kBuiltInInitUpload},
                                          {"entrypoint", images.entrypoint, kBuiltInEntrypoint},
                                          {"sidecar", images.sidecar, kBuiltInSidecar}});
  if (!filled) return filled.error();
  decoration["utility_images"] = std::move(*object);
  return {};
}

// Prow's sidecar splits a bucket at "://" and takes what follows as host and path.
bool IsBucket(std::string_view bucket) {
  const auto scheme_end = bucket.find("://");
  if (scheme_end != std::string_view::npos) bucket.remove_prefix(scheme_end + 3);
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./").find(c) != std::string_view::npos;
  };
  return !bucket.empty() && bucket.front() != '/' &&
         std::all_of(bucket.begin(), bucket.end(), is_allowed);
}

Result<void> CheckGcs(const Json& gcs) {
  if (!IsBucket(gcs.value("bucket", ""))) {
    return InvalidField("gcs.bucket", "is no bucket name: write name, gs://name or s3://name");
  }
  const std::string strategy = gcs.value("path_strategy", "");
  if (strategy != "explicit" && strategy != "single" && strategy != "legacy") {
    return InvalidField("gcs.pathStrategy",
                        "is \"" + strategy + "\": write explicit, single or legacy");
  }
  for (const auto& [field, name] :
       {std::pair{"default_org", "gcs.defaultOrg"}, std::pair{"default_repo", "gcs.defaultRepo"}}) {
    if (strategy != "explicit" && gcs.value(field, "").empty()) {
      return InvalidField(
          name, "is missing: the path strategy " + strategy + " needs it; set it, or use explicit");
    }
  }
  return {};
}

Result<void> FillGcs(Json& decoration, const config::GcsConfig& gcs) {
  auto object = TakeObject(decoration, "gcs_configuration");
  if (!object) return object.error();
  const auto filled =
      FillTexts(*object, {{"bucket", gcs.bucket, kBuiltInBucket},
                          {"path_strategy", gcs.path_strategy, kBuiltInPathStrategy},
                          {"default_org", gcs.default_org, ""},
                          {"default_repo", gcs.default_repo, ""}});
  if (!filled) return filled.error();
  if (auto checked = CheckGcs(*object); !checked) return checked.error();
  decoration["gcs_configuration"] = std::move(*object);
  return {};
}

// An empty text is Prow's way to say "no secret, the pod's identity may write"; so is a secret for
// S3.
Result<void> FillCredentials(Json& decoration, const std::string& configured) {
  const bool prow_decided =
      decoration.contains("gcs_credentials_secret") || decoration.contains("s3_credentials_secret");
  return FillText(decoration, {"gcs_credentials_secret", configured,
                               prow_decided ? "" : kBuiltInCredentialsSecret});
}

// Go reads a number as nanoseconds, but the CRD knows the field as a string.
Result<std::string> DurationText(std::string_view name, const Json& value) {
  if (value.is_number_integer() && value.get<std::int64_t>() > 0) {
    return FormatGoDuration(std::chrono::nanoseconds(value.get<std::int64_t>()));
  }
  if (!value.is_string()) return InvalidField(name, "is no duration: write it as 2h, 90m or 15s");
  const auto duration = ParseGoDuration(value.get_ref<const std::string&>());
  if (!duration) return InvalidField(name, "is wrong: " + duration.error().message);
  return FormatGoDuration(*duration);
}

// One that Go cannot read makes plank lose sight of every ProwJob, not of this one alone.
Result<void> NormalizeDurations(Json& decoration) {
  for (const std::string_view name : {"timeout", "grace_period", "pod_pending_timeout",
                                      "pod_running_timeout", "pod_unscheduled_timeout"}) {
    const auto found = decoration.find(name);
    if (found == decoration.end()) continue;
    auto text = DurationText(name, *found);
    if (!text) return text.error();
    *found = std::move(*text);
  }
  return {};
}

Result<void> FillDurations(Json& decoration, const config::JobConfig& job) {
  constexpr int kMaxMinutes = 365 * 24 * 60;
  if (job.timeout_minutes.value_or(1) <= 0 || job.timeout_minutes.value_or(1) > kMaxMinutes) {
    return InvalidField("timeoutMinutes", "must be over 0 and at most a year: 120 is the default");
  }
  if (job.grace_period_seconds.value_or(0) < 0) {
    return InvalidField("gracePeriodSeconds", "must not be negative: 15 is the default");
  }
  if (job.timeout_minutes) {
    decoration["timeout"] = FormatGoDuration(std::chrono::minutes(*job.timeout_minutes));
  } else if (!decoration.contains("timeout")) {
    decoration["timeout"] = kBuiltInTimeout;
  }
  if (job.grace_period_seconds) {
    decoration["grace_period"] = FormatGoDuration(std::chrono::seconds(*job.grace_period_seconds));
  } else if (!decoration.contains("grace_period")) {
    decoration["grace_period"] = kBuiltInGracePeriod;
  }
  return NormalizeDurations(decoration);
}

// Null is Go's nil: nobody said.
void DropNulls(Json& object) {
  for (auto member = object.begin(); member != object.end();) {
    member = member->is_null() ? object.erase(member) : std::next(member);
  }
}

}  // namespace

Result<Json> CompleteDecoration(const config::JobConfig& job, Json prow) {
  Json decoration = prow.is_null() ? Json::object() : std::move(prow);
  if (!decoration.is_object()) return InvalidField("decoration_config", "is not an object");
  DropNulls(decoration);
  if (auto filled = FillDurations(decoration, job); !filled) return filled.error();
  if (auto filled = FillUtilityImages(decoration, job.utility_images); !filled) {
    return filled.error();
  }
  if (auto filled = FillGcs(decoration, job.gcs); !filled) return filled.error();
  auto filled = FillCredentials(decoration, job.gcs.credentials_secret);
  if (!filled) return filled.error();
  for (const char* quantities : {"resources", "default_memory_request"}) {
    if (decoration.contains(quantities)) QuantitiesToText(decoration[quantities]);
  }
  return Success(std::move(decoration));
}

}  // namespace prow_coverage::prow
