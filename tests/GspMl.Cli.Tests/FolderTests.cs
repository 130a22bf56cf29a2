using GspMl.Tests.Shared;

namespace GspMl.Cli.Tests;

public sealed class FolderTests
{
    [Fact]
    public void No_folders_use_each_other() => Assert.Empty(FolderGraph.Of(typeof(GspMl.Cli.Gspml).Assembly, "GspMl.Cli").Circles());
}
