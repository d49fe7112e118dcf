#include <algorithm>
#include <charconv>

#include "git_hub.h"
#include "page.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

// GitHub lists no more files of one pull request.
constexpr std::size_t kMaxFiles = 3000;

PullRecord* FindPull(const Call& call, RepositoryRecord& repository) {
  const std::string& text = call.Place("number");
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  const auto found = repository.pulls.find(number);
  return found == repository.pulls.end() ? nullptr : &found->second;
}

bool Wanted(const PullRecord& pull, const Call& call) {
  const std::string& state = call.Query("state");
  const std::string& base = call.Query("base");
  return (state == "all" || pull.state == (state.empty() ? "open" : state)) &&
         (base.empty() || pull.base_ref == base);
}

// Newest first, unless ?direction=asc.
std::vector<const PullRecord*> Select(const Call& call, const RepositoryRecord& repository) {
  std::vector<const PullRecord*> pulls;
  for (const auto& [number, pull] : repository.pulls) {
    if (Wanted(pull, call)) pulls.push_back(&pull);
  }
  if (call.Query("direction") != "asc") std::reverse(pulls.begin(), pulls.end());
  return pulls;
}

std::string PathInRepository(const RepositoryRecord& repository, const std::string& rest) {
  return "/repositories/" + std::to_string(repository.id) + rest;
}

// `render` gives the text of element i.
template <class Render>
Reply PageReply(const Page& page, Render render) {
  std::string body = "[";
  for (std::size_t i = page.begin; i < page.end; ++i) {
    if (i > page.begin) body += ',';
    body += render(i);
  }
  Reply reply = JsonReply(200, body + "]");
  if (!page.link.empty()) reply.headers.push_back({"Link", page.link});
  return reply;
}

}  // namespace

Reply GitHub::ListPulls(const Call& call, RepositoryRecord& repository) {
  const auto pulls = Select(call, repository);
  const Page page = Paginate(call, pulls.size(), PathInRepository(repository, "/pulls"));
  return PageReply(page, [&](std::size_t i) { return text_.Pull(repository, *pulls[i]); });
}

Reply GitHub::GetPull(const Call& call, RepositoryRecord& repository) {
  const PullRecord* pull = FindPull(call, repository);
  return pull == nullptr ? NotFound() : JsonReply(200, text_.Pull(repository, *pull));
}

Reply GitHub::ListFiles(const Call& call, RepositoryRecord& repository) {
  const PullRecord* pull = FindPull(call, repository);
  if (pull == nullptr) return NotFound();
  const std::string path = "/pulls/" + call.Place("number") + "/files";
  const Page page =
      Paginate(call, std::min(kMaxFiles, pull->files.size()), PathInRepository(repository, path));
  return PageReply(page,
                   [&](std::size_t i) { return text_.File(repository, *pull, pull->files[i]); });
}

}  // namespace prow_coverage::sandbox
