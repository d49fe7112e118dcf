#include "transfer.h"

#include <utility>

#include "easy_options.h"
#include "header_list.h"
#include "tls_options.h"
#include "transfer_error.h"

namespace prow_coverage::http {
namespace {

void SetMethod(EasyOptions& options, const Request& request) {
  if (request.method == "HEAD") {
    options.Set(CURLOPT_NOBODY, 1L);
    return;
  }
  if (HasBody(request)) {
    options.Set(CURLOPT_POSTFIELDS, request.body.data())
        .Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  options.Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void SetLimits(EasyOptions& options, const Request& request, bool streams) {
  options.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  if (!streams) options.Set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
}

// The same for every exchange.
void SetHabits(EasyOptions& options) {
  options.Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_PROTOCOLS_STR, "http,https")
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      // The HTTP/2 code of libcurl 7.88 (Debian 12) was new; its stalls were mended in 8.x.
      .Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1))
      .Set(CURLOPT_USERAGENT, "prow-coverage")
      .Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L)
      .Set(CURLOPT_TCP_KEEPALIVE, 1L)
      // Else ending an exchange that still resolves its host waits for getaddrinfo, and with it
      // everybody on this thread.
      .Set(CURLOPT_QUICK_EXIT, 1L);
}

void SetProxy(EasyOptions& options, const std::string& proxy) {
  if (proxy.empty()) return;
  options.Set(CURLOPT_PROXY, proxy.c_str()).Set(CURLOPT_NOPROXY, "");
}

}  // namespace

Result<std::shared_ptr<Transfer>> Transfer::Make(Request request, OnData on_data) {
  if (!IsToken(request.method)) return Error{ErrorCode::kInvalidArgument, "bad method", {}};
  auto target = ParseTarget(request);
  if (!target) return target.error();
  auto headers = MakeHeaderList(request, target->host_header);
  if (!headers) return WithContext(headers.error(), target->host);
  return std::shared_ptr<Transfer>(new Transfer(std::move(request), std::move(*target),
                                                std::move(*headers), std::move(on_data)));
}

Transfer::Transfer(Request request, Target target, StringList headers, OnData on_data)
    : request_(std::move(request)),
      target_(std::move(target)),
      headers_(std::move(headers)),
      streams_(static_cast<bool>(on_data)),
      reader_(request_.max_response_bytes, std::move(on_data)) {}

Result<void> Transfer::Attach(EasyHandle easy) {
  easy_ = std::move(easy);
  const CURLcode code = SetOptions(easy_.get());
  if (code == CURLE_OK) return {};
  return Error{ErrorCode::kInternal,
               host() + ": libcurl refuses an option: " + curl_easy_strerror(code),
               {}};
}

CURLcode Transfer::SetOptions(CURL* easy) {
  EasyOptions options(easy);
  SetHabits(options);
  SetMethod(options, request_);
  SetLimits(options, request_, streams_);
  SetProxy(options, request_.proxy);
  if (request_.tls) SetTls(options, *request_.tls);
  options.Set(CURLOPT_CURLU, target_.url.get())
      .Set(CURLOPT_CONNECT_TO, target_.connect_to.get())
      .Set(CURLOPT_HTTPHEADER, headers_.get())
      .Set(CURLOPT_ERRORBUFFER, detail_.data())
      .Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader)
      .Set(CURLOPT_HEADERDATA, this)
      .Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody)
      .Set(CURLOPT_WRITEDATA, this);
  return options.code();
}

void Transfer::Finish(CURLcode code) {
  if (reader_.error()) {
    End(*reader_.error());
  } else if (code != CURLE_OK) {
    End(ToError(code, host(), detail_.data()));
  } else if (!reader_.header_ended()) {
    End(ToError(CURLE_GOT_NOTHING, host(), "the connection was cut within the answer's header"));
  } else {
    End(std::move(reader_.response()));
  }
}

void Transfer::Abort(Error error) { End(std::move(error)); }

void Transfer::End(Result<Response> result) {
  on_activity_ = nullptr;
  if (const auto on_end = std::exchange(on_end_, nullptr)) on_end(std::move(result));
}

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.on_activity_) transfer.on_activity_();
  return transfer.reader_.Header({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.on_activity_) transfer.on_activity_();
  return transfer.reader_.Body({data, size * count}) ? size * count : 0;
}

}  // namespace prow_coverage::http
