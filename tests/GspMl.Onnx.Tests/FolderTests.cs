using GspMl.Tests.Shared;

namespace GspMl.Onnx.Tests;

public sealed class FolderTests
{
    [Fact]
    public void No_folders_use_each_other() => Assert.Empty(FolderGraph.Of(typeof(GspMl.Onnx.OnnxModel).Assembly, "GspMl.Onnx").Circles());
}
