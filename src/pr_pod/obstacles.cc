#include <string_view>

#include "prow_coverage/pr_pod/observation.h"

namespace prow_coverage::pr_pod {
namespace {

// Why a container waits, as the kubelet names it, and what that is in words.
struct Waiting {
  std::string_view reason;
  std::string_view words;
};

constexpr Waiting kWaiting[] = {
    {"ErrImagePull", "its image cannot be pulled; check its name, or load it into the cluster"},
    {"ImagePullBackOff", "its image cannot be pulled; the node will try again"},
    {"InvalidImageName", "its image's name is none; check --image"},
    {"ErrImageNeverPull", "its image is not on the node"},
    {"CreateContainerConfigError", "a Secret, ConfigMap or key that it mounts is not there"},
    {"CreateContainerError", "the container cannot be made"},
    {"RunContainerError", "the container cannot be started"},
    {"CrashLoopBackOff", "it ends again and again"},
};

std::string Sentence(const ContainerState& container) {
  for (const Waiting& waiting : kWaiting) {
    if (waiting.reason != container.reason) continue;
    std::string text = container.name + " waits: " + std::string(waiting.words);
    if (!container.image.empty()) text += " [" + container.image + "]";
    if (!container.message.empty()) text += " (" + container.message + ")";
    return text;
  }
  return "";
}

}  // namespace

std::vector<std::string> Obstacles(const PodState& pod) {
  std::vector<std::string> sentences;
  if (!pod.unschedulable.empty()) {
    sentences.push_back("no node takes the pod: " + pod.unschedulable);
  }
  if (!pod.reason.empty()) sentences.push_back("the pod is " + pod.reason + ": " + pod.message);
  for (const ContainerState& container : pod.containers) {
    if (container.phase != ContainerState::Phase::kWaiting) continue;
    if (auto sentence = Sentence(container); !sentence.empty()) sentences.push_back(sentence);
  }
  return sentences;
}

}  // namespace prow_coverage::pr_pod
