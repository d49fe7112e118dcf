#include "kube_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::HasSubstr;

class LeaseTest : public KubeFixture {
 protected:
  static json Lease() {
    return {{"apiVersion", "coordination.k8s.io/v1"},
            {"kind", "Lease"},
            {"metadata", {{"name", "reporter"}}},
            {"spec",
             {{"holderIdentity", "me"},
              {"leaseDurationSeconds", 15},
              {"acquireTime", "2026-08-19T10:00:00.000000Z"},
              {"renewTime", "2026-08-19T10:00:05.250000Z"},
              {"leaseTransitions", 0}}}};
  }

  http::Response Post(const json& lease, const std::string& query = "") {
    return Kube("POST", kLeases + query, lease.dump(), {{"Content-Type", "application/json"}});
  }

  http::Response Put(const json& lease) {
    return Kube("PUT", std::string(kLeases) + "/reporter", lease.dump());
  }
};

TEST_F(LeaseTest, IsCreatedOnce) {
  EXPECT_EQ(Post(Lease()).status, 201);
  const auto second = Post(Lease());
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(json::parse(second.body)["reason"], "AlreadyExists");
}

TEST_F(LeaseTest, IsTakenByTheFirstOfTwoThatSawTheSameRevision) {
  json mine = json::parse(Post(Lease()).body);
  json yours = mine;
  mine["spec"]["holderIdentity"] = "first";
  yours["spec"]["holderIdentity"] = "second";
  EXPECT_EQ(Put(mine).status, 200);
  const auto late = Put(yours);
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(json::parse(late.body)["reason"], "Conflict");
  const json kept = json::parse(Kube("GET", std::string(kLeases) + "/reporter").body);
  EXPECT_EQ(kept["spec"]["holderIdentity"], "first");
}

TEST_F(LeaseTest, IsPatchedOnlyAtTheRevisionThatIsNamed) {
  const json created = json::parse(Post(Lease()).body);
  const auto patch = [&](const json& body) {
    return Kube("PATCH", std::string(kLeases) + "/reporter", body.dump(),
                {{"Content-Type", "application/merge-patch+json"}})
        .status;
  };
  const std::string revision = created["metadata"]["resourceVersion"];
  const json patched{{"metadata", {{"resourceVersion", revision}}},
                     {"spec", {{"holderIdentity", "you"}}}};
  EXPECT_EQ(patch(patched), 200);
  EXPECT_EQ(
      patch({{"metadata", {{"resourceVersion", revision}}}, {"spec", {{"leaseTransitions", 1}}}}),
      409);
}

TEST_F(LeaseTest, CanBeGivenUp) {
  json mine = json::parse(Post(Lease()).body);
  mine["spec"]["holderIdentity"] = "";
  EXPECT_EQ(Put(mine).status, 200);
}

TEST_F(LeaseTest, IsRefusedAsTheApiServerDoes) {
  struct Row {
    const char* name;
    json spec;
    int status;
    const char* why;
  };
  for (const Row& row : {
           Row{"whole second", {{"renewTime", "2026-08-19T10:00:00Z"}}, 400, "parsing time"},
           Row{"nanoseconds",
               {{"renewTime", "2026-08-19T10:00:00.123456789Z"}},
               400,
               "parsing time"},
           Row{"time as a number", {{"acquireTime", 5}}, 400, "cannot unmarshal number"},
           Row{"duration as text",
               {{"leaseDurationSeconds", "15"}},
               400,
               "cannot unmarshal string"},
           Row{"no duration", {{"leaseDurationSeconds", 0}}, 422, "must be greater than 0"},
           Row{"transitions", {{"leaseTransitions", -1}}, 422, "greater than or equal to 0"},
           Row{"unknown field", {{"holder", "me"}}, 400, "unknown field \\\"spec.holder\\\""},
       }) {
    SCOPED_TRACE(row.name);
    json lease = Lease();
    lease["spec"].update(row.spec);
    const auto response = Post(lease, "?fieldValidation=Strict");
    EXPECT_EQ(response.status, row.status);
    EXPECT_THAT(response.body, HasSubstr(row.why));
  }
}

}  // namespace
}  // namespace prow_coverage::sandbox
