#include "prow_coverage/config/decoration_defaults.h"

#include <algorithm>
#include <utility>

#include "value.h"

namespace prow_coverage::config {
namespace {

using Kind = yaml::Node::Kind;
using nlohmann::ordered_json;

constexpr std::string_view kList = "default_decoration_config_entries";
constexpr std::string_view kMap = "default_decoration_configs";

// DecorationConfig.ApplyDefault (pkg/apis/prowjobs/v1/types.go) merges inside of these and replaces
// every other field as a whole.
constexpr std::string_view kMergedInside[] = {"utility_images", "resources", "gcs_configuration",
                                              "censoring_options", "scheduling_options"};

// A string in the CRD whose value people write as a bare number; no pointer in Go.
constexpr std::string_view kAppId = "github_app_id";

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What Go's omitempty and ApplyDefault take for "not set". A string that is a pointer there
// (gcs_credentials_secret) can be set to "", which means "none"; the others cannot.
bool IsUnset(const ordered_json& value, bool empty_is_unset) {
  if (value.is_string()) return empty_is_unset && value.get_ref<const std::string&>().empty();
  return value.is_null() || (value.is_structured() && value.empty());
}

// mediaTypes is the odd one out: Prow copies the earlier entry's over the later one's.
void MergeMediaTypes(const ordered_json& later, ordered_json& merged) {
  for (const auto& [extension, type] : later.items()) {
    if (!merged.contains(extension)) merged[extension] = type;
  }
}

void MergeNested(const ordered_json& later, ordered_json& merged) {
  for (const auto& [key, value] : later.items()) {
    if (IsUnset(value, true)) continue;
    if (key == "mediaTypes" && merged.contains(key)) {
      MergeMediaTypes(value, merged[key]);
    } else {
      merged[key] = value;
    }
  }
}

void Merge(const ordered_json& later, ordered_json& merged) {
  for (const auto& [key, value] : later.items()) {
    if (IsUnset(value, key == kAppId)) continue;
    if (value.is_object() && Contains(kMergedInside, key)) {
      ordered_json& nested = merged[key];
      if (nested.is_null()) nested = ordered_json::object();
      MergeNested(value, nested);
    } else {
      merged[key] = value;
    }
  }
}

bool Matches(std::string_view wanted, std::string_view is) {
  return wanted.empty() || wanted == "*" || wanted == is;
}

// Prow goes from the general to the special: "*", organisations, repositories.
int Rank(std::string_view key) {
  if (key == "*") return 0;
  return key.find('/') == std::string_view::npos ? 1 : 2;
}

Result<void> ReadConfig(const Value& value, ordered_json& config) {
  if (value.IsNull()) return {};
  config = yaml::ToJson(value.node());
  return value.ForEachMember([&](const std::string& key, const Value& field) -> Result<void> {
    const auto kind = field.node().kind;
    if (key == kAppId && kind == Kind::kScalar) config[key] = field.node().scalar;
    const bool fits = kind == Kind::kMapping || kind == Kind::kNull;
    if (Contains(kMergedInside, key) && !fits) return field.Fault("must be a mapping");
    return {};
  });
}

// "" for a filter that is not there.
Result<void> ReadFilter(const Value& value, std::string& filter) {
  if (value.IsNull()) return {};
  auto text = value.Text(kOneLine);
  if (!text) return text.error();
  filter = std::move(*text);
  return {};
}

Result<DecorationEntry> ReadEntry(const Value& item) {
  DecorationEntry entry;
  const auto read =
      item.ForEachMember([&](const std::string& key, const Value& member) -> Result<void> {
        if (key == "repo") return ReadFilter(member, entry.repo);
        if (key == "cluster") return ReadFilter(member, entry.cluster);
        if (key == "config") return ReadConfig(member, entry.config);
        return {};
      });
  if (!read) return read.error();
  return entry;
}

Result<std::vector<DecorationEntry>> ReadList(const Value& list) {
  std::vector<DecorationEntry> entries;
  const auto read = list.ForEachItem([&](const Value& item) -> Result<void> {
    auto entry = ReadEntry(item);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
    return {};
  });
  if (!read) return read.error();
  return entries;
}

Result<std::vector<DecorationEntry>> ReadMap(const Value& map) {
  std::vector<DecorationEntry> entries;
  const auto read = map.ForEachMember([&](const std::string& key, const Value& member) {
    return ReadConfig(member, entries.emplace_back(DecorationEntry{key, "", {}}).config);
  });
  if (!read) return read.error();
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return Rank(a.repo) < Rank(b.repo); });
  return entries;
}

Result<std::vector<DecorationEntry>> ReadPlank(const Value& plank) {
  std::optional<Value> list;
  std::optional<Value> map;
  const auto read =
      plank.ForEachMember([&](const std::string& key, const Value& member) -> Result<void> {
        if (key == kList && !member.IsNull()) list = member;
        if (key == kMap && !member.IsNull()) map = member;
        return {};
      });
  if (!read) return read.error();
  if (list && map) {
    return map->Fault("stands beside " + std::string(kList) + ", Prow takes only one of them");
  }
  if (list) return ReadList(*list);
  if (map) return ReadMap(*map);
  return std::vector<DecorationEntry>();
}

}  // namespace

DecorationDefaults::DecorationDefaults(std::vector<DecorationEntry> entries)
    : entries_(std::move(entries)) {}

Result<DecorationDefaults> DecorationDefaults::Parse(std::string_view text,
                                                     std::string_view source) {
  const auto document = yaml::Parse(text, source);
  if (!document) return document.error();
  const Value root(*document, "", source);
  if (root.IsNull()) return DecorationDefaults();
  std::vector<DecorationEntry> entries;
  const auto read =
      root.ForEachMember([&](const std::string& key, const Value& member) -> Result<void> {
        if (key != "plank" || member.IsNull()) return {};
        auto plank = ReadPlank(member);
        if (!plank) return plank.error();
        entries = std::move(*plank);
        return {};
      });
  if (!read) return read.error();
  return DecorationDefaults(std::move(entries));
}

ordered_json DecorationDefaults::For(std::string_view org, std::string_view repo,
                                     std::string_view cluster) const {
  const std::string full_name = std::string(org).append("/").append(repo);
  ordered_json merged = ordered_json::object();
  for (const DecorationEntry& entry : entries_) {
    if (!Matches(entry.cluster, cluster)) continue;
    if (!Matches(entry.repo, full_name) && entry.repo != org) continue;
    Merge(entry.config, merged);
  }
  return merged;
}

}  // namespace prow_coverage::config
