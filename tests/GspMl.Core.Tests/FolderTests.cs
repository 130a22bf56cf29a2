using GspMl.Tests.Shared;

namespace GspMl.Core.Tests;

public sealed class FolderTests
{
    [Fact]
    public void No_folders_use_each_other() =>
        Assert.Empty(FolderGraph.Of(typeof(GspMl.Projection.HoyerSparsity).Assembly, "GspMl.Core").Circles());
}
