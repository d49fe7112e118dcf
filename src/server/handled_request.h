#pragma once

#include "prow_coverage/server/server.h"

#include "body_reader.h"
#include "request_head.h"
#include "target.h"

namespace prow_coverage::server {

// The request as its handler sees it.
class HandledRequest final : public Request {
 public:
  HandledRequest(const RequestHead& head, Target target, BodyReader& body, std::size_t max_body)
      : head_(head), target_(target), body_(body), max_body_(max_body) {}

  std::string_view method() const override { return head_.method(); }
  std::string_view path() const override { return target_.path; }
  std::string_view query() const override { return target_.query; }
  std::optional<std::string_view> header(std::string_view name) const override {
    return head_.Find(name);
  }
  Task<Result<std::string>> ReadBody() override { return body_.Read(max_body_); }

 private:
  const RequestHead& head_;
  const Target target_;
  BodyReader& body_;
  const std::size_t max_body_;
};

}  // namespace prow_coverage::server
