#include "response_reader.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <utility>

#include "prow_coverage/base/trim.h"

namespace prow_coverage::http {
namespace {

constexpr std::size_t kMaxHeaderBytes = std::size_t{256} << 10;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

// "HTTP/1.1 200 OK"
int StatusCode(std::string_view status_line) {
  int code = 0;
  const auto space = status_line.find(' ');
  if (space == std::string_view::npos) return 0;
  std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), code);
  return code;
}

}  // namespace

ResponseReader::ResponseReader(std::size_t max_body_bytes, OnData on_data)
    : max_body_bytes_(max_body_bytes), on_data_(std::move(on_data)) {}

bool ResponseReader::Header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    return Fail({ErrorCode::kTooLarge, "the answer's header is over 256 KiB", {}});
  }
  if (line.starts_with("HTTP/")) {
    response_ = Response{StatusCode(line), {}, {}};
    header_ended_ = false;
  } else if (Trim(line).empty()) {
    header_ended_ = true;
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos && !header_ended_) {
    response_.headers.emplace_back(Lower(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  }
  return true;
}

bool ResponseReader::Body(std::string_view data) {
  if (on_data_ && response_.status / 100 == 2) return Hand(data);
  if (data.size() > max_body_bytes_ - response_.body.size()) {
    return Fail({ErrorCode::kTooLarge,
                 "the answer is over " + std::to_string(max_body_bytes_) + " bytes",
                 {}});
  }
  response_.body.append(data);
  return true;
}

bool ResponseReader::Hand(std::string_view data) {
  // An exception must not pass through libcurl, which is C.
  try {
    const auto taken = on_data_(data);
    return taken || Fail(taken.error());
  } catch (const std::exception& e) {
    return Fail({ErrorCode::kInternal, std::string("on_data threw: ") + e.what(), {}});
  }
}

bool ResponseReader::Fail(Error error) {
  error_ = std::move(error);
  return false;
}

}  // namespace prow_coverage::http
