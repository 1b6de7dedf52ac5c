// Runs a fuzzer over the files of its corpus, where it is not linked with libFuzzer: what once crashed it,
// and one seed of each form, in every run of the tests.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv)
{
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
            if (entry.is_regular_file())
                files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (files.empty()) {
        std::fprintf(stderr, "no corpus to replay\n");
        return 1;
    }
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        const std::string text { std::istreambuf_iterator<char>(stream), {} };
        std::printf("%s\n", file.filename().c_str()); // the last one printed is the one that failed
        std::fflush(stdout);
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
        // every beginning of a short one too, as of an answer that was cut
        for (std::size_t size = text.size() > 600 ? text.size() : 0; size <= text.size(); ++size)
            (void)LLVMFuzzerTestOneInput(bytes, size);
    }
    std::printf("%zu files replayed\n", files.size());
    return 0;
}
