#include "kube_store.h"

#include <algorithm>
#include <utility>

namespace prow_coverage::sandbox {
namespace {

KubeObjectPointer Freeze(const ResourceType& type, Json object, std::uint64_t revision) {
  auto frozen = std::make_shared<KubeObject>();
  Json& metadata = object["metadata"];
  metadata["resourceVersion"] = std::to_string(revision);
  frozen->type = &type;
  frozen->ns = Text(metadata, "namespace");
  frozen->name = Text(metadata, "name");
  frozen->uid = Text(metadata, "uid");
  frozen->revision = revision;
  for (const auto& [key, value] : Member(metadata, "labels").items()) {
    if (value.is_string()) frozen->labels[key] = value.get<std::string>();
  }
  frozen->text = Dump(object);
  return frozen;
}

}  // namespace

KubeObjectPointer KubeStore::Find(const ResourceType& type, const std::string& ns,
                                  const std::string& name) const {
  const auto found = objects_.find({&type, ns, name});
  return found == objects_.end() ? nullptr : found->second;
}

void KubeStore::ForEach(const ResourceType& type, const std::string& ns,
                        const std::pair<std::string, std::string>& after,
                        const std::function<bool(const KubeObjectPointer&)>& visit) const {
  auto object =
      objects_.upper_bound(std::max(Key{&type, ns, ""}, Key{&type, after.first, after.second}));
  while (object != objects_.end() && object->second->type == &type &&
         (ns.empty() || object->second->ns == ns) && visit(object->second)) {
    ++object;
  }
}

KubeObjectPointer KubeStore::Put(const ResourceType& type, Json object) {
  auto after = Freeze(type, std::move(object), ++revision_);
  KubeObjectPointer& place = objects_[{&type, after->ns, after->name}];
  const auto before = std::exchange(place, after);
  Note({before, after});
  return after;
}

KubeObjectPointer KubeStore::Remove(const KubeObjectPointer& object) {
  auto last = Freeze(*object->type, ParseJson(object->text).value(), ++revision_);
  objects_.erase({object->type, object->ns, object->name});
  Note({object, last, true});
  return last;
}

void KubeStore::Note(KubeChange change) {
  changes_.push_back(std::move(change));
  if (changes_.size() > kMaxChanges) {
    oldest_ = changes_.front().after->revision;
    changes_.pop_front();
  }
  if (on_change_) on_change_();
}

void KubeStore::ForEachChange(std::uint64_t revision,
                              const std::function<bool(const KubeChange&)>& visit) const {
  auto change = std::upper_bound(
      changes_.begin(), changes_.end(), revision,
      [](std::uint64_t wanted, const KubeChange& one) { return wanted < one.after->revision; });
  while (change != changes_.end() && visit(*change)) ++change;
}

void KubeStore::Compact() {
  changes_.clear();
  oldest_ = revision_;
  if (on_change_) on_change_();
}

void KubeStore::Clear() {
  objects_.clear();
  Compact();
}

}  // namespace prow_coverage::sandbox
