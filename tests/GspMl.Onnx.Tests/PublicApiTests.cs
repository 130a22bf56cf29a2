using GspMl.Tests.Shared;

namespace GspMl.Onnx.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_agreed_on() => PublicApi.Check(typeof(OnnxModel).Assembly);
}
