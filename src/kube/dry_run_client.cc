#include <utility>

#include "prow_coverage/kube/client.h"

#include "resource_path.h"

namespace prow_coverage::kube {
namespace {

class DryRunClient final : public Client {
 public:
  using Print = std::function<void(const Resource&, const std::string&)>;

  DryRunClient(Client* real, Print print) : real_(real), print_(std::move(print)) {}

  const std::string& server() const override {
    static const std::string nowhere = "dry run";
    return real_ == nullptr ? nowhere : real_->server();
  }

  Task<Result<std::string>> Create(const Resource& resource, const std::string& object,
                                   bool) override {
    print_(resource, object);
    co_return object;
  }

  Task<Result<std::string>> Replace(const Resource& resource, const std::string&,
                                    const std::string& object) override {
    print_(resource, object);
    co_return object;
  }

  // An applied patch is the object as far as we own it; of any other the outcome is not known here.
  Task<Result<std::string>> Patch(const Resource& resource, const std::string& name, PatchType type,
                                  const std::string& patch) override {
    if (type != PatchType::kApply) return Get(resource, name);
    return Replace(resource, name, patch);
  }

  Task<Result<void>> Delete(const Resource&, const std::string&, const std::string&) override {
    co_return Result<void>();
  }

  Task<Result<std::string>> Get(const Resource& resource, const std::string& name) override {
    if (real_ != nullptr) return real_->Get(resource, name);
    return Answer<Result<std::string>>(NoCluster(Describe(resource)));
  }

  Task<Result<ObjectList>> List(const Resource& resource, const ListOptions& options) override {
    if (real_ != nullptr) return real_->List(resource, options);
    return Answer<Result<ObjectList>>(NoCluster(Describe(resource)));
  }

  Task<Result<void>> Watch(const Resource& resource, const WatchOptions& options,
                           std::function<Result<void>(const WatchEvent&)> on_event) override {
    if (real_ != nullptr) return real_->Watch(resource, options, std::move(on_event));
    return Answer<Result<void>>(NoCluster(Describe(resource)));
  }

  Task<Result<void>> Stream(const std::string& path_and_query,
                            std::function<Result<void>(std::string_view)> on_data) override {
    if (real_ != nullptr) return real_->Stream(path_and_query, std::move(on_data));
    return Answer<Result<void>>(NoCluster(path_and_query));
  }

 private:
  static Error NoCluster(const std::string& what) {
    return {ErrorCode::kNotFound, what + ": a dry run without a cluster reads nothing", {}};
  }

  template <class T>
  static Task<T> Answer(Error error) {
    co_return error;
  }

  Client* const real_;
  const Print print_;
};

}  // namespace

std::unique_ptr<Client> MakeDryRunClient(
    Client* real, std::function<void(const Resource&, const std::string&)> print) {
  return std::make_unique<DryRunClient>(real, std::move(print));
}

}  // namespace prow_coverage::kube
