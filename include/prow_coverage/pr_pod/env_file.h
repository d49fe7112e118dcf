#pragma once

#include <map>
#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::pr_pod {

// Reads a .env file: lines `KEY=value` or `export KEY=value`; `# comments` on lines of their own
// and, behind white space, at the end of an unquoted value; 'single' quotes keep everything as it
// is, "double" quotes know \n, \t, \", \\ and \$. A later line wins. Nothing is expanded or
// executed. A quoted value may span lines. Errors: kInvalidArgument, "<source>:<line>: <what>",
// never with a value in it.
[[nodiscard]] Result<std::map<std::string, std::string>> ParseEnvFile(std::string_view text,
                                                                      std::string_view source);

}  // namespace prow_coverage::pr_pod
