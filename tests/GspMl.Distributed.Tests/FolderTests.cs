using GspMl.Tests.Shared;

namespace GspMl.Distributed.Tests;

public sealed class FolderTests
{
    private static readonly FolderGraph Graph = FolderGraph.Of(typeof(ClusterWorker).Assembly, "GspMl.Distributed");

    [Fact]
    public void No_folders_use_each_other() => Assert.Empty(Graph.Circles());

    [Fact]
    public void The_page_on_the_architecture_shows_the_folders_as_they_are()
        => Assert.Equal(Graph.Text(), ArchitecturePage.FoldersOf(Graph));
}
