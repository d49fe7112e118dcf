#include <algorithm>
#include <cctype>
#include <string>

#include "prow_coverage/webhook/ingress.h"
#include "prow_coverage/webhook/signature.h"

#include "fuzz.h"

using namespace prow_coverage;

namespace {

// Hex digits of either case are the same signature; the prefix is not.
std::string LowerCaseDigits(std::string_view header) {
  std::string lower(header);
  const auto digits =
      lower.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(7, lower.size()));
  std::transform(digits, lower.end(), digits, [](unsigned char c) { return std::tolower(c); });
  return lower;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::Text(data, size);
  static const std::string good = webhook::Sign("secret", "body");

  const bool verified = webhook::Verify("secret", "body", input);
  fuzz::Require(verified == (LowerCaseDigits(input) == good), "only the signature verifies");
  fuzz::Require(!verified || webhook::IsWellFormed(input), "what verifies is well formed");

  for (const auto field :
       {&webhook::Headers::event, &webhook::Headers::delivery, &webhook::Headers::content_type}) {
    webhook::Headers headers{"push", "guid", good, "application/json"};
    headers.*field = input;
    const auto refusal = webhook::CheckHeaders(headers);
    fuzz::Require(!refusal || refusal->status == 400, "a broken header field is answered 400");
  }
  return 0;
}
