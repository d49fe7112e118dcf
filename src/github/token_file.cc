#include <algorithm>
#include <utility>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/base/watched_file.h"
#include "prow_coverage/github/credentials.h"

namespace prow_coverage::github {
namespace {

Result<std::string> CheckToken(const std::string& content) {
  const auto token = Trim(content, kGoSpace);
  if (token.empty()) {
    return Error{ErrorCode::kInvalidArgument, "the GitHub token is empty; put one in", {}};
  }
  // A header carries it, so that a line break inside would end the header.
  if (!std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; })) {
    return Error{ErrorCode::kInvalidArgument,
                 "the GitHub token has a space or a control character inside; the file must hold "
                 "one token and nothing else",
                 {}};
  }
  return std::string(token);
}

class TokenFile final : public Credentials {
 public:
  explicit TokenFile(std::unique_ptr<WatchedFile> file) : file_(std::move(file)) {}

  Task<Result<std::string>> Authorization(http::Client&, std::string_view,
                                          const std::string&) override {
    auto token = file_->Content();
    if (!token) co_return token.error();
    co_return "Bearer " + *token;
  }

  void Refused(std::string_view, const std::string&) override { file_->Expire(); }

 private:
  const std::unique_ptr<WatchedFile> file_;
};

}  // namespace

Result<std::unique_ptr<Credentials>> MakeTokenFile(const std::filesystem::path& path, Clock& clock,
                                                   Logger& logger) {
  auto file = std::make_unique<WatchedFile>(path, "the GitHub token", CheckToken, clock, logger);
  if (auto token = file->Content(); !token) return token.error();
  return std::unique_ptr<Credentials>(std::make_unique<TokenFile>(std::move(file)));
}

}  // namespace prow_coverage::github
