#include "cli/render_usage.hpp"

#include "cli/csv.hpp"

#include "model/rational.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace site {
namespace {

__extension__ using Wide = unsigned __int128;

/// What of the table is shown.
struct Shape {
    std::size_t bar = 0; ///< its width; 0: none
    bool decimals = true;
    std::size_t gap = 2; ///< from one column to the next
    bool components = true;
    bool outlook = true;
    bool jobs = true;
};

/// The first that fits is taken.
constexpr std::array shapes { Shape { .bar = 20 }, Shape { .bar = 10 }, Shape {}, Shape { .decimals = false },
    Shape { .decimals = false, .gap = 1 }, Shape { .decimals = false, .components = false },
    Shape { .decimals = false, .components = false, .outlook = false },
    Shape { .decimals = false, .gap = 1, .components = false, .outlook = false, .jobs = false } };

constexpr std::size_t shortest_name = 8;

struct Column {
    std::string head {};
    bool numbers = true; ///< right-aligned
    bool tinted = false; ///< by how the line's limit stands
    std::vector<std::string> cells {};
};

std::string fixed(const Rational& value, std::size_t decimals)
{
    Rational scale = 1;
    for (std::size_t i = 0; i < decimals; ++i)
        scale *= 10;
    auto digits = std::to_string(rounded(value * scale));
    if (decimals == 0)
        return digits;
    if (digits.size() <= decimals)
        digits.insert(0, decimals + 1 - digits.size(), '0');
    return digits.insert(digits.size() - decimals, ".");
}

Rational hours(std::uint64_t seconds)
{
    return { seconds, 3600 };
}

Rational gib_hours(std::uint64_t mb_seconds)
{
    return { mb_seconds, 3600 * 1024 };
}

/// Cells of the bar up to an amount, as eighths.
std::size_t eighths(std::uint64_t amount, std::uint64_t limit, std::size_t cells)
{
    return static_cast<std::size_t>(std::min(Wide { amount } * cells * 8 / limit, Wide { cells } * 8));
}

std::string bar(const Projection& projection, std::size_t cells, bool blocks)
{
    static constexpr std::array parts { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    if (!projection.limit || *projection.limit == 0)
        return {};
    if (!blocks)
        cells -= 2;
    const auto used = eighths(projection.used, *projection.limit, cells);
    const auto leads_to = eighths(projection.at_end.value_or(projection.used), *projection.limit, cells) / 8;
    std::string out;
    for (std::size_t cell = 0; cell < cells; ++cell)
        if (cell < used / 8)
            out += blocks ? "█" : "#";
        else if (blocks && cell == used / 8 && used % 8 > 0)
            out += parts[used % 8];
        else if (cell < leads_to)
            out += blocks ? "▒" : "+";
        else
            out += blocks ? "░" : ".";
    return blocks ? out : "[" + out + "]";
}

Tint tint_of(const Projection& projection)
{
    if (!projection.limit)
        return Tint::plain;
    if (projection.used > 0 && *projection.left == 0)
        return Tint::bad;
    return projection.will_reach ? Tint::warn : Tint::good;
}

/// The table's columns, filled line by line.
class Sheet {
public:
    Sheet(const MonthUsage& usage, const Shape& shape, bool blocks) : shape_(shape), blocks_(blocks)
    {
        for (const auto& line : usage.lines)
            lines_.push_back(&line);
        if (!usage.lines.empty())
            lines_.push_back(&usage.total);
        names();
        amounts();
        std::erase_if(columns_, [](const Column& column) {
            return std::all_of(
                column.cells.begin(), column.cells.end(), [](const auto& cell) { return cell.empty(); });
        });
    }

    [[nodiscard]] std::size_t width() const
    {
        std::size_t all = 0;
        for (const auto& column : columns_)
            all += width_of(column) + shape_.gap;
        return columns_.empty() ? 0 : all - shape_.gap;
    }

    [[nodiscard]] std::vector<std::string> heads() const
    {
        std::vector<std::string> all;
        for (const auto& column : columns_)
            all.push_back(column.head);
        return all;
    }

    void cut_names(std::size_t most)
    {
        for (auto& column : columns_)
            if (!column.numbers && !column.tinted)
                for (auto& cell : column.cells)
                    if (cell.size() > most)
                        cell = cell.substr(0, most - 3) + "...";
    }

    [[nodiscard]] std::string text(const Screen& screen) const
    {
        std::vector<std::vector<std::string>> rows(lines_.size());
        std::vector<std::size_t> right;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].numbers)
                right.push_back(i);
            for (std::size_t row = 0; row < rows.size(); ++row)
                rows[row].push_back(columns_[i].cells[row]);
        }
        return table(
            heads(), rows, right, screen.width,
            [&](std::size_t row, std::size_t column, const std::string& cell) {
                if (columns_[column].tinted)
                    return screen.tinted(tint_of(lines_[row]->projection), cell);
                return row + 1 == lines_.size() ? screen.tinted(Tint::strong, cell) : cell;
            },
            shape_.gap);
    }

private:
    static std::size_t width_of(const Column& column)
    {
        auto widest = columns_of(column.head);
        for (const auto& cell : column.cells)
            widest = std::max(widest, columns_of(cell));
        return widest;
    }

    template <class Cell> void column(std::string head, Cell cell, bool numbers = true, bool tinted = false)
    {
        auto& made = columns_.emplace_back(Column { std::move(head), numbers, tinted });
        for (const auto* line : lines_)
            made.cells.push_back(cell(*line));
    }

    /// Without decimals as many as leave something to read.
    template <class Amount> void amounts_of(std::string head, Amount amount)
    {
        std::size_t decimals = 2;
        if (!shape_.decimals)
            decimals = std::any_of(lines_.begin(), lines_.end(),
                           [&](const auto* line) {
                               const std::optional<Rational> value = amount(*line);
                               return value && *value >= 100;
                           })
                ? 0
                : 1;
        column(std::move(head), [&](const UsageLine& line) {
            const std::optional<Rational> value = amount(line);
            return value ? fixed(*value, decimals) : std::string {};
        });
    }

    void names()
    {
        column(
            "ACCOUNT",
            [this](const UsageLine& line) {
                return &line == lines_.back() ? std::string("TOTAL") : line.account.text();
            },
            false);
        column(
            "USER", [](const UsageLine& line) { return line.user.text(); }, false);
        if (shape_.jobs)
            column("JOBS", [](const UsageLine& line) { return std::to_string(line.jobs); });
    }

    void amounts()
    {
        const auto known = [](const std::optional<std::uint64_t>& seconds) {
            return seconds ? std::optional(hours(*seconds)) : std::nullopt;
        };
        const auto day
            = [](const std::optional<Day>& on) { return on ? site::text(*on).substr(5) : std::string {}; };
        amounts_of("NODE-H", [](const UsageLine& line) { return hours(line.projection.used); });
        amounts_of("LIMIT", [&](const UsageLine& line) { return known(line.projection.limit); });
        amounts_of("LEFT", [&](const UsageLine& line) { return known(line.projection.left); });
        column(
            "USED",
            [](const UsageLine& line) {
                const auto& percent = line.projection.percent;
                return percent ? std::to_string(*percent) + "%" : std::string {};
            },
            true, true);
        if (shape_.outlook) {
            amounts_of("AT-END", [&](const UsageLine& line) { return known(line.projection.at_end); });
            column(
                "FULL-ON",
                [&](const UsageLine& line) {
                    const auto& projection = line.projection;
                    return day(projection.reached ? projection.reached : projection.will_reach);
                },
                true, true);
        }
        if (shape_.components) {
            amounts_of("CPU-H", [](const UsageLine& line) { return hours(line.spent.cpu_seconds); });
            amounts_of("GPU-H", [](const UsageLine& line) { return hours(line.spent.gpu_seconds); });
            amounts_of("GB-H", [](const UsageLine& line) { return gib_hours(line.spent.memory_mb_seconds); });
        }
        if (shape_.bar > 0)
            column(
                "", [this](const UsageLine& line) { return bar(line.projection, shape_.bar, blocks_); },
                false, true);
    }

    Shape shape_;
    bool blocks_;
    std::vector<const UsageLine*> lines_;
    std::vector<Column> columns_;
};

/// The fullest table that fits.
Sheet fitting(const MonthUsage& usage, const Screen& screen)
{
    for (const auto& shape : shapes) {
        if (shape.bar > 0 && !screen.draws)
            continue;
        if (Sheet sheet(usage, shape, screen.blocks); sheet.width() <= screen.width)
            return sheet;
    }
    Sheet last(usage, shapes.back(), screen.blocks);
    for (auto most = screen.width; most >= shortest_name && last.width() > screen.width; --most)
        last.cut_names(most);
    return last;
}

std::string left_out(const MonthUsage& usage, const Sheet& shown)
{
    std::string names;
    const auto heads = shown.heads();
    for (const auto& head : Sheet(usage, Shape {}, false).heads())
        if (std::find(heads.begin(), heads.end(), head) == heads.end())
            names += (names.empty() ? "" : ", ") + head;
    return names.empty() ? names : "no room for " + names + "\n";
}

boost::json::object line_json(const UsageLine& line)
{
    const auto& projection = line.projection;
    boost::json::object one { { "jobs", line.jobs }, { "node_seconds", line.spent.node_seconds },
        { "cpu_seconds", line.spent.cpu_seconds }, { "gpu_seconds", line.spent.gpu_seconds },
        { "memory_mb_seconds", line.spent.memory_mb_seconds },
        { "billing_seconds", line.spent.billing_seconds } };
    if (!line.account.empty())
        one["account"] = line.account.text();
    if (!line.user.empty())
        one["user"] = line.user.text();
    if (projection.limit)
        one["limit_node_seconds"] = *projection.limit;
    if (projection.left)
        one["left_node_seconds"] = *projection.left;
    if (projection.percent)
        one["percent"] = *projection.percent;
    if (projection.at_end)
        one["projection_node_seconds"] = *projection.at_end;
    if (projection.reached)
        one["limit_reached"] = text(*projection.reached);
    if (projection.will_reach)
        one["limit_will_be_reached"] = text(*projection.will_reach);
    boost::json::array days;
    for (const auto& [day, used] : line.by_day)
        days.push_back(boost::json::object { { "day", text(day) }, { "node_seconds", used } });
    one["days"] = std::move(days);
    return one;
}

} // namespace

std::string usage_table(const MonthUsage& usage, const Screen& screen)
{
    std::string out = "usage of " + text(usage.month) + " in hours, by our ledger\n";
    if (usage.lines.empty()) {
        out += "no usage\n";
    } else {
        const auto sheet = fitting(usage, screen);
        out += sheet.text(screen) + left_out(usage, sheet);
    }
    const auto& count = usage.count;
    if (count.counted && *count.counted < count.end)
        out += "counted up to " + text(*count.counted) + ", "
            + std::to_string((*count.counted - count.begin) * 100 / (count.end - count.begin))
            + "% of the month\n";
    if (!usage.whole)
        out += screen.tinted(
                   Tint::warn, "not every day of this month was read whole: these figures are not reported")
            + "\n";
    return out;
}

boost::json::object usage_json(const MonthUsage& usage)
{
    boost::json::array lines;
    for (const auto& line : usage.lines)
        lines.push_back(line_json(line));
    boost::json::object all { { "month", text(usage.month) }, { "whole", usage.whole } };
    if (usage.count.counted)
        all["counted"] = text(*usage.count.counted);
    boost::json::array missing;
    for (const auto day : usage.count.missing)
        missing.push_back(boost::json::value(text(day)));
    all["missing_days"] = std::move(missing);
    all["usage"] = std::move(lines);
    all["total"] = line_json(usage.total);
    return all;
}

std::string usage_csv(const MonthUsage& usage)
{
    // A second is 0.00028 hours, a MiB-second 0.00000027 GiB-hours.
    constexpr std::size_t of_seconds = 4;
    constexpr std::size_t of_mb_seconds = 7;
    const auto whole = [](const std::optional<std::uint64_t>& amount) {
        return amount ? std::to_string(*amount) : std::string {};
    };
    const auto in_hours = [](const std::optional<std::uint64_t>& amount) {
        return amount ? fixed(hours(*amount), of_seconds) : std::string {};
    };
    const auto day = [](const std::optional<Day>& on) { return on ? text(*on) : std::string {}; };
    auto out = csv_line({ "month", "month_whole", "account", "user", "jobs", "node_seconds", "node_hours",
        "limit_node_seconds", "limit_node_hours", "left_node_seconds", "left_node_hours", "percent",
        "projection_node_seconds", "projection_node_hours", "limit_reached", "limit_will_be_reached",
        "cpu_seconds", "cpu_hours", "gpu_seconds", "gpu_hours", "memory_mb_seconds", "memory_gb_hours",
        "billing_seconds" });
    for (const auto& [account, user, spent, jobs, by_day, projection] : usage.lines)
        out += csv_line({ text(usage.month), usage.whole ? "true" : "false", account.text(), user.text(),
            std::to_string(jobs), whole(projection.used), in_hours(projection.used), whole(projection.limit),
            in_hours(projection.limit), whole(projection.left), in_hours(projection.left),
            whole(projection.percent), whole(projection.at_end), in_hours(projection.at_end),
            day(projection.reached), day(projection.will_reach), whole(spent.cpu_seconds),
            in_hours(spent.cpu_seconds), whole(spent.gpu_seconds), in_hours(spent.gpu_seconds),
            whole(spent.memory_mb_seconds), fixed(gib_hours(spent.memory_mb_seconds), of_mb_seconds),
            whole(spent.billing_seconds) });
    return out;
}

} // namespace site
