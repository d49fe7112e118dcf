#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prow_coverage::bench {

// What all deliveries of one load have in common.
struct DeliveryKind {
  std::string action = "opened";
  std::string repository = "kubevirt/project-infra";
  bool well_signed = true;
};

// The signed requests of `count` distinct pull requests, as GitHub sends them: each with its own
// number, head, GUID and signature. One text of the recorded payload with the places of what
// differs, so that ten thousand take no memory worth the name, and to send one costs a copy.
class Deliveries {
 public:
  // Numbers from `first` on; they have seven digits.
  Deliveries(const DeliveryKind& kind, int first, std::size_t count);

  [[nodiscard]] std::size_t size() const { return signatures_.size(); }
  [[nodiscard]] std::size_t request_bytes() const { return request_.size(); }

  // Makes `request` (empty, or what this made of it before) the request of delivery `index`.
  void Write(std::size_t index, std::string& request) const;

  // The payload of a pull request that numbers and heads can be put into, and what to replace.
  static constexpr std::string_view kNumberMark = "9000001";
  static constexpr std::string_view kHeadMark = "feedfacefeedfacefeedfacefeedfacefeedface";
  static std::string PayloadTemplate(const DeliveryKind& kind);

 private:
  // Overwrites every mark in `text` with what delivery `index` has there.
  void Patch(std::size_t index, std::string_view signature, std::string& text) const;

  int first_;
  std::string request_;
  std::size_t body_at_ = 0;
  std::vector<std::size_t> numbers_, heads_, guids_, signature_places_;
  std::vector<std::string> signatures_;
};

}  // namespace prow_coverage::bench
