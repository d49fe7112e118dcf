#include "deliveries.h"

#include <cstdio>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "prow_coverage/webhook/signature.h"

#include "support/pull_requests.h"
#include "support/temp_dir.h"
#include "support/world.h"

namespace prow_coverage::bench {
namespace {

constexpr std::string_view kGuidMark = "00000000-0000-4000-8000-000000000000";

std::string Guid(int number) {
  char text[37];
  std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012d", number);
  return text;
}

std::vector<std::size_t> PlacesOf(std::string_view mark, std::string_view text) {
  std::vector<std::size_t> places;
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    places.push_back(at);
  }
  if (places.empty()) throw std::logic_error("no place for " + std::string(mark));
  return places;
}

void Put(std::string_view value, const std::vector<std::size_t>& places, std::string& text) {
  for (const std::size_t place : places) value.copy(text.data() + place, value.size());
}

}  // namespace

std::string Deliveries::PayloadTemplate(const DeliveryKind& kind) {
  auto payload = nlohmann::json::parse(testing::TestData("payloads/pull_request.opened.json"));
  const int number = std::stoi(std::string(kNumberMark));
  payload["action"] = kind.action;
  payload["number"] = number;
  payload["pull_request"]["number"] = number;
  payload["pull_request"]["head"]["sha"] = kHeadMark;
  payload["repository"]["full_name"] = kind.repository;
  return payload.dump();
}

Deliveries::Deliveries(const DeliveryKind& kind, int first, std::size_t count)
    : first_(first),
      request_(testing::SignedRequest(PayloadTemplate(kind), std::string(kGuidMark))) {
  body_at_ = request_.find("\r\n\r\n") + 4;
  numbers_ = PlacesOf(kNumberMark, request_);
  heads_ = PlacesOf(kHeadMark, request_);
  guids_ = PlacesOf(kGuidMark, request_);
  const std::string mark = webhook::Sign(testing::World::kSecret, request_.substr(body_at_));
  signature_places_ = PlacesOf(mark, request_);
  const std::string_view secret = kind.well_signed ? testing::World::kSecret : "another secret";
  signatures_.assign(count, mark);
  std::string request = request_;
  for (std::size_t i = 0; i < count; ++i) {
    Patch(i, mark, request);
    signatures_[i] = webhook::Sign(secret, std::string_view(request).substr(body_at_));
  }
}

void Deliveries::Write(std::size_t index, std::string& request) const {
  if (request.empty()) request = request_;
  Patch(index, signatures_[index], request);
}

void Deliveries::Patch(std::size_t index, std::string_view signature, std::string& text) const {
  const int number = first_ + static_cast<int>(index);
  Put(std::to_string(number), numbers_, text);
  Put(testing::HeadSha(number), heads_, text);
  Put(Guid(number), guids_, text);
  Put(signature, signature_places_, text);
}

}  // namespace prow_coverage::bench
