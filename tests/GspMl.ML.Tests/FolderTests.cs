using GspMl.Tests.Shared;

namespace GspMl.ML.Tests;

public sealed class FolderTests
{
    [Fact]
    public void No_folders_use_each_other() =>
        Assert.Empty(FolderGraph.Of(typeof(GspMl.ML.SparseNmfEstimator).Assembly, "GspMl.ML").Circles());
}
