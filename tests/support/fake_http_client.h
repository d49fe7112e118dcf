#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "prow_coverage/http/client.h"

namespace prow_coverage::testing {

// An http::Client without a network: records each request and answers what it was told to, in
// order, or whatever `answer` says when that is set. Running out of answers is a kUnavailable
// error.
class FakeHttpClient final : public http::Client {
 public:
  std::vector<http::Request> requests;
  std::deque<Result<http::Response>> answers;
  std::function<Result<http::Response>(const http::Request&)> answer;

  void Answer(int status, std::string body, http::Headers headers = {}) {
    answers.emplace_back(http::Response{status, std::move(headers), std::move(body)});
  }

  Task<Result<http::Response>> Send(http::Request request) override {
    requests.push_back(request);
    co_return Next(request);
  }

  // A 2xx answer's body arrives in one piece.
  Task<Result<http::Response>> Stream(
      http::Request request, std::function<Result<void>(std::string_view)> on_data) override {
    requests.push_back(request);
    auto response = Next(request);
    if (!response || response->status / 100 != 2) co_return response;
    if (auto seen = on_data(response->body); !seen) co_return seen.error();
    response->body.clear();
    co_return response;
  }

 private:
  Result<http::Response> Next(const http::Request& request) {
    if (answer) return answer(request);
    if (answers.empty()) {
      return Error{ErrorCode::kUnavailable, "FakeHttpClient has no answer left", {}};
    }
    auto next = std::move(answers.front());
    answers.pop_front();
    return next;
  }
};

}  // namespace prow_coverage::testing
