#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/webhook/event.h"
#include "prow_coverage/webhook/secrets.h"

namespace prow_coverage::webhook {

// The header fields that contracts 2 looks at; "" and nullopt are different: present but empty.
struct Headers {
  std::optional<std::string_view> event;         // X-GitHub-Event
  std::optional<std::string_view> delivery;      // X-GitHub-Delivery
  std::optional<std::string_view> signature;     // X-Hub-Signature-256
  std::optional<std::string_view> content_type;  // Content-Type
};

// A refusal: the HTTP status and the plain text that Prow's hook will log.
struct Refusal {
  int status = 0;
  std::string text;

  bool operator==(const Refusal&) const = default;
};

// The checks of contracts 2 that need no body, in its order (path and method are the server's).
[[nodiscard]] std::optional<Refusal> CheckHeaders(const Headers& headers);

// The checks that need the body: a JSON object, a secret for its repository, a good signature.
// Precondition: CheckHeaders found nothing.
[[nodiscard]] boost::system::result<Envelope, Refusal> CheckBody(const Headers& headers,
                                                                 std::string_view body,
                                                                 const Secrets& secrets);

}  // namespace prow_coverage::webhook
