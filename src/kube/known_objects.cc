#include "known_objects.h"

#include <charconv>
#include <utility>

#include "prow_coverage/json/document.h"

namespace prow_coverage::kube {
namespace {

std::string Key(const ObjectId& id) { return id.ns + "/" + id.name; }

// Nothing for a version that is no number: Kubernetes promises order only since 1.35, but its
// storage has numbered its revisions from the start.
std::optional<std::uint64_t> ToNumber(std::string_view version) {
  std::uint64_t number = 0;
  const char* end = version.data() + version.size();
  const auto [parsed, error] = std::from_chars(version.data(), end, number);
  if (error != std::errc() || parsed != end) return std::nullopt;
  return number;
}

}  // namespace

void KnownObjects::BeginList() {
  ++list_;
  position_.clear();
}

Result<void> KnownObjects::Listed(const std::string& object) {
  const auto read = ReadObject(object, /*named=*/true);
  if (!read) return read.error();
  Upsert(*read, object);
  objects_.at(Key(read->id)).list = list_;
  return {};
}

void KnownObjects::CompleteList(std::string_view resource_version) {
  for (auto entry = objects_.begin(); entry != objects_.end();) {
    if (entry->second.list == list_) {
      ++entry;
      continue;
    }
    const auto slash = entry->first.find('/');
    const ObjectId id{entry->first.substr(0, slash), entry->first.substr(slash + 1),
                      entry->second.uid};
    entry = objects_.erase(entry);
    callbacks_.deleted(id, "");
  }
  position_ = resource_version;
  callbacks_.synced();
}

Result<void> KnownObjects::Apply(const WatchEvent& event) {
  const bool bookmark = event.type == WatchEvent::Type::kBookmark;
  const auto read = ReadObject(event.object, /*named=*/!bookmark);
  if (!read) return read.error();
  if (IsReplay(*read)) return {};
  if (event.type == WatchEvent::Type::kDeleted) {
    Erase(read->id, event.object);
  } else if (!bookmark) {
    Upsert(*read, event.object);
  }
  position_ = read->resource_version;
  ++news_;
  return {};
}

Result<KnownObjects::Read> KnownObjects::ReadObject(const std::string& object, bool named) {
  const auto broken = [](const Error& error) {
    return Error{ErrorCode::kUnavailable, "an object cannot be read: " + error.message, {}};
  };
  const auto document = json::Document::Parse(object);
  if (!document) return broken(document.error());
  const json::Value root = document->root();
  Read read;
  const auto version = root.String("metadata.resourceVersion");
  if (!version) return broken(version.error());
  read.resource_version = *version;
  if (!named) return read;
  const auto name = root.String("metadata.name");
  if (!name) return broken(name.error());
  read.id.name = *name;
  read.id.ns = root.OptionalString("metadata.namespace").value_or("");
  read.id.uid = root.OptionalString("metadata.uid").value_or("");
  return read;
}

// The events of one kind come in the order of their versions, that of a deletion included.
bool KnownObjects::IsReplay(const Read& read) const {
  const auto version = ToNumber(read.resource_version);
  const auto position = ToNumber(position_);
  if (!version || !position) return read.resource_version == position_;
  return *version <= *position;
}

void KnownObjects::Upsert(const Read& read, const std::string& object) {
  const std::string key = Key(read.id);
  auto known = objects_.find(key);
  if (known != objects_.end() && known->second.uid != read.id.uid) {
    // Deleted and made anew under the same name while nobody looked.
    const ObjectId gone{read.id.ns, read.id.name, known->second.uid};
    Erase(gone, "");
    known = objects_.end();
  }
  if (known == objects_.end()) {
    objects_.emplace(key, Version{read.id.uid, read.resource_version, list_});
  } else if (known->second.resource_version == read.resource_version) {
    return;
  } else {
    known->second.resource_version = read.resource_version;
  }
  callbacks_.upsert(object);
}

void KnownObjects::Erase(const ObjectId& id, const std::string& last) {
  if (objects_.erase(Key(id)) > 0) callbacks_.deleted(id, last);
}

}  // namespace prow_coverage::kube
