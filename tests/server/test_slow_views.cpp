#include "server/slow_views.hpp"

#include "support/catch.hpp"

using microflask::detail::SlowViews;

TEST_CASE("a path is remembered without its query and its numbers", "[server]") {
    CHECK(SlowViews::key("/report/17?x=1") == SlowViews::key("/report/4711?y=2"));
    CHECK(SlowViews::key("/report/17") != SlowViews::key("/report/x"));
    CHECK(SlowViews::key("/report/17") != SlowViews::key("/report/17/18"));
    CHECK(SlowViews::key("/") != SlowViews::key("/a"));
    CHECK(SlowViews::key("") == SlowViews::key("?x"));
}

TEST_CASE("a slow view is expected to be slow again, until it was not", "[server]") {
    SlowViews views;
    const auto slow = SlowViews::key("/slow");
    CHECK_FALSE(views.any());
    CHECK_FALSE(views.contains(slow));

    views.add(slow);
    CHECK(views.any());
    CHECK(views.contains(slow));
    CHECK_FALSE(views.contains(SlowViews::key("/other")));

    views.forgive(slow);  // it was an accident
    CHECK_FALSE(views.contains(slow));
    for (int i = 0; i < 100; ++i) views.add(slow);
    for (int i = 0; i < 5; ++i) views.forgive(slow);  // that is quick now and then
    CHECK(views.contains(slow));
    for (int i = 0; i < 100; ++i) views.forgive(slow);
    CHECK_FALSE(views.contains(slow));
}

TEST_CASE("what is not asked for any more fades", "[server]") {
    SlowViews views;
    for (int i = 0; i < 100; ++i) views.add(SlowViews::key("/slow"));
    int fadings = 0;
    while (views.any() && fadings < 1000) {
        views.fade();
        ++fadings;
    }
    CHECK(fadings > 5);
    CHECK(fadings < 100);
    CHECK_FALSE(views.contains(SlowViews::key("/slow")));
}
