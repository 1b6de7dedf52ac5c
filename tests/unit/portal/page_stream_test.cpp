#include "portal/page_stream.hpp"

#include "portal/connect.hpp"
#include "unit/portal/rig.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

using namespace test;

/// A list of `pages` pages of two rows; `count` may be another one on each.
struct Pages {
    std::uint32_t pages = 3;
    std::function<std::uint32_t(std::uint32_t page)> count = [](std::uint32_t) { return 6U; };
    bool loops = false;

    Reply operator()(const std::string& request) const
    {
        const auto target = target_of(request);
        const auto page = static_cast<std::uint32_t>(
            std::stoul(query_value(target.substr(target.find('?') + 1), "page")));
        std::string headers = "X-Result-Count: " + std::to_string(count(page)) + "\r\n";
        const auto next = loops ? 1 : page + 1;
        if (page < pages)
            headers
                += "Link: <http://127.0.0.1/base/api/x/?page=" + std::to_string(next) + ">; rel=\"next\"\r\n";
        return Reply { answer(200, "[" + std::to_string(page) + ",0]", headers) };
    }
};

class PageStream : public testing::Test {
protected:
    Result<StreamEnd> read(const Pages& pages, const PageRange& range)
    {
        Rig rig(pages);
        auto connection = connect_portal(rig.config, rig.clock, {}).value();
        connection.base.host = "127.0.0.1";
        connection.base.port = 80;
        return stream_pages(connection.calls, connection.base, { .path = "/api/x/", .query = "a=b" }, range,
            [&](const boost::json::array& rows, const StreamEnd& so_far) -> Result<void> {
                seen_ += std::to_string(rows[0].as_int64()) + ":" + std::to_string(so_far.rows) + " ";
                if (stop_at_ == so_far.rows)
                    return Error { Errc::refused, "enough" };
                return {};
            });
    }
    std::string seen_;
    std::uint64_t stop_at_ = 0;
};

TEST_F(PageStream, HandsOnOnePageAfterAnother)
{
    const auto end = read({}, { .to_the_end = true });
    ASSERT_TRUE(end) << end.error().text;
    EXPECT_EQ(seen_, "1:2 2:4 3:6 ");
    EXPECT_EQ(end->rows, 6U);
    EXPECT_EQ(end->count, 6U);
    EXPECT_FALSE(end->count_changed);
}

TEST_F(PageStream, ReadsOnePageWhenNoMoreIsAskedFor)
{
    const auto end = read({}, { .first = 2 });
    ASSERT_TRUE(end) << end.error().text;
    EXPECT_EQ(seen_, "2:2 ");
    EXPECT_EQ(end->count, 6U);
}

TEST_F(PageStream, SaysWhenTheListChangedMeanwhile)
{
    const auto end
        = read({ .count = [](std::uint32_t page) { return page == 2 ? 7U : 6U; } }, { .to_the_end = true });
    ASSERT_TRUE(end) << end.error().text;
    EXPECT_TRUE(end->count_changed);
}

TEST_F(PageStream, DoesNotGoRoundInCircles)
{
    const auto end = read({ .loops = true }, { .to_the_end = true });
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().text, "GET /api/x/: the next page is not a later one");
    EXPECT_EQ(seen_, "1:2 ");
}

TEST_F(PageStream, StopsAtItsBound)
{
    const auto end = read({ .pages = 50 }, { .to_the_end = true, .most_pages = 4 });
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().text, "GET /api/x/: more than 4 pages");
}

TEST_F(PageStream, EndsWhenItsReaderWantsNoMore)
{
    stop_at_ = 4;
    const auto end = read({}, { .to_the_end = true });
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().text, "enough");
}

} // namespace
} // namespace site
