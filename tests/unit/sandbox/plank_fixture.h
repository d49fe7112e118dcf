#pragma once

#include <string>

#include "kube_fixture.h"

namespace prow_coverage::sandbox {

// Plank over a clock that stands still until Advance.
class PlankFixture : public KubeFixture {
 protected:
  static json DecoratedJob(const std::string& name, int pull = 1) {
    json job = Job(name);
    job["spec"]["cluster"] = "build-cluster";
    job["spec"]["refs"]["base_ref"] = "main";
    job["spec"]["refs"]["pulls"][0]["number"] = pull;
    job["spec"]["decoration_config"]["gcs_configuration"] = {{"bucket", "kubevirt-prow"},
                                                             {"path_strategy", "explicit"}};
    return job;
  }

  static json StartedAt(json job, const std::string& time) {
    job["status"]["startTime"] = time;
    return job;
  }

  void Plank(const json& scenarios) { sandbox_.Control("POST", "/plank", scenarios); }

  void Advance(int ms) { sandbox_.Control("POST", "/clock/advance", {{"ms", ms}}); }

  json Status(const std::string& name) { return Read(name)["status"]; }
  std::string State(const std::string& name) { return Status(name)["state"]; }
};

}  // namespace prow_coverage::sandbox
