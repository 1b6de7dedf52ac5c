#include "fuzz/input.hpp"
#include "slurm/cap.hpp"
#include "slurm/check.hpp"
#include "slurm/scontrol_config.hpp"
#include "slurm/sinfo.hpp"
#include "slurm/sshare.hpp"

using namespace site;
using namespace site::fuzz;

// What sshare, sinfo and scontrol say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    static const std::vector<Name> wanted { Name("brics.climate"), Name("brics.ocean") };
    if (const auto counts = parse_accumulated(text, wanted))
        for (const auto& [account, count] : *counts)
            must(account == wanted[0] || account == wanted[1], "only what was asked for");
    NodeShape standard { 8, 2, 64000, 8 };
    if (const auto shapes = parse_shapes(text)) {
        must(!shapes->by_partition.empty(), "shapes of something");
        standard = shapes->standard;
    }
    (void)gpus_of(text);
    if (const auto config = parse_config(text)) {
        must(!config->cluster.empty(), "a configuration has a cluster");
        for (const auto on_exhausted : { OnExhausted::stop, OnExhausted::kill }) {
            SlurmSettings settings;
            settings.on_exhausted = on_exhausted;
            for (const auto& finding : judge_config(settings, Name { "sandbox" }, *config, standard))
                for (const char c : finding.text)
                    must(static_cast<unsigned char>(c) >= 0x20, "a finding is one line", finding.text);
        }
    }
    return 0;
}
