#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "table.h"

namespace prow_coverage::metrics {
namespace {

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      break;
  }
  return "histogram";
}

std::string LabelCell(const Definition& definition) {
  std::string cell;
  for (const auto label : definition.labels) {
    if (label.empty()) break;
    cell += (cell.empty() ? " `" : ", `") + std::string(label) + "`";
  }
  return cell;
}

TEST(MetricsDocument, HasARowOfEachMetric) {
  std::ifstream in(std::string(PROW_COVERAGE_TESTDATA) + "/../../docs/metrics.md");
  std::ostringstream document;
  document << in.rdbuf();
  std::size_t rows = 0;
  for (const auto& definition : kTable) {
    SCOPED_TRACE(definition.name);
    EXPECT_THAT(document.str(),
                ::testing::HasSubstr("| `" + std::string(definition.name) + "` | " +
                                     KindName(definition.kind) + " |" + LabelCell(definition) +
                                     " | " + definition.help + " |"));
    ++rows;
  }
  std::istringstream lines(document.str());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) --rows;
  }
  EXPECT_EQ(rows, 0u) << "the document knows a metric that is none";
}

}  // namespace
}  // namespace prow_coverage::metrics
