#include <algorithm>

#include "prow_coverage/webhook/secrets.h"

#include "fuzz.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto secrets = webhook::Secrets::Parse(fuzz::Text(data, size));
  if (!secrets) {
    fuzz::Require(secrets.error().code == ErrorCode::kInvalidArgument, "errors are permanent");
    return 0;
  }
  fuzz::Require(!secrets->Names().empty() || secrets->For("", "").empty(), "tokens have a name");
  for (const auto& [org, repo] : {std::pair{"", ""}, {"a", ""}, {"a", "b"}}) {
    const auto tokens = secrets->For(org, repo);
    fuzz::Require(
        std::none_of(tokens.begin(), tokens.end(), [](const auto& token) { return token.empty(); }),
        "no token is empty");
  }
  return 0;
}
