#include <string>

#include "endpoint.h"
#include "fuzz.h"
#include "http_date.h"
#include "link_header.h"
#include "rate_limit.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::Text(data, size);
  static const std::vector<github::Endpoint> endpoints{
      github::ParseEndpoint("http://ghproxy"), github::ParseEndpoint("https://ghe.example/api/v3")};

  http::Response listed{200, {{"link", std::string(input)}}, "[]"};
  if (const auto next = github::NextPage(listed, endpoints); next && *next) {
    fuzz::Require(github::IsApiPath(**next), "the next page is a path of the API");
  }

  for (const auto* name : {"retry-after", "x-ratelimit-reset"}) {
    http::Response limited{429, {{name, std::string(input)}, {"x-ratelimit-remaining", "0"}}, ""};
    const auto wait = github::RateLimitWait(limited, WallTime(std::chrono::seconds(1787133600)));
    fuzz::Require(wait && *wait >= std::chrono::seconds(1) && *wait <= std::chrono::hours(1),
                  "429 means a wait of a second to an hour");
  }
  (void)github::ParseHttpDate(input);
  (void)github::ParseRfc3339(input);
  return 0;
}
