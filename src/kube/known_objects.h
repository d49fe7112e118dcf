#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "prow_coverage/base/error.h"
#include "prow_coverage/kube/informer.h"

namespace prow_coverage::kube {

// What an informer knows: which objects exist in which version, and up to where it has followed
// them. Tells its consumer the difference that each list and each event makes. Does no I/O.
class KnownObjects {
 public:
  explicit KnownObjects(InformerCallbacks callbacks) : callbacks_(std::move(callbacks)) {}

  // A list: Begin, Listed for each object, Complete. One that breaks off is begun anew.
  void BeginList();
  // Errors: kUnavailable for what is no object with a name and a resourceVersion.
  [[nodiscard]] Result<void> Listed(const std::string& object);
  // What the list did not hold is gone.
  void CompleteList(std::string_view resource_version);

  // Errors: as Listed.
  [[nodiscard]] Result<void> Apply(const WatchEvent& event);

  // Where to watch from; "" before the first complete list and after Forget.
  [[nodiscard]] const std::string& position() const { return position_; }
  // The position is of no use any more: a list must come next.
  void Forget() { position_.clear(); }

  // Grows with each event that told something new.
  [[nodiscard]] std::uint64_t news() const { return news_; }
  [[nodiscard]] std::size_t size() const { return objects_.size(); }

 private:
  struct Version {
    std::string uid;
    std::string resource_version;
    std::uint32_t list = 0;  // the last list that held it
  };
  struct Read {
    ObjectId id;
    std::string resource_version;
  };

  // `named` false: a bookmark, which has nothing but a version.
  [[nodiscard]] static Result<Read> ReadObject(const std::string& object, bool named);
  [[nodiscard]] bool IsReplay(const Read& read) const;
  void Upsert(const Read& read, const std::string& object);
  void Erase(const ObjectId& id, const std::string& last);

  InformerCallbacks callbacks_;
  std::unordered_map<std::string, Version> objects_;  // by "<namespace>/<name>"
  std::string position_;
  std::uint32_t list_ = 0;
  std::uint64_t news_ = 0;
};

}  // namespace prow_coverage::kube
