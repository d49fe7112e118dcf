#include "prow_coverage/config/decoration_defaults.h"

#include "fuzz.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto defaults = config::DecorationDefaults::Parse(fuzz::Text(data, size), "config.yaml");
  if (!defaults) {
    fuzz::Require(defaults.error().code == ErrorCode::kInvalidArgument, "errors are permanent");
    return 0;
  }
  fuzz::Require(defaults->For("kubevirt", "project-infra", "default").is_object(),
                "a decoration config is an object");
  return 0;
}
