#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prow_coverage::kube {

// RFC 4648 base64, padded.
[[nodiscard]] std::string EncodeBase64(std::string_view bytes);

// Nothing when `text` is no base64. White space between the characters is skipped, as a folded YAML
// scalar leaves it; padding may be absent.
[[nodiscard]] std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace prow_coverage::kube
