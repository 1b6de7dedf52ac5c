#include "slurm/sacctmgr.hpp"
#include "fuzz/input.hpp"
#include "slurm/fields.hpp"
#include "slurm/listing.hpp"
#include "slurm/programs.hpp"

#include <algorithm>

using namespace site;
using namespace site::fuzz;

namespace {

const Name cluster { "sandbox" };

void judge_all(std::string_view said, std::string_view errors)
{
    Output output;
    output.text = said;
    output.exit.errors = errors;
    for (const int status : { 0, 1 })
        for (const auto deed : { Deed::add, Deed::modify, Deed::remove, Deed::load }) {
            output.exit.status = status;
            const auto verdict = judge(deed, output);
            must((verdict.kind == Verdict::Kind::done) == verdict.error.text.empty(),
                "only what is done has no error");
            if (complains(errors))
                must(verdict.kind != Verdict::Kind::done, "a complaint is never a success", errors);
        }
    must(is_tame(first_line(said)) || first_line(said).find_first_of("'\"\\`") != std::string::npos,
        "a first line has no control characters", said);
    const auto clean = clean_text(said);
    must(is_tame(clean) && clean.find_first_of(",=:;|") == std::string::npos && clean.size() <= 128,
        "a clean text is harmless", clean);
    must(clean_text(clean) == clean, "cleaning twice is cleaning once", clean);
    (void)sorted_list(said);
}

} // namespace

// Three listings (associations, accounts, defaults) with NUL bytes between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto text = text_of(data, size);
    const auto associations = cut(text, '\0');
    const auto accounts = cut(text, '\0');
    judge_all(associations, accounts);

    Interest interest { { Name("brics.climate"), Name("brics.ocean"), Name("legacy") }, true };
    SlurmSettings settings;
    settings.default_qos = "normal";
    settings.qos = { "high", "normal" };
    std::string_view line;
    for (auto rest = associations; next_line(rest, line);) {
        (void)parse_association(line);
        (void)parse_account(line);
        (void)parse_default(line);
    }
    auto listing = parse_listing(associations, cluster, interest, settings);
    if (!listing)
        return 0;
    must(std::is_sorted(listing->records.begin(), listing->records.end(),
             [](const auto& a, const auto& b) { return a.key < b.key; }),
        "records are sorted");
    for (const auto& record : listing->records) {
        must(std::find(interest.names.begin(), interest.names.end(), record.key.name) != interest.names.end(),
            "only what was asked for");
        for (const auto& field : record.fields)
            if (const auto number = field.value.number())
                must(*number >= 0 || field.field == fields().fairshare, "no negative limit");
    }
    SlurmFacts facts;
    (void)add_accounts(accounts, cluster, interest, listing->records, facts);
    (void)add_defaults(text, listing->users);
    return 0;
}
