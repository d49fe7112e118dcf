#include "call.h"

#include <charconv>

namespace prow_coverage::sandbox {
namespace {

const std::string kNone;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// Calls `visit` with each part of `text` between `separator`s.
template <class Visit>
void Split(std::string_view text, char separator, Visit visit) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    visit(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

const std::string& Find(const std::map<std::string, std::string, std::less<>>& map,
                        std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? kNone : found->second;
}

}  // namespace

const std::string& Call::Query(std::string_view name) const { return Find(query, name); }

const std::string& Call::Place(std::string_view name) const { return Find(places, name); }

std::int64_t Call::QueryNumber(std::string_view name, std::int64_t otherwise) const {
  const std::string& text = Query(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

Call ReadCall(const server::Request& request) {
  Call call;
  call.method = request.method();
  call.path = request.path();
  Split(request.path(), '/', [&](std::string_view segment) {
    if (!segment.empty()) call.segments.push_back(Decode(segment, false));
  });
  Split(request.query(), '&', [&](std::string_view pair) {
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    call.query[Decode(pair.substr(0, equals), true)] = Decode(value, true);
  });
  call.authorization = request.header("authorization").value_or("");
  call.content_type = request.header("content-type").value_or("");
  call.if_none_match = request.header("if-none-match").value_or("");
  return call;
}

}  // namespace prow_coverage::sandbox
