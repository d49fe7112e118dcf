#include "prow_coverage/webhook/event.h"
#include "prow_coverage/webhook/ingress.h"
#include "prow_coverage/webhook/signature.h"

#include "fuzz.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = fuzz::Text(data, size);
  static const auto secrets = webhook::Secrets::Parse("secret").value();

  const auto envelope = webhook::ParseEnvelope(body);
  const auto event = webhook::ParsePullRequestEvent(body);
  if (envelope && event) {
    fuzz::Require(envelope->repository == RepoName(event->pull),
                  "the secret that counts is that of the pull request's repository");
    fuzz::Require(envelope->action == event->action, "both parsers see the same action");
  }

  const auto signature = webhook::Sign("secret", body);
  const webhook::Headers headers{"pull_request", "guid", signature, "application/json"};
  const auto checked = webhook::CheckBody(headers, body, secrets);
  fuzz::Require(checked.has_value() == envelope.has_value(), "a signed object is accepted");
  fuzz::Require(!checked || *checked == *envelope, "parsing has no memory");
  return 0;
}
