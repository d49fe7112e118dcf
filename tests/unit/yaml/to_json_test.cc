#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/yaml/node.h"

namespace prow_coverage::yaml {
namespace {

nlohmann::ordered_json Json(std::string_view text) {
  const auto node = Parse(text, "in.yaml");
  if (!node) {
    ADD_FAILURE() << node.error().message;
    return {};
  }
  return ToJson(*node);
}

// Each row as sigs.k8s.io/yaml v1.6.0 reads it.
TEST(YamlToJson, ResolvesPlainScalars) {
  const struct {
    const char* text;
    const char* json;
  } rows[] = {
      {"~", "null"},
      {"Null", "null"},
      {"nulL", "\"nulL\""},
      {"yes", "true"},
      {"y", "true"},
      {"On", "true"},
      {"TRUE", "true"},
      {"off", "false"},
      {"n", "false"},
      {"tRue", "\"tRue\""},
      {"5", "5"},
      {"+5", "5"},
      {"-5", "-5"},
      {"-0", "0"},
      {"017", "15"},
      {"-017", "-15"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"0b11", "3"},
      {"0b2", "\"0b2\""},
      {"0x", "\"0x\""},
      {"1_000", "1000"},
      {"_1", "\"_1\""},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"08", "8.0"},
      {"1.5", "1.5"},
      {"1.", "1.0"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"+.5", "0.5"},
      {"1e3", "1000.0"},
      {"1e400", "\"1e400\""},
      {"+-5", "\"+-5\""},
      {"-", "[null]"},
      {"+", "\"+\""},
      {".", "\".\""},
      {"1:30", "\"1:30\""},
      {"2001-01-01", "\"2001-01-01\""},
      {"1.2.3", "\"1.2.3\""},
      {"5m", "\"5m\""},
      {"inf", "\"inf\""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(Json(row.text).dump(), row.json);
  }
}

TEST(YamlToJson, ReadsInfinityAndNotANumber) {
  EXPECT_EQ(Json("-.inf").get<double>(), -INFINITY);
  EXPECT_EQ(Json("+.Inf").get<double>(), INFINITY);
  EXPECT_TRUE(std::isnan(Json(".NaN").get<double>()));
}

TEST(YamlToJson, QuotedScalarsAreStrings) {
  EXPECT_EQ(Json("['5', \"yes\", !!str 5, \"\", ~]").dump(), R"(["5","yes","5","",null])");
}

TEST(YamlToJson, KeepsTheOrderOfKeys) {
  EXPECT_EQ(Json("{b: 1, a: {d: [], c: {}}}").dump(), R"({"b":1,"a":{"d":[],"c":{}}})");
}

TEST(YamlToJson, ManyKeysTakeNoQuadraticTime) {
  std::string text;
  for (int i = 0; i < 45'000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(Json(text).size(), 45'000U);
}

}  // namespace
}  // namespace prow_coverage::yaml
