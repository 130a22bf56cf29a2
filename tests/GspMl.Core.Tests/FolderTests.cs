using GspMl.Tests.Shared;

namespace GspMl.Core.Tests;

public class FolderTests
{
    [Fact]
    public void No_folder_uses_one_that_uses_it() => Assert.Empty(FolderGraph.Of("GspMl.Core").Circles());
}
