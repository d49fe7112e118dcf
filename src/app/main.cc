#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "command_line.h"
#include "serve.h"

namespace prow_coverage::app {
namespace {

struct Run {
  int operator()(const Message& message) const {
    std::fputs(message.text.c_str(), message.exit_code == 0 ? stdout : stderr);
    return message.exit_code;
  }
  int operator()(const ServeOptions& options) const { return Serve(options); }
  int operator()(const RenderOptions& options) const { return Render(options); }
  int operator()(const ReplayOptions& options) const { return Replay(options); }
  int operator()(const CheckConfigOptions& options) const { return CheckConfig(options); }
  int operator()(const DeliveriesOptions& options) const { return Deliveries(options); }
  int operator()(const PrPodOptions& options) const { return PrPod(options); }
};

// An answer that did not arrive whole is none.
int Flush(int code) {
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (written || code != 0) return code;
  std::fprintf(stderr, "prow-coverage: the output could not be written: %s\n",
               std::generic_category().message(errno).c_str());
  return 1;
}

}  // namespace
}  // namespace prow_coverage::app

int main(int argc, char** argv) {
  namespace app = prow_coverage::app;
  try {
    const int code = std::visit(
        app::Run{}, app::ParseCommandLine(std::vector<std::string>(argv + 1, argv + argc)));
    return app::Flush(code);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "prow-coverage: internal error: %s\n", error.what());
    return 1;
  }
}
