#include "quantity.h"

#include <string>

#include <gtest/gtest.h>

namespace prow_coverage::config {
namespace {

TEST(Quantity, ReadsWhatKubernetesReads) {
  const struct {
    const char* text;
    double value;
  } rows[] = {{"0", 0},      {"2", 2},        {"1.5", 1.5},   {".5", 0.5},  {"1.", 1},
              {"500m", 0.5}, {"4Gi", 0x1p32}, {"1Ki", 1024},  {"2k", 2000}, {"3E", 3e18},
              {"1e3", 1000}, {"1E3", 1000},   {"25e-1", 2.5}, {"-1", -1},   {"+1", 1}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto value = ParseQuantity(row.text);
    ASSERT_TRUE(value.has_value());
    EXPECT_DOUBLE_EQ(*value, row.value);
  }
}

TEST(Quantity, RefusesEverythingElse) {
  for (const char* text : {"", "m", "4GB", "4gi", "4 Gi", "1.2.3", "--1", ".", "1e", "1e+", "1e-+3",
                           "1e9999", "0x10", "inf", "nan", "1K"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(ParseQuantity(text).has_value());
  }
}

}  // namespace
}  // namespace prow_coverage::config
