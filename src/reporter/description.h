#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::reporter {

// GitHub refuses a longer description.
inline constexpr std::size_t kMaxDescriptionLength = 140;

// Words from outside (plank, a person, a pod) made fit for a status: one line of valid UTF-8
// without control characters, ANSI sequences, direction marks and Markdown, and without what Tide
// reads out of a description (" BaseSHA:", "[prow:skip-retest]").
[[nodiscard]] std::string Cleaned(std::string_view text);

// `text`, clipped at a character, with Tide's " BaseSHA:<sha>" at its end: at most 140 bytes. Tide
// reads 40 hex digits only, so another SHA is left out.
[[nodiscard]] std::string FinalDescription(std::string_view text, std::string_view base_sha);

}  // namespace prow_coverage::reporter
