#include "text.h"

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::pr_pod {

std::string Printable(std::string_view text, std::size_t limit) {
  std::string printable = ToValidUtf8(ClipUtf8(text, limit));
  for (char& c : printable) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return printable;
}

}  // namespace prow_coverage::pr_pod
