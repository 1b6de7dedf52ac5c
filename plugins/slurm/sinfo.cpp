#include "slurm/sinfo.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>

namespace site {
namespace {

std::optional<std::uint64_t> whole(std::string_view text)
{
    if (text.ends_with('+')) // "at least": nodes that differ, in one line
        text.remove_suffix(1);
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct Row {
    std::string_view partition;
    bool standard = false;
    std::uint64_t nodes = 0;
    NodeShape shape {};
};

std::optional<Row> parse_row(std::string_view line)
{
    std::array<std::string_view, 5> columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto bar = i + 1 < columns.size() ? line.find('|') : line.size();
        if (bar == std::string_view::npos)
            return std::nullopt;
        columns[i] = line.substr(0, bar);
        line.remove_prefix(std::min(bar + 1, line.size()));
    }
    Row row { .partition = columns[0] };
    row.standard = row.partition.ends_with('*');
    if (row.standard)
        row.partition.remove_suffix(1);
    const auto nodes = whole(columns[1]);
    const auto cpus = whole(columns[2]);
    const auto memory = whole(columns[3]);
    if (row.partition.empty() || !nodes || !cpus || !memory)
        return std::nullopt;
    row.nodes = *nodes;
    row.shape = { .cpus = *cpus, .gpus = gpus_of(columns[4]), .memory = *memory };
    return row;
}

/// Whether `a` is the better stand-in for its partition.
bool better(const Row& a, const Row& b)
{
    const auto rank = [](const Row& row) {
        return std::tuple(row.nodes, row.shape.cpus, row.shape.gpus, row.shape.memory);
    };
    return rank(a) > rank(b);
}

} // namespace

std::vector<std::string> shape_arguments()
{
    return { "-h", "-a", "-e", "-o", "%P|%D|%c|%m|%G" };
}

std::uint64_t gpus_of(std::string_view gres)
{
    std::uint64_t sum = 0;
    int depth = 0;
    std::string entry;
    const auto count = [&] {
        if (!entry.starts_with("gpu:"))
            return;
        const auto number = whole(std::string_view(entry).substr(entry.rfind(':') + 1));
        sum += number.value_or(0);
    };
    for (const char c : gres) {
        if (c == '(')
            ++depth;
        else if (c == ')')
            --depth;
        else if (c == ',' && depth == 0) {
            count();
            entry.clear();
        } else if (depth == 0)
            entry += c;
    }
    count();
    return sum;
}

Result<NodeShapes> parse_shapes(std::string_view text)
{
    std::map<std::string_view, Row> best;
    std::map<std::string_view, std::uint64_t> sizes;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty())
            continue;
        const auto row = parse_row(line);
        if (!row)
            return Error { Errc::invalid, "line " + cited(line) + " of sinfo is not understood" };
        if (row->nodes == 0)
            continue; // a partition without nodes
        sizes[row->partition] += row->nodes;
        const auto [found, made] = best.emplace(row->partition, *row);
        if (!made && better(*row, found->second))
            found->second = *row;
    }
    if (best.empty())
        return Error { Errc::unreachable, "sinfo shows no node" };
    NodeShapes shapes;
    const Row* standard = nullptr;
    for (const auto& [partition, row] : best) {
        shapes.by_partition.emplace(partition, row.shape);
        if (standard == nullptr || (row.standard && !standard->standard)
            || (row.standard == standard->standard && sizes[partition] > sizes[standard->partition]))
            standard = &row;
    }
    shapes.standard = standard->shape;
    return shapes;
}

} // namespace site
