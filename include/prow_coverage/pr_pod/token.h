#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::pr_pod {

inline constexpr const char* kTokenVariable = "GITHUB_PAT";

// A personal access token. It goes into a Secret and an Authorization header, nowhere else.
struct Token {
  std::string value;   // "" for none
  std::string source;  // for a message: "GITHUB_PAT" or the file's name
};

struct TokenSources {
  std::string environment;         // the value of GITHUB_PAT, "" when it is not set
  std::filesystem::path env_file;  // --env-file, "" for the default files
  std::vector<std::filesystem::path> default_files{"web/.env", ".env"};  // those that exist count
};

// GITHUB_PAT of the environment, else of the file. No token is no error: a public repository needs
// none. Errors: kInvalidArgument for a token with white space or a control character inside (what a
// clipboard adds at its ends is removed), and for a file that is broken, missing though named, or
// without GITHUB_PAT though named.
[[nodiscard]] Result<Token> FindToken(const TokenSources& sources);

}  // namespace prow_coverage::pr_pod
