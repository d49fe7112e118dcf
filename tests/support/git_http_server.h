#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/process.h"
#include "support/tiny_http_server.h"

namespace prow_coverage::testing {

// git over HTTP on loopback, read only, for a token only: basic authentication with any user name.
// Bare repositories below `root` are served by git's own http-backend. `on_request` sees each
// request before it is answered, on the server's thread.
class GitHttpServer {
 public:
  GitHttpServer(std::filesystem::path root, const std::string& token,
                std::function<void(const TinyRequest&)> on_request = {})
      : root_(std::move(root)),
        wanted_("x-access-token:" + token),
        on_request_(std::move(on_request)),
        server_([this](const TinyRequest& request) { return Answer(request); }) {}

  std::string Url(const std::string& repo) const { return server_.Url("/" + repo); }
  std::uint16_t port() const { return server_.port(); }
  std::vector<TinyRequest> requests() const { return server_.requests(); }

 private:
  TinyAnswer Answer(const TinyRequest& request) const {
    if (on_request_) on_request_(request);
    const auto header = request.headers.find("authorization");
    const bool allowed =
        header != request.headers.end() && header->second == "Basic " + Base64(wanted_);
    if (!allowed) {
      return TinyAnswer::Of(401, "token please\n", "WWW-Authenticate: Basic realm=\"git\"\r\n");
    }
    return Cgi(request);
  }

  static std::string Field(const TinyRequest& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? "" : found->second;
  }

  // What a web server does for a CGI program.
  TinyAnswer Cgi(const TinyRequest& request) const {
    const auto mark = std::min(request.target.find('?'), request.target.size());
    const std::string query = mark == request.target.size() ? "" : request.target.substr(mark + 1);
    Process backend(
        {"/usr/bin/env", "GIT_PROJECT_ROOT=" + root_.string(), "GIT_HTTP_EXPORT_ALL=1",
         "REQUEST_METHOD=" + request.method, "PATH_INFO=" + request.target.substr(0, mark),
         "QUERY_STRING=" + query, "CONTENT_TYPE=" + Field(request, "content-type"),
         "CONTENT_LENGTH=" + std::to_string(request.body.size()),
         "HTTP_CONTENT_ENCODING=" + Field(request, "content-encoding"),
         "GIT_PROTOCOL=" + Field(request, "git-protocol"), "git", "-c", "safe.directory=*",
         "http-backend"},
        request.body);
    backend.Wait();
    const std::string output = backend.Out();
    const auto end = output.find("\r\n\r\n");
    if (end == std::string::npos) return TinyAnswer::Of(500, backend.Err());
    std::string head = output.substr(0, end + 2);
    int status = 200;
    if (head.starts_with("Status: ")) {
      status = std::stoi(head.substr(8));
      head.erase(0, head.find("\r\n") + 2);
    }
    return TinyAnswer::Of(status, output.substr(end + 4), head);
  }

  static std::string Base64(const std::string& text) {
    static constexpr char kAlphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded;
    unsigned bits = 0;
    int count = 0;
    for (const unsigned char c : text) {
      bits = bits << 8 | c;
      for (count += 8; count >= 6; count -= 6) encoded += kAlphabet[bits >> (count - 6) & 63];
    }
    if (count > 0) encoded += kAlphabet[bits << (6 - count) & 63];
    while (encoded.size() % 4 != 0) encoded += '=';
    return encoded;
  }

  const std::filesystem::path root_;
  const std::string wanted_;
  const std::function<void(const TinyRequest&)> on_request_;
  TinyHttpServer server_;
};

}  // namespace prow_coverage::testing
