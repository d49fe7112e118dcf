#pragma once

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/sandbox_thread.h"

namespace prow_coverage::sandbox {

using nlohmann::json;

// A sandbox that knows kubevirt/kubevirt#1, on a clock that stands still.
class SandboxFixture : public ::testing::Test {
 protected:
  SandboxFixture() : SandboxFixture(Options{}) {}
  explicit SandboxFixture(const Options& options) : sandbox_(options, &clock_) {
    head_sha_ = PutPull(1)["head_sha"];
  }

  json PutPull(int number, json more = json::object()) {
    more.update({{"org", "kubevirt"}, {"repo", "kubevirt"}, {"number", number}});
    return sandbox_.Control("PUT", "/pulls", more);
  }

  // A call to GitHub, below kubevirt/kubevirt unless `path` is absolute.
  http::Response GitHub(const std::string& method, const std::string& path,
                        const std::string& body = "", http::Headers headers = {}) {
    const std::string under = path.starts_with("/") ? path : "/repos/kubevirt/kubevirt/" + path;
    return sandbox_.Call(method, sandbox_.github() + under, body, std::move(headers)).value();
  }

  http::Response Kube(const std::string& method, const std::string& path,
                      const std::string& body = "", http::Headers headers = {}) {
    return sandbox_.Call(method, sandbox_.kube() + path, body, std::move(headers)).value();
  }

  json Events(const std::string& kind) {
    return sandbox_.Control("GET", "/events?kind=" + kind)["events"];
  }

  testing::FakeClock clock_;
  testing::SandboxThread sandbox_;
  std::string head_sha_;
};

}  // namespace prow_coverage::sandbox
