#pragma once

#include "prow_coverage/base/error.h"
#include "prow_coverage/kube/kubeconfig.h"
#include "prow_coverage/yaml/node.h"

#include "kubeconfig_file.h"

namespace prow_coverage::kube {

// The `exec` section of a user, with what the cluster's extensions say to such plugins. No section:
// a plugin without a command.
// Errors: kInvalidArgument with the place: no command, another API version than v1 and v1beta1, a
// plugin that needs a person.
[[nodiscard]] Result<ExecPlugin> ReadExecPlugin(const KubeconfigFile& file, const yaml::Node& user,
                                                const yaml::Node& cluster);

}  // namespace prow_coverage::kube
