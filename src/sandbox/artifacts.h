#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "front.h"
#include "journal.h"

namespace prow_coverage::sandbox {

// A store of artifacts as Google Cloud Storage shows a public bucket over HTTP: GET
// /<bucket>/<object>.
class Artifacts final : public FakeHost {
 public:
  explicit Artifacts(Journal& journal) : journal_(journal) {}

  Host host() const override { return Host::kArtifacts; }
  Task<server::Reply> Answer(Call& call) override;
  server::Reply Failure(int status, const std::string& message) override;
  void Finish(server::Reply&) override {}

  // `path` is "<bucket>/<object>".
  void Put(const std::string& path, std::string content);
  void Remove(const std::string& path) { objects_.erase(path); }
  [[nodiscard]] std::vector<std::string> List() const;
  void Clear() { objects_.clear(); }

 private:
  Journal& journal_;
  std::map<std::string, std::string, std::less<>> objects_;
};

}  // namespace prow_coverage::sandbox
