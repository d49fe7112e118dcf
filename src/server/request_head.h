#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prow_coverage::server {

// The request line and the header fields of one request. All text lies in one string that is used
// again for the next request, so a keep-alive connection allocates nothing for its headers;
// Beast's own `fields` allocates once per field.
class RequestHead {
 public:
  void Clear();
  void SetLine(std::string_view method, std::string_view target, int version);
  void AddField(std::string_view name, std::string_view value);

  std::string_view method() const { return Text(0, method_end_); }
  std::string_view target() const { return Text(method_end_, target_end_); }
  int version() const { return version_; }  // 10 or 11
  std::size_t size() const { return fields_.size(); }

  // The first field of that name, in any case.
  std::optional<std::string_view> Find(std::string_view name) const;
  std::size_t Count(std::string_view name) const;

 private:
  struct Field {
    std::uint32_t name;  // offsets into text_; the name ends where the value begins
    std::uint32_t value;
    std::uint32_t end;
  };

  std::string_view Text(std::uint32_t begin, std::uint32_t end) const {
    return std::string_view(text_).substr(begin, end - begin);
  }
  bool Named(const Field& field, std::string_view name) const;

  std::string text_;
  std::uint32_t method_end_ = 0;
  std::uint32_t target_end_ = 0;
  int version_ = 11;
  std::vector<Field> fields_;
};

}  // namespace prow_coverage::server
