#include "prow_coverage/base/nearest.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> known = {"image", "cluster", "testPackages", "env"};
  const struct {
    const char* name;
    const char* typed;
    const char* meant;
  } rows[] = {
      {"the name itself", "image", "image"},
      {"another case", "IMAGE", "image"},
      {"swapped letters", "imgae", "image"},
      {"swapped at the front", "miage", "image"},
      {"a letter less", "imge", "image"},
      {"a letter more", "images", "image"},
      {"another letter", "imaje", "image"},
      {"two slips in a long name", "tetsPackage", "testPackages"},
      {"a short name", "evn", "env"},
      {"something else", "plank", ""},
      {"two slips in a short name", "vne", ""},
      {"nothing", "", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Nearest(row.typed, known), row.meant);
  }
}

TEST(Nearest, LooksForNoNeighbourOfALongText) {
  const std::vector<std::string> known = {std::string(101, 'a')};
  EXPECT_EQ(Nearest(std::string(101, 'a'), known), "");
}

}  // namespace
}  // namespace prow_coverage
