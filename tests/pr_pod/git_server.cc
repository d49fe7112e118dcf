// pr-pod-git-server ROOT TOKEN-FILE   bare repositories over HTTP on loopback, for the token
// Prints its port, and serves until its standard input ends.

#include <cstdio>
#include <fstream>
#include <string>

#include "support/git_http_server.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: pr-pod-git-server ROOT TOKEN-FILE\n");
    return 2;
  }
  std::string token;
  std::ifstream(argv[2]) >> token;
  const prow_coverage::testing::GitHttpServer server(argv[1], token);
  std::printf("%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}
