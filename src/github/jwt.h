#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"

namespace prow_coverage::github {

// The token by which a GitHub App says who it is: RS256, 10 minutes long, GitHub's limit. It begins
// a minute before `now`, so that a clock of ours that is a little ahead does no harm.
// `key_pem` is an RSA private key, PKCS#1 or PKCS#8, without a passphrase.
// Errors: kInvalidArgument for any other key.
[[nodiscard]] Result<std::string> SignAppJwt(std::string_view app_id, std::string_view key_pem,
                                             WallTime now);

}  // namespace prow_coverage::github
