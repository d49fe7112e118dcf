#include "prow_coverage/kube/kubeconfig.h"

#include "fuzz.h"
#include "support/temp_dir.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const testing::TempDir directory;
  const auto path = directory.Write("kubeconfig", fuzz::Text(data, size));
  const auto cluster = kube::LoadKubeconfig(path, "");
  if (cluster) fuzz::Require(!cluster->server.empty(), "a cluster has a server");
  return 0;
}
