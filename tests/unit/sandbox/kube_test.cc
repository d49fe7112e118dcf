#include "prow_coverage/base/percent_encode.h"

#include "kube_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::HasSubstr;

class KubeTest : public KubeFixture {};

TEST_F(KubeTest, StoresWhatIsCreated) {
  const auto response = Create(Job("a"));
  ASSERT_EQ(response.status, 201) << response.body;
  const json job = json::parse(response.body);
  EXPECT_EQ(job["metadata"]["namespace"], kNamespace);
  EXPECT_EQ(job["metadata"]["creationTimestamp"], "2026-08-19T10:00:00Z");
  EXPECT_FALSE(job["metadata"]["uid"].empty());
  EXPECT_EQ(job["status"]["state"], "triggered");
  EXPECT_EQ(Read("a"), job);
}

TEST_F(KubeTest, RefusesASecondObjectOfTheName) {
  Create(Job("a"));
  for (const char* query : {"", "?dryRun=All"}) {
    SCOPED_TRACE(query);
    const auto response = Create(Job("a"), query);
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(json::parse(response.body)["reason"], "AlreadyExists");
    EXPECT_EQ(json::parse(response.body)["message"], "prowjobs.prow.k8s.io \"a\" already exists");
  }
}

TEST_F(KubeTest, StoresNothingInADryRun) {
  const auto response = Create(Job("a"), "?dryRun=All&fieldValidation=Strict");
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_FALSE(json::parse(response.body)["metadata"].contains("resourceVersion"));
  EXPECT_EQ(Kube("GET", std::string(kJobs) + "/a").status, 404);
}

TEST_F(KubeTest, RefusesABrokenJobWithItsCauses) {
  struct Row {
    const char* name;
    json patch;
    const char* field;
    const char* reason;
  };
  const std::string long_label(64, 'x');
  for (const Row& row : {
           Row{"no job", {{"spec", {{"job", nullptr}}}}, "spec.job", "FieldValueRequired"},
           Row{"bad state",
               {{"status", {{"state", "sleeping"}}}},
               "status.state",
               "FieldValueNotSupported"},
           Row{"no state",
               {{"status", {{"state", nullptr}}}},
               "status.state",
               "FieldValueRequired"},
           Row{"bad type", {{"spec", {{"type", "x"}}}}, "spec.type", "FieldValueNotSupported"},
           Row{"concurrency",
               {{"spec", {{"max_concurrency", "x"}}}},
               "spec.max_concurrency",
               "FieldValueTypeInvalid"},
           Row{"negative",
               {{"spec", {{"max_concurrency", -1}}}},
               "spec.max_concurrency",
               "FieldValueInvalid"},
           Row{"no org",
               {{"spec", {{"refs", {{"org", nullptr}}}}}},
               "spec.refs.org",
               "FieldValueRequired"},
           Row{"pull",
               {{"spec", {{"refs", {{"pulls", {{{"number", 1}, {"author", "a"}}}}}}}}},
               "spec.refs.pulls[0].sha",
               "FieldValueRequired"},
           Row{"container",
               {{"spec", {{"pod_spec", {{"containers", {{{"image", "x"}}}}}}}}},
               "spec.pod_spec.containers[0].name",
               "FieldValueRequired"},
           Row{"time",
               {{"status", {{"startTime", "now"}}}},
               "status.startTime",
               "FieldValueInvalid"},
           Row{"completion",
               {{"status", {{"state", "success"}}}},
               "status.completionTime",
               "FieldValueRequired"},
           Row{"label",
               {{"metadata", {{"labels", {{"a", long_label}}}}}},
               "metadata.labels",
               "FieldValueInvalid"},
           Row{"label value",
               {{"metadata", {{"labels", {{"a", "b/c"}}}}}},
               "metadata.labels",
               "FieldValueInvalid"},
           Row{"label key",
               {{"metadata", {{"labels", {{"a b", "c"}}}}}},
               "metadata.labels",
               "FieldValueInvalid"},
           Row{"name", {{"metadata", {{"name", "A_b"}}}}, "metadata.name", "FieldValueInvalid"},
           Row{"no name",
               {{"metadata", {{"name", nullptr}}}},
               "metadata.name",
               "FieldValueRequired"},
       }) {
    SCOPED_TRACE(row.name);
    json job = Job("a");
    job.merge_patch(row.patch);
    const auto response = Create(job, "?fieldValidation=Strict");
    ASSERT_EQ(response.status, 422) << response.body;
    const json cause = json::parse(response.body)["details"]["causes"][0];
    EXPECT_EQ(cause["field"], row.field);
    EXPECT_EQ(cause["reason"], row.reason);
  }
}

TEST_F(KubeTest, RefusesUnknownFieldsWhenStrict) {
  for (const char* path :
       {"/oops", "/spec/oops", "/status/oops", "/metadata/oops", "/spec/refs/pulls/0/oops",
        "/spec/pod_spec/containers/0/oops", "/spec/decoration_config/utility_images/oops"}) {
    SCOPED_TRACE(path);
    const json job = Job("a").patch({{{"op", "add"}, {"path", path}, {"value", 1}}});
    const auto response = Create(job, "?fieldValidation=Strict&dryRun=All");
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("strict decoding error: unknown field"));
    EXPECT_EQ(Create(job, "?dryRun=All").status, 201);
  }
}

TEST_F(KubeTest, PrunesUnknownFieldsOtherwise) {
  json job = Job("a");
  job["spec"]["oops"] = 1;
  Create(job);
  EXPECT_FALSE(Read("a")["spec"].contains("oops"));
}

TEST_F(KubeTest, RefusesWhatIsNoObjectOfTheKind) {
  json other_kind = Job("a");
  other_kind["kind"] = "Pod";
  json other_namespace = Job("a");
  other_namespace["metadata"]["namespace"] = "elsewhere";
  for (const std::string& body : {std::string("no JSON"), std::string("[]"), std::string("{}"),
                                  other_kind.dump(), other_namespace.dump()}) {
    SCOPED_TRACE(body);
    const auto response = Kube("POST", kJobs, body, {{"Content-Type", "application/json"}});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(json::parse(response.body)["reason"], "BadRequest");
  }
}

TEST_F(KubeTest, TellsAMissingNamespaceFromAMissingResource) {
  const auto ns = Kube("POST", "/apis/prow.k8s.io/v1/namespaces/x/prowjobs", Job("a").dump(),
                       {{"Content-Type", "application/json"}});
  EXPECT_EQ(ns.status, 404);
  EXPECT_EQ(json::parse(ns.body)["message"], "namespaces \"x\" not found");
  const auto resource = Kube("GET", "/apis/prow.k8s.io/v1/namespaces/x/others");
  EXPECT_EQ(resource.status, 404);
  EXPECT_EQ(json::parse(resource.body)["message"],
            "the server could not find the requested resource");
}

TEST_F(KubeTest, RefusesWhatIsTooLarge) {
  json job = Job("a");
  job["spec"]["pod_spec"]["containers"][0]["args"] = {std::string(1'600'000, 'x')};
  const auto over_etcd = Create(job);
  EXPECT_EQ(over_etcd.status, 500);
  EXPECT_THAT(over_etcd.body, HasSubstr("request is too large"));
  job["spec"]["pod_spec"]["containers"][0]["args"] = {std::string(4'000'000, 'x')};
  EXPECT_EQ(Create(job).status, 413);
}

TEST_F(KubeTest, ListsWhatMatchesTheSelector) {
  Create(Job("a"));
  json other = Job("b");
  other["metadata"]["labels"] = {{"x", "y"}};
  Create(other);
  EXPECT_EQ(List()["items"].size(), 2);
  EXPECT_EQ(List()["kind"], "ProwJobList");
  EXPECT_EQ(List("?labelSelector=x%3Dy")["items"][0]["metadata"]["name"], "b");
  EXPECT_EQ(List("?labelSelector=coverage-plugin%3Dtrue,!x")["items"].size(), 1);
  EXPECT_EQ(List("?fieldSelector=metadata.name%3Da")["items"].size(), 1);
  EXPECT_EQ(Kube("GET", std::string(kJobs) + "?fieldSelector=status.state%3Dpending").status, 400);
}

TEST_F(KubeTest, ListsOverPages) {
  for (char name = 'a'; name <= 'e'; ++name) Create(Job(std::string(1, name)));
  std::string names;
  std::string query = "?limit=2";
  for (int pages = 0; pages < 3; ++pages) {
    const json page = List(query);
    for (const json& job : page["items"]) names += job["metadata"]["name"];
    if (!page["metadata"].contains("continue")) break;
    query = "?limit=2&continue=" + PercentEncode(page["metadata"]["continue"].get<std::string>());
  }
  EXPECT_EQ(names, "abcde");
}

TEST_F(KubeTest, ListsAllNamespaces) {
  sandbox_.Control("PUT", "/namespaces", {kNamespace, "other"});
  Create(Job("a"));
  Kube("POST", "/apis/prow.k8s.io/v1/namespaces/other/prowjobs", Job("a").dump(),
       {{"Content-Type", "application/json"}});
  const json list = json::parse(Kube("GET", "/apis/prow.k8s.io/v1/prowjobs").body);
  EXPECT_EQ(list["items"].size(), 2);
}

TEST_F(KubeTest, RefusesAPageOfAListThatIsTooOld) {
  Create(Job("a"));
  Create(Job("b"));
  const json page = List("?limit=1");
  Create(Job("c"));
  sandbox_.Control("POST", "/kube/compact");
  const auto response =
      Kube("GET", std::string(kJobs) + "?limit=1&continue=" +
                      PercentEncode(page["metadata"]["continue"].get<std::string>()));
  EXPECT_EQ(response.status, 410);
  EXPECT_EQ(json::parse(response.body)["reason"], "Expired");
}

TEST_F(KubeTest, PatchesAStatus) {
  Create(Job("a"));
  const auto response = Patch("a", {{"status", {{"state", "aborted"}}}});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Read("a")["status"]["state"], "aborted");
  EXPECT_EQ(Read("a")["status"]["startTime"], "2026-08-19T10:00:00Z");
  EXPECT_EQ(Patch("a", {{"status", {{"state", "asleep"}}}}).status, 422);
}

TEST_F(KubeTest, TakesAJsonPatch) {
  Create(Job("a"));
  const json patch = {{{"op", "replace"}, {"path", "/status/state"}, {"value", "pending"}}};
  EXPECT_EQ(Patch("a", patch, "application/json-patch+json").status, 200);
  EXPECT_EQ(Read("a")["status"]["state"], "pending");
  const json broken = {{{"op", "remove"}, {"path", "/no/such"}}};
  EXPECT_EQ(Patch("a", broken, "application/json-patch+json").status, 422);
  EXPECT_EQ(Patch("a", patch, "application/strategic-merge-patch+json").status, 415);
}

TEST_F(KubeTest, MakesNoRevisionOfAPatchThatChangesNothing) {
  Create(Job("a"));
  const json before = Read("a");
  Patch("a", {{"status", {{"state", "triggered"}}}});
  EXPECT_EQ(Read("a"), before);
}

TEST_F(KubeTest, RefusesAWriteToAnOlderRevision) {
  Create(Job("a"));
  json mine = Read("a");
  Patch("a", {{"status", {{"state", "pending"}}}});
  mine["status"]["state"] = "aborted";
  const auto put = [&] {
    return Kube("PUT", std::string(kJobs) + "/a", mine.dump(),
                {{"Content-Type", "application/json"}});
  };
  const auto refused = put();
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(json::parse(refused.body)["reason"], "Conflict");
  mine["metadata"]["resourceVersion"] = Read("a")["metadata"]["resourceVersion"];
  EXPECT_EQ(put().status, 200);
  mine["metadata"].erase("resourceVersion");
  EXPECT_EQ(put().status, 422);
}

TEST_F(KubeTest, DeletesOnlyTheObjectThatIsMeant) {
  Create(Job("a"));
  const std::string path = std::string(kJobs) + "/a";
  const auto refused = Kube("DELETE", path, R"({"preconditions":{"uid":"another"}})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(Kube("DELETE", path).status, 200);
  EXPECT_EQ(Kube("DELETE", path).status, 404);
}

TEST_F(KubeTest, AnswersTheProbes) {
  EXPECT_EQ(Kube("GET", "/readyz").body, "ok");
  EXPECT_EQ(json::parse(Kube("GET", "/version").body)["major"], "1");
}

class GuardedKubeTest : public KubeFixture {
 protected:
  static Options Guarded() {
    Options options;
    options.kube_users = {{"system:serviceaccount:x:prow-coverage", "secret", {"create", "get"}}};
    return options;
  }
  GuardedKubeTest() : KubeFixture(Guarded()) {}

  http::Response As(const std::string& token, const std::string& method, const std::string& path) {
    http::Headers headers{{"Content-Type", "application/json"}};
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
    return Kube(method, path, method == "POST" ? Job("a").dump() : "", headers);
  }
};

TEST_F(GuardedKubeTest, AllowsWhatTheUserMay) {
  EXPECT_EQ(As("secret", "POST", kJobs).status, 201);
}

TEST_F(GuardedKubeTest, ForbidsTheRest) {
  const auto response = As("secret", "GET", kJobs);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(json::parse(response.body)["message"],
            "prowjobs.prow.k8s.io is forbidden: User \"system:serviceaccount:x:prow-coverage\" "
            "cannot list resource \"prowjobs\" in API group \"prow.k8s.io\" in the namespace "
            "\"kubevirt-prow-jobs\"");
}

TEST_F(GuardedKubeTest, TellsAnUnknownTokenFromNone) {
  EXPECT_EQ(As("wrong", "GET", kJobs).status, 401);
  const auto anonymous = As("", "GET", kJobs);
  EXPECT_EQ(anonymous.status, 403);
  EXPECT_THAT(anonymous.body, HasSubstr("system:anonymous"));
}

TEST_F(GuardedKubeTest, TakesNewUsers) {
  sandbox_.Control("PUT", "/tokens",
                   {{"kube", {{{"name", "admin"}, {"token", "new"}, {"verbs", {"*"}}}}}});
  EXPECT_EQ(As("secret", "POST", kJobs).status, 401);
  EXPECT_EQ(As("new", "GET", kJobs).status, 200);
}

}  // namespace
}  // namespace prow_coverage::sandbox
