#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "json.h"
#include "kube_resource.h"
#include "label_selector.h"

namespace prow_coverage::sandbox {

// An object as it stands at one revision.
struct KubeObject {
  const ResourceType* type = nullptr;
  std::string ns;
  std::string name;
  std::string uid;
  std::uint64_t revision = 0;
  std::string text;  // JSON, with metadata.resourceVersion
  Labels labels;
};
using KubeObjectPointer = std::shared_ptr<const KubeObject>;

// One step of the store's history: an object that came (`before` empty), changed, or went (`after`
// is what it was last, at the revision of its end).
struct KubeChange {
  KubeObjectPointer before;
  KubeObjectPointer after;
  bool deleted = false;
};

// Objects of all kinds, one counter of revisions, and the latest changes for watches. One thread at
// a time.
class KubeStore {
 public:
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  // Watches must begin at this revision or a later one.
  [[nodiscard]] std::uint64_t oldest() const { return oldest_; }

  [[nodiscard]] std::size_t size() const { return objects_.size(); }
  // nullptr when there is none.
  [[nodiscard]] KubeObjectPointer Find(const ResourceType& type, const std::string& ns,
                                       const std::string& name) const;
  // Calls `visit` with the objects of a type, in one namespace or ("") in all, ordered by namespace
  // and name, from after the given ones on, until it returns false.
  void ForEach(const ResourceType& type, const std::string& ns,
               const std::pair<std::string, std::string>& after,
               const std::function<bool(const KubeObjectPointer&)>& visit) const;

  // Stores `object` under metadata's namespace and name, at the next revision.
  KubeObjectPointer Put(const ResourceType& type, Json object);
  KubeObjectPointer Remove(const KubeObjectPointer& object);

  // Calls `visit` with the changes after `revision`, oldest first, until it returns false.
  void ForEachChange(std::uint64_t revision,
                     const std::function<bool(const KubeChange&)>& visit) const;

  // Forgets the changes so far, as compaction does: watches from before are too old then.
  void Compact();

  // Called after each change and each Compact.
  void set_on_change(std::function<void()> on_change) { on_change_ = std::move(on_change); }

  // Objects and changes go, the revision stays.
  void Clear();

 private:
  using Key = std::tuple<const ResourceType*, std::string, std::string>;  // type, namespace, name

  static constexpr std::size_t kMaxChanges = 50'000;

  void Note(KubeChange change);

  std::map<Key, KubeObjectPointer> objects_;
  std::deque<KubeChange> changes_;
  std::uint64_t revision_ = 100;  // the real one does not begin at 0 either
  std::uint64_t oldest_ = 100;
  std::function<void()> on_change_;
};

}  // namespace prow_coverage::sandbox
