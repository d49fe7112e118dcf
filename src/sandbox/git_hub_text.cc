#include "git_hub_text.h"

#include "json_text.h"
#include "sha.h"

namespace prow_coverage::sandbox {
namespace {

struct UrlRow {
  std::string_view key;
  std::string_view suffix;
};

constexpr UrlRow kUserUrls[] = {{"followers_url", "/followers"},
                                {"following_url", "/following{/other_user}"},
                                {"gists_url", "/gists{/gist_id}"},
                                {"starred_url", "/starred{/owner}{/repo}"},
                                {"subscriptions_url", "/subscriptions"},
                                {"organizations_url", "/orgs"},
                                {"repos_url", "/repos"},
                                {"events_url", "/events{/privacy}"},
                                {"received_events_url", "/received_events"}};

constexpr UrlRow kRepositoryUrls[] = {{"forks_url", "/forks"},
                                      {"keys_url", "/keys{/key_id}"},
                                      {"collaborators_url", "/collaborators{/collaborator}"},
                                      {"teams_url", "/teams"},
                                      {"hooks_url", "/hooks"},
                                      {"issue_events_url", "/issues/events{/number}"},
                                      {"events_url", "/events"},
                                      {"assignees_url", "/assignees{/user}"},
                                      {"branches_url", "/branches{/branch}"},
                                      {"tags_url", "/tags"},
                                      {"blobs_url", "/git/blobs{/sha}"},
                                      {"git_tags_url", "/git/tags{/sha}"},
                                      {"git_refs_url", "/git/refs{/sha}"},
                                      {"trees_url", "/git/trees{/sha}"},
                                      {"statuses_url", "/statuses/{sha}"},
                                      {"languages_url", "/languages"},
                                      {"stargazers_url", "/stargazers"},
                                      {"contributors_url", "/contributors"},
                                      {"subscribers_url", "/subscribers"},
                                      {"subscription_url", "/subscription"},
                                      {"commits_url", "/commits{/sha}"},
                                      {"git_commits_url", "/git/commits{/sha}"},
                                      {"comments_url", "/comments{/number}"},
                                      {"issue_comment_url", "/issues/comments{/number}"},
                                      {"contents_url", "/contents/{+path}"},
                                      {"compare_url", "/compare/{base}...{head}"},
                                      {"merges_url", "/merges"},
                                      {"archive_url", "/{archive_format}{/ref}"},
                                      {"downloads_url", "/downloads"},
                                      {"issues_url", "/issues{/number}"},
                                      {"pulls_url", "/pulls{/number}"},
                                      {"milestones_url", "/milestones{/number}"},
                                      {"notifications_url", "/notifications{?since,all}"},
                                      {"labels_url", "/labels{/name}"},
                                      {"releases_url", "/releases{/id}"},
                                      {"deployments_url", "/deployments"}};

constexpr std::string_view kApi = "https://api.github.com";
constexpr std::string_view kWeb = "https://github.com/";

std::string Href(const std::string& url) { return ObjectText().String("href", url).Take(); }

std::string Links(const std::string& api, const std::string& html, const std::string& issue,
                  const std::string& statuses) {
  return ObjectText()
      .Raw("self", Href(api))
      .Raw("html", Href(html))
      .Raw("issue", Href(issue))
      .Raw("comments", Href(issue + "/comments"))
      .Raw("review_comments", Href(api + "/comments"))
      .Raw("review_comment", Href(api.substr(0, api.rfind('/')) + "/comments{/number}"))
      .Raw("commits", Href(api + "/commits"))
      .Raw("statuses", Href(statuses))
      .Take();
}

void AddState(ObjectText& text, const PullRecord& pull) {
  const std::string updated = Quote(ToRfc3339(pull.updated_at));
  text.Number("number", pull.number)
      .String("state", pull.state)
      .Bool("locked", false)
      .Bool("draft", pull.draft)
      .String("title", pull.title)
      .String("body", "What this change does, and why.")
      .String("created_at", ToRfc3339(pull.created_at))
      .Raw("updated_at", updated)
      .Raw("closed_at", pull.state == "closed" ? updated : "null")
      .Null("merged_at")
      .Null("merge_commit_sha")
      .Null("auto_merge")
      .Null("active_lock_reason")
      .Bool("merged", false)
      .Bool("mergeable", true)
      .Bool("rebaseable", true)
      .String("mergeable_state", "unstable")
      .Raw("labels", "[]")
      .Null("milestone");
}

void AddNumbers(ObjectText& text, const PullRecord& pull) {
  text.Number("comments", 0)
      .Number("review_comments", 0)
      .Bool("maintainer_can_modify", true)
      .Number("commits", 1)
      .Number("additions", 10)
      .Number("deletions", 2)
      .Number("changed_files", static_cast<std::int64_t>(pull.files.size()));
}

// What stands in each repository alike.
void AddHabits(ObjectText& text) {
  text.String("created_at", "2016-01-01T00:00:00Z")
      .String("updated_at", "2026-08-19T10:00:00Z")
      .String("pushed_at", "2026-08-19T10:00:00Z")
      .Null("homepage")
      .Number("size", 4711)
      .Number("stargazers_count", 12)
      .Number("watchers_count", 12)
      .String("language", "Go")
      .Bool("has_issues", true)
      .Bool("has_projects", true)
      .Bool("has_downloads", true)
      .Bool("has_wiki", true)
      .Bool("has_pages", false)
      .Bool("has_discussions", false)
      .Number("forks_count", 3)
      .Null("mirror_url")
      .Bool("archived", false)
      .Bool("disabled", false)
      .Number("open_issues_count", 5)
      .Null("license")
      .Bool("allow_forking", true)
      .Bool("is_template", false)
      .Bool("web_commit_signoff_required", false)
      .Raw("topics", "[]")
      .String("visibility", "public")
      .Number("forks", 3)
      .Number("open_issues", 5)
      .Number("watchers", 12)
      .String("default_branch", "main");
}

}  // namespace

const std::string& GitHubText::User(const std::string& login, const std::string& type) {
  std::string& text = users_[login];
  if (!text.empty()) return text;
  const std::string api = std::string(kApi) + "/users/" + login;
  ObjectText user;
  user.String("login", login)
      .Number("id", IdOf(login))
      .String("node_id", "U_" + ShaOf(login).substr(0, 16))
      .String("avatar_url", "https://avatars.githubusercontent.com/u/1?v=4")
      .String("gravatar_id", "")
      .String("url", api)
      .String("html_url", std::string(kWeb) + login);
  for (const UrlRow& row : kUserUrls) user.String(row.key, api + std::string(row.suffix));
  text = user.String("type", type).Bool("site_admin", false).Take();
  return text;
}

const std::string& GitHubText::Repository(const std::string& full_name, std::int64_t id,
                                          bool fork) {
  std::string& text = repositories_[full_name];
  if (!text.empty()) return text;
  const std::string owner = full_name.substr(0, full_name.find('/'));
  const std::string api = std::string(kApi) + "/repos/" + full_name;
  const std::string web = std::string(kWeb) + full_name;
  ObjectText repository;
  repository.Number("id", id)
      .String("node_id", "R_" + ShaOf(full_name).substr(0, 16))
      .String("name", full_name.substr(full_name.find('/') + 1))
      .String("full_name", full_name)
      .Bool("private", false)
      .Raw("owner", User(owner, fork ? "User" : "Organization"))
      .String("html_url", web)
      .String("description", "A repository of the sandbox")
      .Bool("fork", fork)
      .String("url", api);
  for (const UrlRow& row : kRepositoryUrls)
    repository.String(row.key, api + std::string(row.suffix));
  repository.String("git_url", "git://github.com/" + full_name + ".git")
      .String("ssh_url", "git@github.com:" + full_name + ".git")
      .String("clone_url", web + ".git")
      .String("svn_url", web);
  AddHabits(repository);
  text = repository.Take();
  return text;
}

std::string GitHubText::Side(const std::string& repository_text, const std::string& owner_text,
                             const std::string& owner, const std::string& ref,
                             const std::string& sha) const {
  return ObjectText()
      .String("label", owner + ":" + ref)
      .String("ref", ref)
      .String("sha", sha)
      .Raw("user", owner_text)
      .Raw("repo", repository_text)
      .Take();
}

std::string GitHubText::Head(const RepositoryRecord& repository, const PullRecord& pull) {
  if (pull.head_repo.empty()) {
    return Side("null", "null", pull.author, pull.head_ref, pull.head_sha);
  }
  const bool fork = pull.head_repo != repository.full_name();
  const std::string owner = pull.head_repo.substr(0, pull.head_repo.find('/'));
  const std::int64_t id = fork ? IdOf(pull.head_repo) : repository.id;
  return Side(Repository(pull.head_repo, id, fork), User(owner, fork ? "User" : "Organization"),
              owner, pull.head_ref, pull.head_sha);
}

std::string GitHubText::Pull(const RepositoryRecord& repository, const PullRecord& pull) {
  const std::string name = repository.full_name();
  const std::string number = std::to_string(pull.number);
  const std::string repo_api = std::string(kApi) + "/repos/" + name;
  const std::string api = repo_api + "/pulls/" + number;
  const std::string issue = repo_api + "/issues/" + number;
  const std::string html = std::string(kWeb) + name + "/pull/" + number;
  const std::string statuses = repo_api + "/statuses/" + pull.head_sha;
  ObjectText text;
  text.String("url", api)
      .Number("id", repository.id * 1'000'000 + pull.number)
      .String("node_id", "PR_" + pull.head_sha.substr(0, 16))
      .String("html_url", html)
      .String("diff_url", html + ".diff")
      .String("patch_url", html + ".patch")
      .String("issue_url", issue)
      .String("commits_url", api + "/commits")
      .String("review_comments_url", api + "/comments")
      .String("review_comment_url", repo_api + "/pulls/comments{/number}")
      .String("comments_url", issue + "/comments")
      .String("statuses_url", statuses)
      .Raw("_links", Links(api, html, issue, statuses))
      .Raw("head", Head(repository, pull))
      .Raw("base",
           Side(Repository(name, repository.id, false), User(repository.org, "Organization"),
                repository.org, pull.base_ref, pull.base_sha));
  AddState(text, pull);
  AddPeople(text, pull);
  AddNumbers(text, pull);
  return text.Take();
}

void GitHubText::AddPeople(ObjectText& text, const PullRecord& pull) {
  text.Raw("user", User(pull.author, pull.author_type))
      .String("author_association", "CONTRIBUTOR")
      .Null("assignee")
      .Raw("assignees", "[]")
      .Raw("requested_reviewers", "[" + User("reviewer", "User") + "]")
      .Raw("requested_teams", "[]")
      .Null("merged_by");
}

std::string GitHubText::File(const RepositoryRecord& repository, const PullRecord& pull,
                             const ChangedFile& file) const {
  const std::string web = std::string(kWeb) + repository.full_name();
  ObjectText text;
  text.String("sha", ShaOf(file.filename))
      .String("filename", file.filename)
      .String("status", file.status)
      .Number("additions", 5)
      .Number("deletions", 1)
      .Number("changes", 6)
      .String("blob_url", web + "/blob/" + pull.head_sha + "/" + file.filename)
      .String("raw_url", web + "/raw/" + pull.head_sha + "/" + file.filename)
      .String("contents_url", std::string(kApi) + "/repos/" + repository.full_name() +
                                  "/contents/" + file.filename + "?ref=" + pull.head_sha)
      .String("patch", "@@ -1,3 +1,7 @@\n package main\n-var a = 1\n+var a = 2\n");
  if (!file.previous_filename.empty()) text.String("previous_filename", file.previous_filename);
  return text.Take();
}

std::string GitHubText::Status(const RepositoryRecord& repository, const std::string& sha,
                               const StatusRecord& status) {
  const std::string created = ToRfc3339(status.created_at);
  ObjectText text;
  text.String("url", std::string(kApi) + "/repos/" + repository.full_name() + "/statuses/" + sha)
      .String("avatar_url", "https://avatars.githubusercontent.com/u/1?v=4")
      .Number("id", status.id)
      .String("node_id", "SC_" + std::to_string(status.id))
      .String("state", status.state)
      .String("description", status.description)
      .Raw("target_url", status.target_url.empty() ? "null" : Quote(status.target_url))
      .String("context", status.context)
      .String("created_at", created)
      .String("updated_at", created)
      .Raw("creator", User("coverage-bot[bot]", "Bot"));
  return text.Take();
}

std::string GitHubText::PullEvent(const RepositoryRecord& repository, const PullRecord& pull,
                                  const std::string& action, const std::string& before) {
  ObjectText text;
  text.String("action", action).Number("number", pull.number);
  if (!before.empty()) text.String("before", before).String("after", pull.head_sha);
  text.Raw("pull_request", Pull(repository, pull))
      .Raw("repository", Repository(repository.full_name(), repository.id, false))
      .Raw("organization", User(repository.org, "Organization"))
      .Raw("sender", User(pull.author, pull.author_type))
      .Raw("installation", ObjectText().Number("id", IdOf(repository.org)).Take());
  return text.Take();
}

}  // namespace prow_coverage::sandbox
