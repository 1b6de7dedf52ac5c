#include "fuzz/input.hpp"
#include "storage_quota/beegfs_listing.hpp"
#include "storage_quota/gpfs_listing.hpp"
#include "storage_quota/lustre_listing.hpp"
#include "storage_quota/zfs_listing.hpp"

using namespace site;
using namespace site::fuzz;

namespace {

void must_be_sound(const QuotaHeld& held, std::uint64_t unit)
{
    for (const auto& limit :
        { held.limits.bytes, held.limits.soft_bytes, held.limits.files, held.limits.soft_files })
        must(limit != 0U, "0 is no limit");
    for (const auto& bytes : { held.used_bytes, held.limits.bytes, held.limits.soft_bytes })
        must(!bytes || *bytes % unit == 0, "bytes are whole units of the tool");
}

template <class Parsed> void must_be_one_line(const Parsed& parsed)
{
    if (parsed)
        return;
    must(!parsed.error().text.empty(), "an error says something");
    for (const char c : parsed.error().text)
        must(c >= 0x20 && c <= 0x7e, "an error is one line", parsed.error().text);
}

void must_be_whole(std::string_view text)
{
    must(text.empty() || text.back() == '\n', "a list that was cut is not read", text);
}

} // namespace

// What the tools of file systems say of quotas.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    for (const auto* mount : { "/lustre", "/lustre/projects01" }) {
        const auto one = parse_lustre_quota(text, mount);
        must_be_one_line(one);
        if (one) {
            must_be_sound(one->held, 1024);
            if (text.find("Some errors happened when getting quota info") != std::string_view::npos)
                must(!one->held.used_bytes && !one->held.used_files, "what is incomplete is unknown", text);
        }
        const auto all = parse_lustre_all(text, mount);
        must_be_one_line(all);
        if (all) {
            must_be_whole(text);
            for (const auto& [id, held] : *all) {
                must_be_sound(held, 1024);
                must(held.used_bytes && held.used_files, "what is incomplete is left out", text);
            }
        }
    }
    for (const auto by : { QuotaBy::project, QuotaBy::group, QuotaBy::user }) {
        const auto listing = parse_mmrepquota(text, "gpfs0", by);
        must_be_one_line(listing);
        if (!listing)
            continue;
        must_be_whole(text);
        must(listing->filesets.empty() != listing->by_id.empty(), "one kind, and never nobody", text);
        for (const auto& [name, held] : listing->filesets)
            must_be_sound(held, 1024);
        for (const auto& [key, held] : listing->by_id) {
            must_be_sound(held, 1024);
            must(key.second.empty() || listing->per_fileset, "a fileset's row shows", text);
        }
    }
    const auto space = parse_zfs_space(text);
    must_be_one_line(space);
    if (space) {
        must_be_whole(text);
        must(!space->empty(), "never nobody", text);
        for (const auto& [id, held] : *space)
            must_be_sound(held, 1);
    }
    const auto amounts = parse_zfs_amounts(text);
    must_be_one_line(amounts);
    if (amounts)
        for (const auto& [property, value] : *amounts)
            must(!property.empty() && value != 0U, "0 is no limit", property);
    const auto csv = parse_beegfs_quota(text);
    must_be_one_line(csv);
    if (csv) {
        must_be_whole(text);
        for (const auto& [id, held] : *csv) {
            must_be_sound(held, 1);
            must(held.used_bytes.has_value(), "bytes are always told", text);
        }
    }
    return 0;
}
