#pragma once

#include "endpoint/report_pages.hpp"

#include <memory>
#include <string>
#include <vector>

namespace site::test {

inline Month month(int year, unsigned number)
{
    return std::chrono::year { year } / std::chrono::month { number };
}

/// What a shelf has, and what it was asked for.
struct ShelfContent {
    std::vector<ReportKey> keys;
    std::vector<std::string> asked; ///< `climate.brics 2026-11`, documents that were made
    std::size_t opened = 0;
    std::optional<Error> broken;
};

class FakeShelf : public ReportShelf {
public:
    explicit FakeShelf(std::shared_ptr<ShelfContent> content) : content_(std::move(content)) { }

    Result<std::vector<ReportKey>> keys(const MonthWish& wish) override
    {
        std::vector<ReportKey> out;
        for (const auto& key : content_->keys)
            if (wish.takes(key.month))
                out.push_back(key);
        return out;
    }

    Result<std::vector<std::string>> documents(std::span<const ReportKey> keys) override
    {
        if (content_->broken)
            return *content_->broken;
        std::vector<std::string> out;
        for (const auto& key : keys) {
            content_->asked.push_back(key.project + " " + text(key.month));
            out.push_back(R"({"project":")" + key.project + R"("})");
        }
        return out;
    }

private:
    std::shared_ptr<ShelfContent> content_;
};

inline OpenShelf shelf_of(const std::shared_ptr<ShelfContent>& content)
{
    return [content]() -> Result<std::unique_ptr<ReportShelf>> {
        ++content->opened;
        return std::unique_ptr<ReportShelf>(std::make_unique<FakeShelf>(content));
    };
}

} // namespace site::test
