#include "pr_pod_session.h"

#include <csignal>

#include "prow_coverage/pr_pod/dev_cluster.h"

#include "environment.h"

namespace prow_coverage::app {
Result<DevCluster> OpenDevCluster(const PrPodPlace& place) {
  const pr_pod::KubeconfigSources sources{place.kubeconfig, Environment("KUBECONFIG_DEV"),
                                          Environment("KUBECONFIG_PRIMARY"),
                                          Environment("KUBECONFIG"), Environment("HOME")};
  const auto choice = pr_pod::ChooseKubeconfig(sources);
  if (!choice) return choice.error();
  auto cluster = kube::LoadKubeconfig(choice->path, place.context);
  if (!cluster) return WithContext(cluster.error(), choice->source);
  const auto checked = pr_pod::CheckDevelopment(*cluster, place.allowed_contexts);
  if (!checked) return WithContext(checked.error(), choice->source + " (" + choice->path + ")");
  if (!place.ns.empty()) cluster->ns = place.ns;
  return DevCluster{choice->path, choice->source, std::move(*cluster)};
}

PrPodSession::PrPodSession(DevCluster dev)
    : dev_(std::move(dev)),
      clock_(MakeSystemClock()),
      metrics_(metrics::MakePrometheusMetrics()),
      credentials_(kube::MakeCredentials(dev_.cluster, *clock_, logger_)),
      http_(http::MakeCurlClient(io_.get_executor())) {
  kube::ClientOptions options;
  options.max_retries = 2;  // a person waits; what follows a run has a patience of its own
  // A build may be silent for long; a connection that is dead is noticed by asking anew.
  options.stream_silence = std::chrono::seconds(30);
  kube_ =
      kube::MakeClient(dev_.cluster, options, *http_, *credentials_, *clock_, logger_, *metrics_);
}

void PrPodSession::AwaitSignal() {
  signals_.clear();
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    interrupted_ = true;
    io_.stop();
  });
}

}  // namespace prow_coverage::app
