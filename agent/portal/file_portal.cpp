#include "portal/portal.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <fstream>

namespace site {
namespace {

// 50,000 associations with all that a portal sends of them are about 60 MB.
constexpr std::uintmax_t most_bytes = 256UL << 20;

Result<std::string> contents(const std::filesystem::path& file)
{
    const auto bad = [&](Errc code, const std::string& why) {
        return Error { code, "reading the snapshot file " + site::cited(file.string(), 256) + ": " + why };
    };
    std::error_code ec;
    const auto size = std::filesystem::file_size(file, ec);
    if (ec)
        return bad(
            ec == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::internal, ec.message());
    if (size > most_bytes)
        return bad(Errc::invalid, "it is larger than " + std::to_string(most_bytes) + " bytes");
    std::ifstream stream(file, std::ios::binary);
    std::string text(size, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(size));
    if (!stream || stream.gcount() != static_cast<std::streamsize>(size))
        return bad(Errc::internal, "it could not be read to its end");
    return text;
}

} // namespace

FilePortal::FilePortal(std::filesystem::path file, Instant taken) : file_(std::move(file)), taken_(taken)
{
}

Result<Listing> FilePortal::listing(const AllocationFilter& filter)
{
    auto text = contents(file_);
    if (!text)
        return text.error();
    auto listing = from_snapshot_text(*text, filter);
    if (!listing)
        return listing.error().in(site::cited(file_.string(), 256));
    listing->taken = taken_;
    return listing;
}

Result<bool> FilePortal::is_there(RowFamily family, Uuid uuid)
{
    auto everything = listing({});
    if (!everything)
        return everything.error();
    if (family == RowFamily::allocation)
        return std::ranges::binary_search(everything->allocations, uuid, {}, &AllocationRow::uuid);
    return std::ranges::binary_search(everything->associations, uuid, {}, &AssociationRow::uuid);
}

} // namespace site
