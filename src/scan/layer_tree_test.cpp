#include "scan/layer_tree.h"

#include <gtest/gtest.h>

#include "support/test_reading.h"

namespace plimsoll::scan {
namespace {

using test::TarText;

TEST(LayerTree, ShowsWhatEachLayerBroughtAndWasted) {
  const auto reading = test::reading_of(
      {{TarText()
            .file("usr/lib/x/one.so", std::string(40'000, 'x'))
            .file("usr/lib/x/two.so", std::string(20'000, 'x'))
            .file("usr/share/doc/a", std::string(10'240, 'x'))
            .file("etc/passwd", "")
            .text(),
        ""},
       {TarText().file("srv/cache/index", std::string(4096, 'x')).text(), ""},
       {TarText().file("srv/cache/.wh.index", "").file("usr/share/doc/a", "new").text(), ""}},
      {"/bin/sh -c #(nop) ADD file:0815 in / ", "-/bin/sh -c #(nop)  CMD [\\\"bash\\\"]",
       "RUN /bin/sh -c make index # buildkit", "/bin/sh -c rm \\u001b[31m -rf\\t/srv/cache"});
  EXPECT_EQ(layer_tree(reading),
            "app:1 (linux/amd64)\n"
            "├─ 1  68.5 KiB, 4 paths  ADD file:0815 in /\n"
            "│  ├─ 10.0 KiB of it are deleted or replaced by later layers\n"
            "│  ├─ /usr/lib/x  58.5 KiB\n"
            "│  └─ /usr/share/doc  10.0 KiB\n"
            "├─ 2  4.0 KiB, 1 path  RUN make index\n"
            "│  ├─ 4.0 KiB of it are deleted or replaced by later layers\n"
            "│  └─ /srv/cache  4.0 KiB\n"
            "└─ 3  3 bytes, 1 path  RUN rm \\x1b[31m -rf /srv/cache\n"
            "   ├─ deletes 1 path of the layers below\n"
            "   └─ /usr/share/doc  3 bytes\n"
            "3 layers, 72.5 KiB; 14.0 KiB (19 %) of it no container sees\n");
}

TEST(LayerTree, BoundsWhatItShows) {
  TarText tar;
  for (int i = 0; i < 30; ++i) tar.file(concat("place", std::to_string(i), "/file"), "0123456789");
  const auto reading = test::reading_of({{tar.text(), ""}}, {std::string(500, 'm')});
  const std::string tree = layer_tree(reading);
  EXPECT_TRUE(tree.contains("   └─ and 26 more places  260 bytes\n")) << tree;
  EXPECT_TRUE(tree.contains(std::string(70, 'm') + "…\n")) << tree;
}

TEST(LayerTree, IsDrawnOfNothing) {
  EXPECT_EQ(layer_tree(test::reading_of({{TarText().text(), ""}})),
            "app:1 (linux/amd64)\n"
            "└─ 1  0 bytes, 0 paths  (the image does not say what made it)\n"
            "1 layer, 0 bytes\n");
}

}  // namespace
}  // namespace plimsoll::scan
