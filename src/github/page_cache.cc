#include "page_cache.h"

#include <utility>

namespace prow_coverage::github {

const PageCache::Page* PageCache::Get(const std::string& path) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &entries_.front().second;
}

void PageCache::Put(const std::string& path, Page page) {
  if (const auto found = by_path_.find(path); found != by_path_.end()) {
    entries_.erase(found->second);
    by_path_.erase(found);
  }
  entries_.emplace_front(path, std::move(page));
  by_path_[path] = entries_.begin();
  if (entries_.size() <= capacity_) return;
  by_path_.erase(entries_.back().first);
  entries_.pop_back();
}

}  // namespace prow_coverage::github
