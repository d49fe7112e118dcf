#include <nlohmann/json.hpp>

#include "prow_coverage/yaml/node.h"

#include "fuzz.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto node = yaml::Parse(fuzz::Text(data, size), "input");
  if (!node) {
    fuzz::Require(node.error().code == ErrorCode::kInvalidArgument, "errors are permanent");
    return 0;
  }
  // Texts are compared, not values: `.nan` does not equal itself.
  const auto text = yaml::Emit(yaml::ToJson(*node));
  const auto again = yaml::Parse(text, "emitted");
  fuzz::Require(again.has_value(), "what is emitted can be read");
  fuzz::Require(yaml::Emit(yaml::ToJson(*again)) == text, "what is emitted reads the same");
  return 0;
}
