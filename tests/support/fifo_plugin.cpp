// A plugin that does nothing but look at a file, as one on a dead file system would: while DIR/fifo is a fifo
// without a writer its open() never returns. DIR is the folder `slurm.programs`; every look adds a line to
// DIR/looks. Built as the module `fifo`, loaded by the real agent in tests.

#include "api/plugin.hpp"

#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace {

class Fifo : public site::Plugin {
public:
    explicit Fifo(std::string folder) : folder_(std::move(folder)) { }

    [[nodiscard]] std::vector<site::Kind> kinds() const override { return {}; }
    [[nodiscard]] site::Interest interest(const site::Snapshot&) const override { return {}; }
    site::Result<site::Observation> observed(const site::Interest&) override
    {
        std::ofstream(folder_ + "/looks", std::ios::app) << "look\n";
        const int fd = ::open((folder_ + "/fifo").c_str(), O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
            ::close(fd);
        return site::Observation {};
    }
    [[nodiscard]] site::Result<site::Desired> desired(
        const site::Snapshot&, const site::Observation&) const override
    {
        return site::Desired {};
    }
    [[nodiscard]] std::vector<std::string> commands(std::span<const site::Change>) const override
    {
        return {};
    }
    std::vector<site::Result<void>> apply(std::span<const site::Change> changes) override
    {
        return std::vector<site::Result<void>>(changes.size());
    }
    std::vector<site::Finding> check() override { return {}; }

private:
    std::string folder_;
};

site::Plugin* create(const site::PluginContext& context)
{
    const auto* settings = std::get_if<site::SlurmSettings>(&context.settings);
    return settings == nullptr ? nullptr : new Fifo(settings->programs);
}

} // namespace

extern "C" __attribute__((visibility("default"))) const site::PluginDescriptor site_plugin;
const site::PluginDescriptor site_plugin {
    .name = "fifo",
    .version = "1",
    .stamp = SITE_BUILD_STAMP,
    .create = create,
};
