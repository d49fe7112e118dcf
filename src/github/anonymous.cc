#include "prow_coverage/github/credentials.h"

namespace prow_coverage::github {
namespace {

class Anonymous final : public Credentials {
 public:
  Task<Result<std::string>> Authorization(http::Client&, std::string_view,
                                          const std::string&) override {
    co_return std::string();
  }
  void Refused(std::string_view, const std::string&) override {}
};

}  // namespace

std::unique_ptr<Credentials> MakeAnonymous() { return std::make_unique<Anonymous>(); }

}  // namespace prow_coverage::github
