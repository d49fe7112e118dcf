#pragma once

#include <string_view>

namespace prow_coverage::yaml {

// True when every YAML 1.1 and 1.2 reader takes the unquoted text, as a key or a value in block
// style, for this very string. False for some texts that would be safe, too.
[[nodiscard]] bool IsSafePlain(std::string_view text);

// True when the text can stand in a literal block (`|`): several lines, none of which begins or
// ends with white space that a reader could take for indentation or drop.
[[nodiscard]] bool IsSafeLiteral(std::string_view text);

// True when a double-quoted scalar must write this code point as an escape: controls, line breaks
// of YAML 1.1, what is no character, what nobody would see.
[[nodiscard]] bool NeedsEscape(char32_t value);

}  // namespace prow_coverage::yaml
