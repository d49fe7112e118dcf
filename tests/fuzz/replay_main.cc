// Runs a fuzz target over files and directories of files, without libFuzzer.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> FilesIn(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Replay(const fs::path& file) {
  std::cout << file.string() << std::endl;
  std::ifstream in(file, std::ios::binary);
  const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(in), {}};
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  int replayed = 0;
  for (const std::string& argument : std::vector<std::string>(argv + 1, argv + argc)) {
    if (argument.starts_with("-")) continue;  // libFuzzer's
    for (const auto& file : FilesIn(argument)) {
      Replay(file);
      ++replayed;
    }
  }
  if (replayed == 0) std::cerr << "no input: name files or directories" << std::endl;
  return replayed == 0 ? 1 : 0;
}
