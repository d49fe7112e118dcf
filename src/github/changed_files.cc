#include "changed_files.h"

namespace prow_coverage::github {

Result<void> AppendChangedFiles(const json::Value& page, ChangedFiles& files) {
  auto read = page.ForEach("", [&](const json::Value& file) -> Result<void> {
    const auto name = file.String("filename");
    if (!name) return name.error();
    const auto previous = file.OptionalString("previous_filename").value_or("");
    if (files.files.size() < kMaxChangedFiles) {
      files.files.push_back({std::string(*name), std::string(previous)});
    }
    return {};
  });
  files.truncated = files.truncated || files.files.size() >= kMaxChangedFiles;
  return read;
}

}  // namespace prow_coverage::github
